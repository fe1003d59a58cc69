"""Signing in with a password, the second step, and signing out."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.accounts.lobby import ACCOUNT, PLACES, Lobby, safe_next
from dashboards.accounts.second import Asking
from dashboards.sessions import end_session, find_session, remember_language
from lrs.errors import TooManyRequests, Unauthenticated
from training.accounts import SignedIn
from training.accounts.factors import FactorKind
from training.accounts.sessions import Session, Stage


def add_pages(pages: Blueprint, lobby: Lobby) -> None:
    """Add `/login`, `/login/factor` and `/logout`."""

    def show(problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
        wanted = safe_next(request.values.get("next", ""))
        return lobby.page("sign_in", status=status, problem=problem, next=wanted, email=request.form.get("email", ""))

    @pages.get("/login")
    def ask() -> AnyResponse:
        found = find_session(lobby.accounts)
        if remember_language() or found is None:
            return show()
        return redirect(PLACES.get(found[0].stage) or safe_next(request.values.get("next", "")))

    @pages.post("/login")
    def sign_in() -> AnyResponse:
        form = request.form
        try:
            person = lobby.accounts.sign_in(form.get("email", ""), form.get("password", ""), request.remote_addr or "")
        except Unauthenticated:
            return show(lobby.say("wrong"), HTTPStatus.UNAUTHORIZED)
        except TooManyRequests as refusal:
            page = show(lobby.slow(refusal), HTTPStatus.TOO_MANY_REQUESTS)
            page.headers["Retry-After"] = str(refusal.retry_after)
            return page
        return lobby.enter(person, safe_next(form.get("next", "")))

    @pages.post("/logout")
    def sign_out() -> AnyResponse:
        found = find_session(lobby.accounts)
        if found is not None:
            lobby.accounts.sessions.end(found[0])
        end_session()
        return redirect("/login", HTTPStatus.SEE_OTHER)

    _add_second(pages, lobby)


def _add_second(pages: Blueprint, lobby: Lobby) -> None:
    asking = Asking(lobby, Stage.FACTOR, partial(_show_second, lobby), HTTPStatus.UNAUTHORIZED)

    @pages.get("/login/factor")
    def ask_factor() -> AnyResponse:
        found = lobby.find(Stage.FACTOR)
        remember_language()
        return lobby.elsewhere() if found is None else _show_second(lobby, *found)

    def enter(at: Session, person: SignedIn, kind: FactorKind) -> AnyResponse:
        if kind is FactorKind.TOTP:
            return lobby.advance(at, person)
        lobby.letters.notice(person.email, person.name, person.locale, "recovery")
        return lobby.advance(at, person, to=f"{ACCOUNT}?done=recovery")

    @pages.post("/login/factor")
    def take_code() -> AnyResponse:
        return asking.take_code(enter)

    @pages.post("/login/factor/passkey")
    def take_passkey() -> AnyResponse:
        return asking.take_passkey(lobby.advance)


def _show_second(
    lobby: Lobby, at: Session, person: SignedIn, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    kinds = lobby.second.kinds(person)
    has_passkey = FactorKind.PASSKEY in kinds
    return lobby.page(
        "second_factor",
        person,
        status,
        problem=problem,
        options=lobby.second.passkey_request(at, person, lobby.site()) if has_passkey else "",
        has_totp=FactorKind.TOTP in kinds,
        has_code=bool(kinds - {FactorKind.PASSKEY}),
    )
