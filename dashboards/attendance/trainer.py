"""The trainer's pages: the week's half-days, one half-day while it is signed, and its QR code on the wall."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards import formats
from dashboards.attendance.agenda import Agenda
from dashboards.attendance.calendar import (
    UNFINISHED,
    UNFINISHED_MOST,
    WEEK,
    Item,
    by_day,
    is_unfinished,
    monday_of,
    parse_week,
)
from dashboards.attendance.drawing import FORM_BYTES
from dashboards.attendance.menu import Menu
from dashboards.attendance.rendering import Renderer, status_of, told, with_wait
from dashboards.attendance.wording import Absent
from dashboards.reader import Reader
from dashboards.sessions import is_own_form
from dashboards.views.lens import Lens, Sources
from lrs.clock import Clock, to_datetime
from lrs.errors import AssiduError, Conflict, NotFound
from training.access import Role
from training.attendance import Author, Desk, Display, Remark, Sheet, SheetState, Status
from training.records.ids import SlotId

HOME: Final = "/dashboards/attendance/"
# Whom these pages serve: a trainer for the sessions that are theirs.
ROLES: Final = frozenset((Role.TRAINER, Role.MANAGER, Role.ADMINISTRATOR))


class TrainerDesk:
    """What every page of a trainer needs: who reads, which sheet, and how to show a refusal beside it."""

    def __init__(
        self, desk: Desk, agenda: Agenda, sources: Sources, renderer: Renderer, public_url: str | None, menu: Menu
    ) -> None:
        self.desk = desk
        self._sources = sources
        self._menu = menu
        self.agenda = agenda
        self.clock: Clock = sources.services.clock
        self.renderer = renderer
        self._public_url = public_url

    @property
    def reader(self) -> Reader:
        """Who is signed in: the guard of `dashboards.mount` has let them in."""
        reader: Reader = g.reader
        return reader

    @property
    def author(self) -> Author:
        """Whose act it is."""
        return Author("account", self.reader.account_id, self.reader.person)

    @property
    def lens(self) -> Lens:
        """What of the organisation the reader may see."""
        return Lens(self._sources, self.reader.viewer)

    def check(self, slot_id: str | None, session_id: str | None) -> None:
        """Refuse whoever has nothing to do with this half-day, or this session, in the words for what is not there."""
        lens = self.lens
        if self.reader.viewer.role not in ROLES:
            raise NotFound("There is no such page.")
        if lens.scope.is_whole:
            return
        slot = lens.records.slots.get(SlotId(slot_id)) if slot_id is not None else None
        if slot_id is not None and (slot is None or slot.session_id not in lens.scope.sessions):
            raise NotFound("There is no half-day of this id.")
        if session_id is not None and session_id not in lens.scope.sessions:
            raise NotFound("There is no training session of this id.")

    def page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:  # noqa: ANN401 - templates
        """Return a page with the bar and the menu of the reader."""
        menu = self._menu(self.reader.viewer.role)
        return self.renderer.page(template, status, reader=self.reader, menu=menu, **values)

    def sheet(self, slot_id: str) -> Sheet:
        """Return a slot's sheet as it stands; raises NotFound."""
        return self.desk.sheet(self.reader.organisation, slot_id)

    def today(self) -> date:
        """Return the day that it is in Paris."""
        return to_datetime(self.clock.now_micros()).astimezone(formats.PARIS).date()

    def link(self, token: str) -> str:
        """Return the address that a token is opened at."""
        return f"{(self._public_url or request.host_url).rstrip('/')}/emargement/{token}"

    def values(self, sheet: Sheet) -> dict[str, Any]:
        """Return what each page about a slot shows."""
        counts = count_lines(sheet)
        path = f"{HOME}slots/{sheet.slot.id}"
        zone = sheet.session.zone
        return {"sheet": sheet, "zone": zone, "path": path, "counts": counts}

    def display(self, sheet: Sheet) -> dict[str, Any]:
        """Return the code and the link to show, if the slot is open."""
        display: Display | None = None
        if sheet.state is SheetState.OPEN:
            try:
                display = self.desk.display(self.reader.organisation, sheet.slot.id)
            except Conflict:  # it has been closed since
                display = None
        return {"display": display, "link": "" if display is None else self.link(display.token)}

    def show(self, template: str, sheet: Sheet, problem: AssiduError | None = None, **values: Any) -> Response:  # noqa: ANN401 - templates
        """Return a page about a slot, with what was refused."""
        status = HTTPStatus.OK if problem is None else status_of(problem)
        notice = None if problem is None else told(problem)
        page = self.page(template, status, **self.values(sheet), told=notice, **values)
        return page if problem is None else with_wait(page, problem)


def blueprint(trainer: TrainerDesk) -> Blueprint:
    """Return the pages under `/dashboards/attendance/`."""
    pages = Blueprint("attendance", __name__, url_prefix=HOME.rstrip("/"))

    @pages.before_request
    def refuse_forms_of_others() -> AnyResponse | None:
        request.max_content_length = FORM_BYTES
        return trainer.renderer.stale(HOME) if request.method == "POST" and not is_own_form() else None

    @pages.before_request
    def refuse_what_is_not_theirs() -> None:
        # Here, for every page and every act: what none of them can forget.
        where = request.view_args or {}
        trainer.check(where.get("slot_id"), where.get("session_id"))

    @pages.errorhandler(AssiduError)
    def refuse(error: AssiduError) -> AnyResponse:
        # Who has signed in came by no link that a trainer gave.
        return trainer.renderer.refuse(Absent(error.message) if isinstance(error, NotFound) else error, HOME)

    _add_views(pages, trainer)
    _add_acts(pages, trainer)
    return pages


