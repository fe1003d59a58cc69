"""Put signing in and the pages of accounts into the application."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.accounts import confirm, doors, factors, failures, organisation, own, sign_in
from dashboards.accounts.confirming import CONFIRMATION, Confirmation
from dashboards.accounts.desk import DESK, AccountsDesk, trail_note
from dashboards.accounts.letters import AccountLetters
from dashboards.accounts.lobby import ACCOUNT, Lobby
from dashboards.accounts.rendering import Renderer
from dashboards.attendance.letters import Mailer
from dashboards.sessions import guard_cookies, is_own_form, session_token
from evidence.store.trail import Trail
from lrs.errors import TooManyRequests
from lrs.http.application import PREFIX as RECORD_STORE
from lrs.organisations import Organisations
from lrs.services import Services
from training.accounts import Accounts
from training.accounts.administration import Administration
from training.accounts.invitations import Invitations
from training.accounts.openid import OpenId
from training.accounts.own import OwnAccount
from training.accounts.pace import Pace
from training.accounts.policy import Policies
from training.accounts.provider import Providers
from training.accounts.second import SecondStep
from training.accounts.tokens import Tokens

# A class of trainees behind one address signs in within a minute or two; everything else is done once in a while.
_A_MINUTE: Final = {"sign_in": 120, "take_code": 60, "send_link": 20, "confirm_by_password": 20, "confirm_by_code": 20}
_OTHERS_A_MINUTE: Final = 60
# Looking at these with another token each time would be guessing, and going there makes us ask somebody else.
_PACED_LOOKS: Final = frozenset(("look_at_invitation", "look_at_reset", "follow", "come_back"))


def register(
    app: Flask,
    services: Services,
    mailer: Mailer,
    address: str,
    *,
    public_url: str | None = None,
) -> None:
    """Add `/login`, `/logout`, `/invitation`, `/reset` and `/account`, and give every request the desk.

    `address` is where the links of letters lead: never what a request calls us. What is done at the desk is left in
    the audit trail.
    """
    guard_cookies(app)
    lobby = _lobby(services, AccountLetters(mailer, address), public_url)
    may_be_http = public_url is None or not public_url.startswith("https://")
    administration = Administration(
        services.store,
        services.clock,
        services.ids,
        services.secret_key,
        note=trail_note(Trail(services.store, services.clock)),
        may_be_http=may_be_http,
    )
    desk = AccountsDesk(administration, lobby.organisations, lobby.letters)

    @app.before_request
    def give_desk() -> None:
        path = request.path
        if path.startswith(f"{RECORD_STORE}/"):
            return  # nobody signs in there
        request.environ[DESK] = desk
        if path.startswith("/dashboards/"):
            request.environ[CONFIRMATION] = Confirmation(lobby.accounts, services.clock, session_token())

    app.register_blueprint(_blueprint(lobby))
    failures.register(app, lobby.renderer)


def _lobby(services: Services, letters: AccountLetters, public_url: str | None) -> Lobby:
    store, clock, ids, key = services.store, services.clock, services.ids, services.secret_key
    accounts = Accounts(store, clock, ids)
    providers = Providers(store, key)
    return Lobby(
        accounts=accounts,
        own=OwnAccount(accounts, store, clock, ids, key),
        second=SecondStep(accounts, store, clock, ids, key),
        invitations=Invitations(store, clock, ids),
        openid=OpenId(providers, Tokens(store, clock, ids), clock),
        providers=providers,
        policies=Policies(store),
        organisations=Organisations(store, clock),
        pace=Pace(store, clock),
        letters=letters,
        renderer=Renderer(),
        clock=clock,
        public_url=public_url,
    )


def _back() -> str:
    """Return the page that has the form which was sent."""
    if request.path.startswith(("/invitation/", "/reset/", "/login/forgotten", "/login/organisation")):
        return request.path
    return ACCOUNT if request.path.startswith(ACCOUNT) else "/login"


def _blueprint(lobby: Lobby) -> Blueprint:
    pages = Blueprint(
        "accounts",
        __name__,
        static_folder=str(Path(__file__).parent / "static"),
        static_url_path="/login/static",
    )

    @pages.before_request
    def guard() -> AnyResponse | None:
        name = (request.endpoint or "").rpartition(".")[2]
        is_form = request.method == "POST"
        # 1. Another site's page can send our forms, but not what our own page put into them.
        if is_form and not is_own_form():
            return lobby.refused("stale", HTTPStatus.BAD_REQUEST, _back())
        # 2. No form is sent, and no token tried, faster than people do.
        if is_form or name in _PACED_LOOKS:
            try:
                lobby.pace.take(name, request.remote_addr or "", _A_MINUTE.get(name, _OTHERS_A_MINUTE))
            except TooManyRequests as refusal:
                return lobby.waits(refusal, _back())
        return None

    for module in (sign_in, doors, organisation, factors, own, confirm):
        module.add_pages(pages, lobby)
    return pages
