"""What the pages of accounts share: who has come how far, where they go next, how a refusal reads."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Response, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from dashboards.accounts.letters import AccountLetters
from dashboards.accounts.rendering import Renderer
from dashboards.formats import duration_seconds
from dashboards.sessions import begin_session, find_session, page_language
from lrs.clock import Clock
from lrs.errors import TooManyRequests
from lrs.organisations import Organisations
from training.accounts import Accounts, SignedIn
from training.accounts.invitations import Invitations
from training.accounts.openid import OpenId
from training.accounts.own import OwnAccount
from training.accounts.pace import Pace
from training.accounts.passkeys import Site
from training.accounts.policy import Policies
from training.accounts.provider import Providers
from training.accounts.second import SecondStep
from training.accounts.sessions import Session, Stage
from training.attendance.device import Device

HOME: Final = "/dashboards/"
ACCOUNT: Final = "/account"
_NEXT: Final = "next"
# Where somebody goes who has come that far and no further.
PLACES: Final = {Stage.FACTOR: "/login/factor", Stage.ENROLMENT: "/account/factors"}


@dataclass(frozen=True)
class Lobby:
    """The parts that the pages are made of, and what several of them do; without a proxy, `public_url` is None."""

    accounts: Accounts
    own: OwnAccount
    second: SecondStep
    invitations: Invitations
    openid: OpenId
    providers: Providers
    policies: Policies
    organisations: Organisations
    pace: Pace
    letters: AccountLetters
    renderer: Renderer
    clock: Clock
    public_url: str | None

    def enter(self, person: SignedIn, wanted: str, *, has_shown_factor: bool = False) -> AnyResponse:
        """Begin a session for whoever has shown who they are, and lead them to the next step."""
        stage = self.second.stage(person, has_shown_factor=has_shown_factor)
        device = Device(request.remote_addr or "", request.user_agent.string)
        policy = self.policies.get(person.organisation)
        begin_session(self.accounts.sessions.begin(person, stage, device, policy))
        return self._lead(person, stage, wanted)

    def advance(self, at: Session, person: SignedIn, *, to: str | None = None) -> AnyResponse:
        """Go from a step on the way to being signed in, under another token."""
        wanted = to or self.wanted()
        policy = self.policies.get(person.organisation)
        begin_session(self.accounts.sessions.advance(at, person, Stage.FULL, policy))
        return self._lead(person, Stage.FULL, wanted)

    def find(self, *stages: Stage) -> tuple[Session, SignedIn] | None:
        """Return this browser's session when it has come exactly that far."""
        found = find_session(self.accounts)
        return found if found is not None and found[0].stage in stages else None

    def elsewhere(self) -> AnyResponse:
        """Lead somebody to the step that they are at."""
        found = find_session(self.accounts)
        if found is None:
            wanted = f"?next={request.path}" if request.method == "GET" and request.path == ACCOUNT else ""
            return redirect(f"/login{wanted}", HTTPStatus.SEE_OTHER)
        return redirect(PLACES.get(found[0].stage, HOME), HTTPStatus.SEE_OTHER)

    def wanted(self) -> str:
        """Return where somebody wanted to go before they were asked who they are."""
        return safe_next(str(session.get(_NEXT, HOME)))

    def site(self) -> Site:
        """Return where passkeys are good for: the address that people have in their browser."""
        parts = urlsplit(self.public_url or request.host_url)
        return Site(f"{parts.scheme}://{parts.netloc}")

    def page(
        self,
        name: str,
        reader: SignedIn | None = None,
        /,
        status: HTTPStatus = HTTPStatus.OK,
        **values: Any,  # noqa: ANN401 - templates
    ) -> Response:
        """Return a page in the reader's language."""
        return self.renderer.page(name, page_language(reader), status, **values)

    def say(self, key: str, person: SignedIn | None = None, **values: object) -> str:
        """Return a text in the reader's language."""
        return self.renderer.words(page_language(person))(key, **values)

    def slow(self, refusal: TooManyRequests) -> str:
        """Return what is said to somebody who has to wait."""
        return self.say("slow", wait=duration_seconds(refusal.retry_after, page_language(None)))

    def refused(self, key: str, status: HTTPStatus, back: str = "/login") -> Response:
        """Return the page that says why something was not done."""
        return self.page("refused", status=status, told=self.say(key), back=back)

    def waits(self, refusal: TooManyRequests, back: str = "/login") -> Response:
        """Return the page that asks somebody to wait."""
        page = self.page("refused", status=HTTPStatus.TOO_MANY_REQUESTS, told=self.slow(refusal), back=back)
        page.headers["Retry-After"] = str(refusal.retry_after)
        return page

    def _lead(self, person: SignedIn, stage: Stage, wanted: str) -> AnyResponse:
        if stage is Stage.FULL:
            self.accounts.note_sign_in(person)
            return redirect(wanted, HTTPStatus.SEE_OTHER)
        session[_NEXT] = wanted
        return redirect(PLACES[stage], HTTPStatus.SEE_OTHER)


def safe_next(wanted: str) -> str:
    """Return where to go once signed in: a page of ours, never an address that somebody put into the link."""
    parts = urlsplit(wanted)
    is_ours = wanted.startswith(HOME) or wanted == ACCOUNT
    return wanted if is_ours and not parts.scheme and not parts.netloc and "\\" not in wanted else HOME
