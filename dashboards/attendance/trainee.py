"""The trainee's pages, without an account: who are you, what you sign, what was recorded."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from dashboards.attendance.correspondence import code_letter
from dashboards.attendance.drawing import FORM_BYTES, parse_drawing
from dashboards.attendance.letters import Delivery, Mailer
from dashboards.attendance.rendering import Renderer, status_of, told, with_wait
from dashboards.attendance.wording import UNSIGNED, Unfilled
from dashboards.sessions import form_token, is_own_form
from lrs.errors import (
    AssiduError,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    PreconditionFailed,
    Problem,
    TooManyRequests,
)
from training.attendance import Device, Entrance, Signature, Ticket, Visit

PREFIX: Final = "/emargement"
# How long a trainee waits to hear whether their code was taken by the mail server.
_PATIENCE_SECONDS: Final = 4.0
# In the session's cookie, beside a signed-in person's: who is signing on this browser, and which browser it is.
_TICKET, _CHOICE, _HINT, _DEVICE = "signing", "choice", "hint", "device"
_NOT_PROVEN: Final = (Conflict, Forbidden, InvalidRequest, TooManyRequests)


class TraineeDoor:
    """What every page of a trainee needs."""

    def __init__(self, entrance: Entrance, mailer: Mailer, renderer: Renderer) -> None:
        self.entrance = entrance
        self.mailer = mailer
        self.renderer = renderer

    def show(
        self, template: str, problem: AssiduError | None = None, notice: dict[str, str] | None = None, **values: Any  # noqa: ANN401 - templates
    ) -> Response:  # fmt: skip
        """Return a page, with what was refused."""
        status = HTTPStatus.OK if problem is None else status_of(problem)
        said = notice if problem is None else told(problem)
        page = self.renderer.page(template, status, told=said, token_of_form=form_token(), **values)
        return page if problem is None else with_wait(page, problem)

    def identity(
        self, token: str, problem: AssiduError | None = None, notice: dict[str, str] | None = None
    ) -> Response:
        """Return the page that asks who somebody is."""
        visit = self.entrance.visit(token)
        can_mail = self.mailer.is_available and any(choice.has_mail for choice in visit.choices)
        chosen = request.form.get("choice", "")
        values = {"token": token, "visit": visit, "zone": _zone(visit), "can_mail": can_mail, "chosen": chosen}
        return self.show("identity.html", problem, notice, **values)

    def mailed(self, token: str, problem: AssiduError | None = None) -> AnyResponse:
        """Return the page that asks for the code sent by e-mail."""
        visit, hint = self.entrance.visit(token), session.get(_HINT)
        if not isinstance(hint, str):
            return redirect(f"{PREFIX}/{token}")
        return self.show("mailed.html", problem, None, token=token, visit=visit, zone=_zone(visit), hint=hint)

    def signature(self, problem: AssiduError | None = None) -> Response:
        """Return the page with the text to sign, or with what is recorded."""
        reading = self.entrance.read(_ticket())
        zone = _zone(reading.visit)
        if reading.mark is not None and problem is None:
            return self.show("signed.html", reading=reading, visit=reading.visit, zone=zone)
        reason = request.form.get("reason", "")
        return self.show("signature.html", problem, None, reading=reading, zone=zone, reason=reason)


def blueprint(door: TraineeDoor) -> Blueprint:
    """Return the pages under `/emargement`, with the style sheet and scripts of both sides."""
    pages = Blueprint(
        "signing",
        __name__,
        url_prefix=PREFIX,
        static_folder=str(Path(__file__).parent / "static"),
        static_url_path="/static",
    )

    @pages.before_request
    def refuse_forms_of_others() -> AnyResponse | None:
        request.max_content_length = FORM_BYTES
        is_others = request.method == "POST" and not is_own_form()
        return door.renderer.stale(request.path) if is_others else None

    @pages.errorhandler(AssiduError)
    def refuse(error: AssiduError) -> AnyResponse:
        return door.renderer.refuse(error)

    _add_identity(pages, door)
    _add_signature(pages, door)
    return pages


def _add_identity(pages: Blueprint, door: TraineeDoor) -> None:
    @pages.get("/")
    def without_a_link() -> AnyResponse:
        return door.renderer.page("problem.html", HTTPStatus.NOT_FOUND, told=_NO_LINK, back="")

    @pages.get("/<token>")
    def identity(token: str) -> AnyResponse:
        return door.identity(token)

    @pages.post("/<token>")
    def prove(token: str) -> AnyResponse:
        return _prove(door, token)

    @pages.get("/<token>/code")
    def mailed(token: str) -> AnyResponse:
        return door.mailed(token)

    @pages.post("/<token>/code")
    def prove_by_mail(token: str) -> AnyResponse:
        try:
            ticket = door.entrance.prove_by_mail(token, str(session.get(_CHOICE, "")), _code(), _device())
        except _NOT_PROVEN as refusal:
            return door.mailed(token, refusal)
        return _begin(ticket)


def _add_signature(pages: Blueprint, door: TraineeDoor) -> None:
    @pages.get("/signature")
    def signature() -> AnyResponse:
        return door.signature()

    @pages.post("/signature")
    def sign() -> AnyResponse:
        try:
            _sign(door)
        except (Conflict, InvalidRequest, PreconditionFailed) as refusal:
            return door.signature(refusal)
        return redirect(f"{PREFIX}/signature", HTTPStatus.SEE_OTHER)

    @pages.post("/leave")
    def leave() -> AnyResponse:
        session.pop(_TICKET, None)
        return door.renderer.page("problem.html", told=_LEFT, back="")


_NO_LINK: Final = {
    "title": "Pour signer, il faut un lien",
    "text": "Visez le QR code affiché par votre formateur, ou ouvrez le lien que vous avez reçu par e-mail.",
}
_LEFT: Final = {
    "title": "Rien n’a été signé",
    "text": "Visez à nouveau le QR code, ou ouvrez votre lien, pour signer à votre nom.",
}


def _prove(door: TraineeDoor, token: str) -> AnyResponse:
    """Take who somebody says to be, by the way they chose to show it."""
    choice, way = request.form.get("choice", ""), request.form.get("way", "")
    try:
        if way == "link":
            return _begin(door.entrance.prove_by_link(token, _device()))
        if not choice:
            raise Unfilled("Nobody was chosen.", [Problem("/choice", "Choisissez votre nom.")])
        if way == "mail":
            return _mail_code(door, token, choice)
        return _begin(door.entrance.prove_by_code(token, choice, _code(), _device()))
    except _NOT_PROVEN as refusal:
        return door.identity(token, refusal)


def _mail_code(door: TraineeDoor, token: str, choice: str) -> AnyResponse:
    visit = door.entrance.visit(token)
    if not door.mailer.is_available:
        raise Conflict("This deployment sends no mail.")
    mailed = door.entrance.mail_code(token, choice, _device())
    delivery = door.mailer.send(code_letter(visit, mailed), _PATIENCE_SECONDS)
    if delivery in (Delivery.REFUSED, Delivery.UNAVAILABLE):
        return door.identity(token, notice=_NO_LETTER)
    session[_CHOICE], session[_HINT] = choice, mailed.hint
    return redirect(f"{PREFIX}/{token}/code", HTTPStatus.SEE_OTHER)


_NO_LETTER: Final = {
    "title": "L’e-mail n’a pas pu partir",
    "text": "Demandez le code affiché, ou un lien personnel, à votre formateur.",
}


def _sign(door: TraineeDoor) -> None:
    drawing = parse_drawing(request.form.get("drawing", ""))
    if drawing is None and request.form.get("agree") != "yes":
        raise Unfilled("There is no signature.", [Problem("/drawing", UNSIGNED)])
    reason = request.form.get("reason", "").strip()
    door.entrance.sign(_ticket(), Signature(request.form.get("text", ""), drawing, reason), _device())


def _begin(ticket: Ticket) -> AnyResponse:
    # Not in the address: what lets somebody sign must not stay in a browser's history.
    session[_TICKET] = ticket.token
    for name in (_CHOICE, _HINT):
        session.pop(name, None)
    return redirect(f"{PREFIX}/signature", HTTPStatus.SEE_OTHER)


def _ticket() -> str:
    ticket = session.get(_TICKET)
    if not isinstance(ticket, str):
        raise NotFound("Nobody is signing on this browser.")
    return ticket


def _code() -> str:
    return "".join(request.form.get("code", "").split())


def _device() -> Device:
    if _DEVICE not in session:
        session[_DEVICE] = secrets.token_urlsafe(12)
    return Device(request.remote_addr or "", request.user_agent.string, str(session[_DEVICE]))


def _zone(visit: Visit) -> ZoneInfo:
    return ZoneInfo(visit.time_zone)
