"""`/account/confirm`: somebody who is signed in shows again who they are, by password or by second factor."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.accounts.confirming import CONFIRM
from dashboards.accounts.lobby import Lobby
from dashboards.accounts.second import Asking
from dashboards.sessions import remember_language
from lrs.errors import TooManyRequests, Unauthenticated
from training.accounts import SignedIn
from training.accounts.factors import FactorKind
from training.accounts.sessions import Session, Stage


def add_pages(pages: Blueprint, lobby: Lobby) -> None:
    """Add the page and its three forms, one for each thing that may be shown."""
    asking = Asking(lobby, Stage.FULL, partial(_show, lobby), HTTPStatus.FORBIDDEN)

    def confirmed(at: Session, *_: object) -> AnyResponse:
        lobby.accounts.sessions.confirm(at)
        return redirect(CONFIRM, HTTPStatus.SEE_OTHER)

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
            return asking.refuse(at, person, "wrong_password")
        except TooManyRequests as refusal:
            return asking.wait(at, person, refusal)
        return confirmed(at)

    @pages.post(f"{CONFIRM}/code")
    def confirm_by_code() -> AnyResponse:
        return asking.take_code(confirmed)

    @pages.post(f"{CONFIRM}/passkey")
    def confirm_by_passkey() -> AnyResponse:
        return asking.take_passkey(confirmed)


def _show(
    lobby: Lobby, at: Session, person: SignedIn, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> AnyResponse:
    kinds = lobby.second.kinds(person)
    is_confirmed = at.is_confirmed(lobby.clock.now_micros())
    asks_passkey = not is_confirmed and FactorKind.PASSKEY in kinds
    return lobby.page(
        "confirm",
        person,
        status,
        problem=problem,
        is_confirmed=is_confirmed,
        has_password=lobby.own.has_password(person),
        email=person.email,
        options=lobby.second.passkey_request(at, person, lobby.site()) if asks_passkey else "",
        has_code=bool(kinds - {FactorKind.PASSKEY}),
    )
