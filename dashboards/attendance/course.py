"""The sheet of a whole training session, a week at a time: trainees down, half-days across; and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.attendance import wording
from dashboards.attendance.calendar import monday_of
from dashboards.attendance.trainer import TrainerDesk
from training.attendance import Line, Sheet, Status
from training.attendance.table import MEDIA_TYPE, sheet_table
from training.records.slot import Slot

_CODES = {Status.ABSENT_JUSTIFIED: "AJ", Status.ABSENT_UNJUSTIFIED: "ANJ"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One trainee in one half-day: a short code, the same in words, and how it is coloured."""

    code: str
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """One trainee: a cell for each half-day, None where they have no enrolment; what counts, of what was expected."""

    name: str
    cells: tuple[Cell | None, ...]
    credited_seconds: int
    expected_seconds: int


def rows_of(sheets: Sequence[Sheet]) -> list[Row]:
    """Return a row for each trainee of these half-days, by name."""
    people = {line.enrolment_id: line for sheet in sheets for line in sheet.lines}
    ordered = sorted(people.values(), key=lambda line: (line.last_name.casefold(), line.first_name.casefold()))
    return [_row(line, sheets) for line in ordered]


def cell_of(line: Line) -> Cell:
    """Return what is known of a trainee in a half-day."""
    mark = line.mark
    if mark is None:
        return Cell("…", "en attente", "unknown") if line.is_expected else Cell("–", "non attendu", "out")
    words = wording.status(mark)
    if not mark.status.is_present:
        return Cell(_CODES[mark.status], words, "away")
    missed = (("R", mark.late_seconds), ("D", mark.early_seconds))
    parts = [f"{letter}{seconds // 60}" for letter, seconds in missed if seconds]
    code = " ".join(parts) or ("P" if line.is_signed else "p")
    return Cell(code, f"{words}, {'signée' if line.is_signed else 'sans signature'}", "there")


def weeks_of(slots: Iterable[Slot]) -> list[date]:
    """Return the Monday of each week that has a half-day."""
    return sorted({monday_of(slot.held_on) for slot in slots})


def choose_week(weeks: Sequence[date], wanted: str | None, today: date) -> date | None:
    """Return the week that a link asks for, else today's, else the last one before, else the first; None of none.

    >>> first, third = date(2026, 1, 5), date(2026, 1, 19)
    >>> choose_week([first, third], "2026-01-19", date(2026, 1, 6)) == third
    True
    >>> choose_week([first, third], "hier", date(2026, 1, 14)) == first
    True
    """
    asked = [week for week in weeks if week.isoformat() == wanted]
    past = [week for week in weeks if week <= today]
    return next(iter([*asked, *reversed(past), *weeks]), None)


def add_pages(pages: Blueprint, trainer: TrainerDesk) -> None:
    """Add the session's sheet to the trainer's pages."""

    @pages.get("/sessions/<session_id>")
    def session_sheet(session_id: str) -> AnyResponse:
        return _show(trainer, session_id)

    @pages.get("/sessions/<session_id>.csv")
    def session_table(session_id: str) -> AnyResponse:
        course, _, slots = trainer.agenda.course(trainer.reader.organisation, session_id)
        tables = [sheet_table(trainer.sheet(slot.id)) for slot in slots]
        return table(_joined(tables), f"emargement-{course.id}.csv")


def table(content: bytes, name: str) -> Response:
    """Return a CSV file to keep; `name` is made of ids, which need no quoting."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, content_type=MEDIA_TYPE, headers=headers)


def _show(trainer: TrainerDesk, session_id: str) -> Response:
    course, title, slots = trainer.agenda.course(trainer.reader.organisation, session_id)
    weeks = weeks_of(slots)
    week = choose_week(weeks, request.args.get("week"), trainer.today())
    at = weeks.index(week) if week else 0
    sheets = [trainer.sheet(slot.id) for slot in slots if monday_of(slot.held_on) == week]
    return trainer.page(
        "session.html",
        session=course,
        title=title,
        week=week,
        before=weeks[at - 1] if at else None,
        after=weeks[at + 1] if at + 1 < len(weeks) else None,
        sheets=sheets,
        rows=rows_of(sheets),
    )


def _row(line: Line, sheets: Sequence[Sheet]) -> Row:
    found = [(sheet, sheet.line(line.enrolment_id)) for sheet in sheets]
    expected = sum(sheet.slot.planned_seconds for sheet, one in found if one is not None and one.is_expected)
    credited = sum(one.mark.credited_seconds for _, one in found if one is not None and one.mark is not None)
    cells = tuple(None if one is None else cell_of(one) for _, one in found)
    return Row(f"{line.last_name} {line.first_name}", cells, credited, expected)


def _joined(tables: Sequence[bytes]) -> bytes:
    """Return the tables as one, with one head."""
    return b"".join(content if not at else content.partition(b"\r\n")[2] for at, content in enumerate(tables))
