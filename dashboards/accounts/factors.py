"""Adding a second factor: on one's own account, or on the way in where the organisation asks for one."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.accounts.lobby import ACCOUNT, Lobby
from dashboards.attendance.codes import qr_picture
from dashboards.sessions import remember_language
from lrs.errors import Conflict, Unauthenticated
from training.accounts import SignedIn
from training.accounts.factors import totp_address
from training.accounts.sessions import Session, Stage

_ISSUER = "Assidu"
_STAGES = (Stage.FULL, Stage.ENROLMENT)


def add_pages(pages: Blueprint, lobby: Lobby) -> None:
    """Add `/account/factors` and what is below."""

    @pages.get("/account/factors")
    def choose() -> AnyResponse:
        found = lobby.find(*_STAGES)
        remember_language()
        if found is None:
            return lobby.elsewhere()
        at, person = found
        return lobby.page("factors", person, is_full=at.stage is Stage.FULL)

    _add_passkeys(pages, lobby)
    _add_totp(pages, lobby)


def _add_passkeys(pages: Blueprint, lobby: Lobby) -> None:
    def show(at: Session, person: SignedIn, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
        options = lobby.own.passkey_request(at, person, lobby.site())
        is_full = at.stage is Stage.FULL
        return lobby.page("enrol_passkey", person, status, problem=problem, options=options, is_full=is_full)

    @pages.get("/account/factors/passkey")
    def ask_passkey() -> AnyResponse:
        found = lobby.find(*_STAGES)
        remember_language()
        return lobby.elsewhere() if found is None else show(*found)

    @pages.post("/account/factors/passkey")
    def add_passkey() -> AnyResponse:
        found = lobby.find(*_STAGES)
        if found is None:
            return lobby.elsewhere()
        at, person = found
        form = request.form
        try:
            now = lobby.own.add_passkey(at, person, lobby.site(), form.get("answer", ""), form.get("name", ""))
        except Unauthenticated:
            return show(at, person, lobby.say("passkey_failed", person), HTTPStatus.BAD_REQUEST)
        except Conflict:
            return show(at, person, lobby.say("too_many", person), HTTPStatus.CONFLICT)
        return _added(lobby, at, now)


def _add_totp(pages: Blueprint, lobby: Lobby) -> None:
    def show(at: Session, person: SignedIn, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
        secret = lobby.own.totp_secret(at, person)
        picture = qr_picture(totp_address(secret, person.email, _ISSUER), lobby.say("totp_picture", person))
        # In groups of four, as it is typed.
        typed = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        is_full = at.stage is Stage.FULL
        return lobby.page("enrol_totp", person, status, problem=problem, picture=picture, secret=typed, is_full=is_full)

    @pages.get("/account/factors/code")
    def ask_totp() -> AnyResponse:
        found = lobby.find(*_STAGES)
        remember_language()
        return lobby.elsewhere() if found is None else show(*found)

    @pages.post("/account/factors/code")
    def add_totp() -> AnyResponse:
        found = lobby.find(*_STAGES)
        if found is None:
            return lobby.elsewhere()
        at, person = found
        try:
            now = lobby.own.add_totp(at, person, request.form.get("code", ""), lobby.say("totp_name", person))
        except Unauthenticated:
            return show(at, person, lobby.say("wrong_totp", person), HTTPStatus.BAD_REQUEST)
        except Conflict:
            return show(at, person, lobby.say("too_many", person), HTTPStatus.CONFLICT)
        return _added(lobby, at, now)


def _added(lobby: Lobby, at: Session, person: SignedIn) -> AnyResponse:
    """Go on once there is one more: the first brings the recovery codes, and opens what waited for it."""
    lobby.letters.notice(person.email, person.name, person.locale, "factor")
    wanted = lobby.wanted()
    was_full = at.stage is Stage.FULL
    after = ACCOUNT if was_full else wanted
    response = redirect(f"{ACCOUNT}?done=factor", HTTPStatus.SEE_OTHER) if was_full else lobby.advance(at, person)
    if lobby.own.has_recovery_codes(person):
        return response
    # Shown in this very answer and never again: they are kept nowhere but hashed.
    return lobby.page("recovery_codes", person, codes=lobby.own.new_recovery_codes(person), next=after)
