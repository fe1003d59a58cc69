"""The trainer's page about one trainee of a half-day: note, correct, take back, send a link."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.attendance.correspondence import link_letter
from dashboards.attendance.letters import Delivery, Mailer
from dashboards.attendance.marking import OFFERED, is_correction, parse_remark, shown_remark, typed_remark
from dashboards.attendance.trainer import HOME, TrainerDesk
from dashboards.attendance.wording import Unfilled
from lrs.errors import AssiduError, Conflict, InvalidRequest, NotFound, PreconditionFailed, Problem
from training.attendance import Line, PersonalLink, Sheet, Status

# How long a trainer waits to hear whether a letter was taken.
PATIENCE_SECONDS: Final = 4.0
_LETTERS: Final = {
    Delivery.SENT: "Le lien est parti à l’adresse e-mail enregistrée.",
    Delivery.UNDER_WAY: "Le serveur de messagerie tarde : l’envoi se poursuit.",
    Delivery.REFUSED: "Le serveur de messagerie l’a refusée : vérifiez l’adresse enregistrée, ou affichez un lien.",
    Delivery.UNAVAILABLE: "Aucune lettre ne peut partir maintenant : affichez plutôt un lien.",
}


def add_pages(pages: Blueprint, trainer: TrainerDesk, mailer: Mailer) -> None:
    """Add the page about one trainee to the trainer's."""

    @pages.get("/slots/<slot_id>/trainees/<enrolment_id>")
    def person(slot_id: str, enrolment_id: str) -> AnyResponse:
        return _show(trainer, mailer, *_find(trainer, slot_id, enrolment_id))

    @pages.post("/slots/<slot_id>/trainees/<enrolment_id>")
    def note(slot_id: str, enrolment_id: str) -> AnyResponse:
        sheet, line = _find(trainer, slot_id, enrolment_id)
        try:
            _note(trainer, sheet, line)
        except (Conflict, InvalidRequest, PreconditionFailed) as refusal:
            # As it is now: what was refused may have been refused because of what has changed.
            sheet, line = _find(trainer, slot_id, enrolment_id)
            return _show(trainer, mailer, sheet, line, refusal, form=typed_remark(request.form))
        return redirect(f"{HOME}slots/{slot_id}", HTTPStatus.SEE_OTHER)

    @pages.post("/slots/<slot_id>/trainees/<enrolment_id>/void")
    def void(slot_id: str, enrolment_id: str) -> AnyResponse:
        sheet, line = _find(trainer, slot_id, enrolment_id)
        try:
            reason = _reason("reason", "Indiquez le motif de l’annulation.")
            voided = _mark_id("voided")
            trainer.desk.void(trainer.reader.organisation, slot_id, enrolment_id, voided, reason, trainer.author)
        except (Conflict, InvalidRequest, PreconditionFailed) as refusal:
            return _show(trainer, mailer, sheet, line, refusal)
        return redirect(f"{HOME}slots/{slot_id}/trainees/{enrolment_id}", HTTPStatus.SEE_OTHER)

    @pages.post("/slots/<slot_id>/trainees/<enrolment_id>/link")
    def link(slot_id: str, enrolment_id: str) -> AnyResponse:
        sheet, line = _find(trainer, slot_id, enrolment_id)
        try:
            made = trainer.desk.personal_link(trainer.reader.organisation, slot_id, enrolment_id, trainer.author)
        except (Conflict, InvalidRequest) as refusal:
            return _show(trainer, mailer, sheet, line, refusal)
        if request.form.get("way") == "mail":
            return _show(trainer, mailer, sheet, line, letter=_send(trainer, mailer, sheet, made))
        return _show(trainer, mailer, sheet, line, link=trainer.link(made.token), link_until=made.expires_at)


def _find(trainer: TrainerDesk, slot_id: str, enrolment_id: str) -> tuple[Sheet, Line]:
    sheet = trainer.sheet(slot_id)
    line = sheet.line(enrolment_id)
    if line is None:
        raise NotFound("Nobody of this enrolment is on the sheet.")
    return sheet, line


def _show(
    trainer: TrainerDesk, mailer: Mailer, sheet: Sheet, line: Line, problem: AssiduError | None = None, **values: Any  # noqa: ANN401 - templates
) -> Response:  # fmt: skip
    # Who has signed was there: to say so once more without the signature is no offer.
    offered = [item for item in OFFERED if not (line.is_signed and item[0] is Status.PRESENT)]
    usual = {"form": shown_remark(line, sheet), "letter": "", "link": "", "link_until": None}
    return trainer.show(
        "trainee.html", sheet, problem, line=line, offered=offered, can_mail=mailer.is_available, **{**usual, **values}
    )


def _note(trainer: TrainerDesk, sheet: Sheet, line: Line) -> None:
    organisation, author = trainer.reader.organisation, trainer.author
    slot_id, enrolment_id = sheet.slot.id, line.enrolment_id
    remark = parse_remark(request.form, sheet)
    if is_correction(line, remark):
        reason = _reason("correction", "Indiquez pourquoi vous corrigez ce qui est enregistré.")
        trainer.desk.correct(organisation, slot_id, enrolment_id, _mark_id("replaced"), remark, reason, author)
    else:
        trainer.desk.mark(organisation, slot_id, enrolment_id, remark, author)


def _reason(name: str, missing: str) -> str:
    reason = request.form.get(name, "").strip()
    if not reason:
        raise Unfilled("A reason is missing.", [Problem(f"/{name}", missing)])
    return reason


def _mark_id(name: str) -> UUID:
    """Return which mark the page showed; a page that showed none has been overtaken."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError as error:
        raise PreconditionFailed("The page showed another state of the sheet.") from error


def _send(trainer: TrainerDesk, mailer: Mailer, sheet: Sheet, made: PersonalLink) -> str:
    if not made.address:
        return "Aucune adresse e-mail n’est enregistrée pour cette personne : affichez plutôt un lien."
    letter = link_letter(sheet, made, trainer.link(made.token))
    return _LETTERS[mailer.send(letter, PATIENCE_SECONDS)]
