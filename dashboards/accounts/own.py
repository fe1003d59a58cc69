"""« Mon compte »: name, language, password, second factors, recovery codes, and where one is signed in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.accounts.lobby import ACCOUNT, Lobby
from dashboards.languages import find_language
from dashboards.sessions import remember_language, set_language
from lrs.errors import Conflict, InvalidRequest, NotFound, TooManyRequests, Unauthenticated
from training.accounts import SignedIn
from training.accounts.sessions import Session, Stage

# What the page may be told that was done; anything else in the address says nothing.
_DONE: Final = frozenset(("saved", "password", "factor", "removed", "ended", "ended_others", "recovery"))


def add_pages(pages: Blueprint, lobby: Lobby) -> None:
    """Add `/account` and what can be done there."""

    @pages.get(ACCOUNT)
    def show_account() -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        remember_language()
        done = request.args.get("done", "")
        return show(lobby, *found, done=done if done in _DONE else "")

    @pages.post(ACCOUNT)
    def save_account() -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        language = find_language(request.form.get("locale")) or "fr"
        try:
            lobby.own.rename(found[1], request.form.get("name", ""), language)
        except InvalidRequest:
            return show(lobby, *found, problem=lobby.say("wrong_name", found[1]), status=HTTPStatus.BAD_REQUEST)
        set_language(language)
        return _done("saved")

    _add_password(pages, lobby)
    _add_factors(pages, lobby)
    _add_sessions(pages, lobby)


def _add_password(pages: Blueprint, lobby: Lobby) -> None:
    @pages.post("/account/password")
    def change_password() -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        at, person = found
        form, remote = request.form, request.remote_addr or ""
        try:
            lobby.own.change_password(at, person, form.get("before", ""), form.get("after", ""), remote)
        except Unauthenticated:
            return show(lobby, at, person, problem=lobby.say("wrong_password", person), status=HTTPStatus.FORBIDDEN)
        except InvalidRequest:
            return show(lobby, at, person, problem=lobby.say("wrong_length", person), status=HTTPStatus.BAD_REQUEST)
        except TooManyRequests as refusal:
            return lobby.waits(refusal, ACCOUNT)
        lobby.letters.notice(person.email, person.name, person.locale, "password")
        return _done("password")


def _add_factors(pages: Blueprint, lobby: Lobby) -> None:
    @pages.post("/account/factors/<factor_id>/remove")
    def remove_factor(factor_id: str) -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        refusal = _checked(lobby, *found)
        if refusal is not None:
            return refusal
        try:
            lobby.own.remove_factor(*found, factor_id)
        except Conflict:
            return show(lobby, *found, problem=lobby.say("last_factor", found[1]), status=HTTPStatus.CONFLICT)
        except NotFound:
            return redirect(ACCOUNT, HTTPStatus.SEE_OTHER)
        lobby.letters.notice(found[1].email, found[1].name, found[1].locale, "removed")
        return _done("removed")

    @pages.post("/account/recovery")
    def renew_recovery_codes() -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        refusal = _checked(lobby, *found)
        if refusal is not None:
            return refusal
        person = found[1]
        try:
            codes = lobby.own.new_recovery_codes(person)
        except Conflict:
            return redirect(ACCOUNT, HTTPStatus.SEE_OTHER)
        lobby.letters.notice(person.email, person.name, person.locale, "codes")
        return lobby.page("recovery_codes", person, codes=codes, next=ACCOUNT)


def _add_sessions(pages: Blueprint, lobby: Lobby) -> None:
    @pages.post("/account/sessions/<session_id>/end")
    def end_one(session_id: str) -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        try:
            lobby.own.end_session(found[1], session_id)
        except NotFound:
            return redirect(ACCOUNT, HTTPStatus.SEE_OTHER)
        return _done("ended")

    @pages.post("/account/sessions/end")
    def end_others() -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        lobby.own.end_other_sessions(*found)
        return _done("ended_others")


def show(
    lobby: Lobby,
    at: Session,
    person: SignedIn,
    *,
    problem: str = "",
    done: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> AnyResponse:
    """Return the page."""
    return lobby.page(
        "account",
        person,
        status,
        problem=problem,
        done=done,
        person=person,
        organisation=lobby.organisations.get(person.organisation).name,
        overview=lobby.own.overview(at, person),
    )


def _checked(lobby: Lobby, at: Session, person: SignedIn) -> AnyResponse | None:
    """Ask for the password again, of whoever has one; return what answers a wrong one.

    An unlocked screen in somebody else's hands is enough to read, and not to take a second factor away.
    """
    if not lobby.own.has_password(person):
        return None
    try:
        lobby.accounts.check_password(person, request.form.get("password", ""), request.remote_addr or "")
    except Unauthenticated:
        return show(lobby, at, person, problem=lobby.say("wrong_password", person), status=HTTPStatus.FORBIDDEN)
    except TooManyRequests as refusal:
        return lobby.waits(refusal, ACCOUNT)
    return None


def _done(what: str) -> AnyResponse:
    return redirect(f"{ACCOUNT}?done={what}", HTTPStatus.SEE_OTHER)
