"""Showing a second factor, on the way in and again later: the same checks, told on the page of whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.accounts.lobby import Lobby
from lrs.errors import TooManyRequests, Unauthenticated
from training.accounts import SignedIn
from training.accounts.factors import FactorKind
from training.accounts.sessions import Session, Stage


class Show(Protocol):
    """Shows the page that asks for a factor, with what was wrong with the last one."""

    def __call__(self, at: Session, person: SignedIn, problem: str, status: HTTPStatus) -> AnyResponse: ...  # noqa: D102 - see above


@dataclass(frozen=True, slots=True)
class Asking:
    """A page that asks for a second factor: of sessions that have come so far, under which status it says no."""

    lobby: Lobby
    stage: Stage
    show: Show
    refuses: HTTPStatus

    def take_code(self, then: Callable[[Session, SignedIn, FactorKind], AnyResponse]) -> AnyResponse:
        """Check the code that was sent. One try too many ends the session."""
        found = self.lobby.find(self.stage)
        if found is None:
            return self.lobby.elsewhere()
        at, person = found
        try:
            kind = self.lobby.second.check_code(at, person, request.form.get("code", ""), request.remote_addr or "")
        except Unauthenticated:
            if self.lobby.find(self.stage) is None:
                return self.lobby.elsewhere()
            return self.refuse(at, person, "wrong_code")
        except TooManyRequests as refusal:
            return self.wait(at, person, refusal)
        return then(at, person, kind)

    def take_passkey(self, then: Callable[[Session, SignedIn], AnyResponse]) -> AnyResponse:
        """Check what a passkey has answered."""
        found = self.lobby.find(self.stage)
        if found is None:
            return self.lobby.elsewhere()
        at, person = found
        try:
            self.lobby.second.check_passkey(at, person, self.lobby.site(), request.form.get("answer", ""))
        except Unauthenticated:
            return self.refuse(at, person, "wrong_passkey")
        return then(at, person)

    def refuse(self, at: Session, person: SignedIn, key: str) -> AnyResponse:
        """Ask again, saying what was wrong."""
        return self.show(at, person, self.lobby.say(key, person), self.refuses)

    def wait(self, at: Session, person: SignedIn, refusal: TooManyRequests) -> AnyResponse:
        """Ask somebody to wait."""
        page = self.show(at, person, self.lobby.slow(refusal), HTTPStatus.TOO_MANY_REQUESTS)
        page.headers["Retry-After"] = str(refusal.retry_after)
        return page