def _add_views(pages: Blueprint, trainer: TrainerDesk) -> None:
    @pages.get("")
    def without_slash() -> AnyResponse:
        # Else the live feed's own route would take it.
        return redirect(HOME)

    @pages.get("/")
    def weeks() -> AnyResponse:
        return _weeks(trainer)

    @pages.get("/slots/<slot_id>")
    def slot(slot_id: str) -> AnyResponse:
        sheet = trainer.sheet(slot_id)
        return trainer.show("slot.html", sheet, **trainer.display(sheet))

    @pages.get("/slots/<slot_id>/live")
    def slot_live(slot_id: str) -> AnyResponse:
        sheet = trainer.sheet(slot_id)
        return trainer.show("slot_live.html", sheet, **trainer.display(sheet))

    @pages.get("/slots/<slot_id>/display")
    def display(slot_id: str) -> AnyResponse:
        sheet = trainer.sheet(slot_id)
        return trainer.show("display.html", sheet, **trainer.display(sheet))

    @pages.get("/slots/<slot_id>/display/live")
    def display_live(slot_id: str) -> AnyResponse:
        sheet = trainer.sheet(slot_id)
        return trainer.show("display_live.html", sheet, **trainer.display(sheet))


def _add_acts(pages: Blueprint, trainer: TrainerDesk) -> None:
    @pages.post("/slots/<slot_id>/open")
    def open_slot(slot_id: str) -> AnyResponse:
        sheet = trainer.sheet(slot_id)
        try:
            trainer.desk.open(trainer.reader.organisation, slot_id, trainer.author)
        except Conflict as refusal:
            return trainer.show("slot.html", sheet, refusal, **trainer.display(sheet))
        return redirect(f"{HOME}slots/{slot_id}", HTTPStatus.SEE_OTHER)

    @pages.get("/slots/<slot_id>/close")
    def ask_to_close(slot_id: str) -> AnyResponse:
        return trainer.show("close.html", trainer.sheet(slot_id))

    @pages.post("/slots/<slot_id>/close")
    def close_slot(slot_id: str) -> AnyResponse:
        return _close(trainer, slot_id)


def _weeks(trainer: TrainerDesk) -> Response:
    now, today = to_datetime(trainer.clock.now_micros()), trainer.today()
    monday, this_monday = parse_week(request.args.get("week"), today), monday_of(today)
    is_now = monday == this_monday
    since = today - UNFINISHED if is_now else monday
    items = trainer.agenda.items(trainer.reader.organisation, since, monday + WEEK - timedelta(days=1))
    scope = trainer.lens.scope
    items = [item for item in items if scope.is_whole or item.slot.session_id in scope.sessions]
    # Only what is being signed is counted: that takes its sheet.
    items = [replace(item, counts=_counts(trainer, item)) for item in items]
    unfinished = [item for item in items if is_now and is_unfinished(item, now)]
    rest = [item for item in items if item.slot.held_on >= monday and item not in unfinished]
    return trainer.page(
        "slots.html",
        today=today,
        monday=monday,
        this_monday=this_monday,
        before=(monday - WEEK).isoformat(),
        after=(monday + WEEK).isoformat(),
        unfinished=by_day(unfinished[-UNFINISHED_MOST:]),
        unfinished_more=max(0, len(unfinished) - UNFINISHED_MOST),
        days=by_day(rest),
    )


def _counts(trainer: TrainerDesk, item: Item) -> dict[str, int] | None:
    return count_lines(trainer.sheet(item.slot.id)) if item.state is SheetState.OPEN else None


def count_lines(sheet: Sheet) -> dict[str, int]:
    """Count who is expected: signed, present without a signature, away, and of whom nothing is known."""
    expected = [line for line in sheet.lines if line.is_expected]
    there = [line.mark is not None and line.mark.status.is_present for line in expected]
    signed = sum(line.is_signed for line in expected)
    return {
        "expected": len(expected),
        "signed": signed,
        "unsigned": sum(there) - signed,
        "away": len(expected) - sum(there) - len(sheet.missing),
        "missing": len(sheet.missing),
    }


def _close(trainer: TrainerDesk, slot_id: str) -> AnyResponse:
    """Close a slot and, if asked to, note as absent those of whom nothing is known then."""
    organisation, author = trainer.reader.organisation, trainer.author
    sheet = trainer.desk.close(organisation, slot_id, author)
    if request.form.get("absent") == "yes":
        # Whoever has signed since the page was shown is not among them any more.
        for line in sheet.missing:
            try:
                trainer.desk.mark(organisation, slot_id, line.enrolment_id, Remark(Status.ABSENT_UNJUSTIFIED), author)
            except Conflict as refusal:
                left = trainer.sheet(slot_id)
                return trainer.show("slot.html", left, refusal, **trainer.display(left))
    return redirect(f"{HOME}slots/{slot_id}", HTTPStatus.SEE_OTHER)
