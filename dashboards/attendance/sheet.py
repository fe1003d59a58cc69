"""The trainer's page with the sheet as it is signed: read, countersigned, taken away as CSV."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.attendance.course import table
from dashboards.attendance.drawing import parse_drawing
from dashboards.attendance.trainer import HOME, TrainerDesk
from dashboards.attendance.wording import UNSIGNED, Unfilled
from lrs.errors import Conflict, InvalidRequest, PreconditionFailed, Problem
from training.attendance import Sheet
from training.attendance.table import sheet_table
from training.records.ids import PersonId


def add_pages(pages: Blueprint, trainer: TrainerDesk) -> None:
    """Add the sheet to the trainer's pages."""

    @pages.get("/slots/<slot_id>/sheet")
    def sheet(slot_id: str) -> AnyResponse:
        return trainer.show("sheet.html", trainer.sheet(slot_id))

    @pages.get("/slots/<slot_id>/sheet.csv")
    def sheet_csv(slot_id: str) -> AnyResponse:
        return table(sheet_table(trainer.sheet(slot_id)), f"emargement-{slot_id}.csv")

    @pages.post("/slots/<slot_id>/sheet")
    def countersign(slot_id: str) -> AnyResponse:
        try:
            _countersign(trainer, slot_id)
        except (Conflict, InvalidRequest, PreconditionFailed) as refusal:
            return trainer.show("sheet.html", trainer.sheet(slot_id), refusal)
        return redirect(f"{HOME}slots/{slot_id}/sheet", HTTPStatus.SEE_OTHER)


def _countersign(trainer: TrainerDesk, slot_id: str) -> Sheet:
    drawing = parse_drawing(request.form.get("drawing", ""))
    if drawing is None and request.form.get("agree") != "yes":
        raise Unfilled("There is no signature.", [Problem("/drawing", UNSIGNED)])
    given = request.form.get("trainer")
    return trainer.desk.countersign(
        trainer.reader.organisation,
        slot_id,
        request.form.get("sheet", ""),
        trainer.author,
        trainer_id=PersonId(given) if given else None,
        drawing=drawing,
    )
