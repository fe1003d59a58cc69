"""`/account/confirm`: somebody who is signed in shows again who they are, by password or by second factor."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.accounts.confirming import CONFIRM
from dashboards.accounts.lobby import Lobby
from dashboards.sessions import remember_language
from lrs.errors import TooManyRequests, Unauthenticated
from training.accounts import SignedIn
from training.accounts.factors import FactorKind
from training.accounts.sessions import Session, Stage


def add_pages(pages: Blueprint, lobby: Lobby) -> None:
    """Add the page and its three forms, one for each thing that may be shown."""

    @pages.get(CONFIRM)
    def ask_again() -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        remember_language()
        return _show(lobby, *found)

    @pages.post(CONFIRM)
    def confirm_by_password() -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        at, person = found
        try:
            lobby.accounts.check_password(person, request.form.get("password", ""), request.remote_addr or "")
        except Unauthenticated:
            return _show(lobby, at, person, "wrong_password")
        except TooManyRequests as refusal:
            return lobby.waits(refusal, CONFIRM)
        return _confirmed(lobby, at)

    _add_factors(pages, lobby)


def _add_factors(pages: Blueprint, lobby: Lobby) -> None:
    @pages.post(f"{CONFIRM}/code")
    def confirm_by_code() -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        at, person = found
        try:
            lobby.second.check_code(at, person, request.form.get("code", ""), request.remote_addr or "")
        except Unauthenticated:
            # One try too many ends the session.
            return lobby.elsewhere() if lobby.find(Stage.FULL) is None else _show(lobby, at, person, "wrong_code")
        except TooManyRequests as refusal:
            return lobby.waits(refusal, CONFIRM)
        return _confirmed(lobby, at)

    @pages.post(f"{CONFIRM}/passkey")
    def confirm_by_passkey() -> AnyResponse:
        found = lobby.find(Stage.FULL)
        if found is None:
            return lobby.elsewhere()
        at, person = found
        try:
            lobby.second.check_passkey(at, person, lobby.site(), request.form.get("answer", ""))
        except Unauthenticated:
            return _show(lobby, at, person, "wrong_passkey")
        return _confirmed(lobby, at)


def _confirmed(lobby: Lobby, at: Session) -> AnyResponse:
    lobby.accounts.sessions.confirm(at)
    return redirect(CONFIRM, HTTPStatus.SEE_OTHER)


def _show(lobby: Lobby, at: Session, person: SignedIn, problem: str = "") -> AnyResponse:
    kinds = lobby.second.kinds(person)
    is_confirmed = at.is_confirmed(lobby.clock.now_micros())
    asks_passkey = not is_confirmed and FactorKind.PASSKEY in kinds
    return lobby.page(
        "confirm",
        person,
        HTTPStatus.FORBIDDEN if problem else HTTPStatus.OK,
        problem=lobby.say(problem, person) if problem else "",
        is_confirmed=is_confirmed,
        has_password=lobby.own.has_password(person),
        email=person.email,
        options=lobby.second.passkey_request(at, person, lobby.site()) if asks_passkey else "",
        has_code=bool(kinds - {FactorKind.PASSKEY}),
    )
