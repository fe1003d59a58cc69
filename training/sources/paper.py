"""Attendance that was signed on paper, as somebody typed it: a table of people and half-days.

Whoever certifies it is named; what was signed stays on the paper, whose scan may be named by its hash. It counts as
declared, never as a signature. Nothing here performs I/O.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from training.attendance.mark import Imported, ImportedFrom, Remark, Status
from training.imports.report import LineProblem
from training.meetings.formats import folded
from training.meetings.log import Participant
from training.meetings.matching import Matching
from training.meetings.stamps import DateOrder, Stamp, parse_stamp
from training.records.ids import PersonId, SlotId
from training.sources.cells import Cells, word_key
from training.sources.dating import settle_order
from training.sources.half_days import Half, parse_half, parse_word
from training.sources.people import EMAIL, FIRST, LAST, NAME, RECORD, Named, People, read_named
from training.sources.plan import Context, Plan, Presence
from training.sources.sheet import Column, Row, Sheet, parse_sheet
from training.sources.slots import Expected, expected_of
from training.sources.workbook import Formula

COLUMNS: Final = (
    NAME, FIRST, LAST, EMAIL, RECORD,
    Column("date", ("jour", "day")),
    Column("half_day", ("demi-journée", "half day", "période")),
    Column("presence", ("présence", "présent", "statut", "status", "attendance")),
    Column("slot_id", ("créneau", "identifiant créneau")),
    Column("certified_by", ("certifié par", "attesté par", "formateur", "certified by")),
)  # fmt: skip
_MARKS: Final[Mapping[str, str]] = {
    word_key(word): status.value
    for status, words in {
        Status.PRESENT: ("p", "présent", "présente", "present", "x", "oui", "o", "1", "✓", "✔", "√", "s", "signé"),
        Status.ABSENT_UNJUSTIFIED: ("a", "abs", "absent", "absente", "non", "n", "0", "ani", "absence injustifiée"),
        Status.ABSENT_JUSTIFIED: ("aj", "absence justifiée", "absent justifié", "absente justifiée", "excusé",
                                  "excusée", "exc"),
    }.items()
    for word in words
}  # fmt: skip
_LATE: Final = re.compile(r"(?:r|retard|late) ?([0-9]{1,3})(?: ?(?:min|mn|minutes?|m))?\Z")
_EARLY: Final = re.compile(r"(?:d|depart|parti a|depart anticipe|early) ?([0-9]{1,3})(?: ?(?:min|mn|minutes?|m))?\Z")
_ACCEPTED: Final = "P, A, AJ, R 15 (minutes late), D 30 (left so many minutes early), or a word of the source"
_SHA256: Final = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table: who, at which half-day, and what stands there."""

    line: int
    column: str
    named: Named
    day: Stamp
    half: Half
    slot_id: str
    remark: Remark
    certified_by: str


def plan_paper(data: bytes, context: Context) -> Plan:
    """Read a table of attendance on paper: a column for each half-day, or a line for each person and half-day."""
    sheet = parse_sheet(data, COLUMNS, dict(context.source.columns), lambda header: parse_half(header) is not None)
    plan = Plan(sheet.encoding, len(sheet.rows), problems=list(sheet.problems))
    if context.asked.scan_sha256 and not _SHA256.match(context.asked.scan_sha256):
        plan.refuse(1, "scan_sha256", context.asked.scan_sha256, "This is not a SHA-256.", "64 digits from 0 to f")
    cells = list(_cells(sheet, context, plan))
    if not cells:
        return plan
    asked = context.asked.date_order or context.source.date_order
    implied = DateOrder.DMY if any(cell.half.is_french for cell in cells) else None
    plan.date_order = order = settle_order([cell.half.stamp for cell in cells], asked, implied)
    people = People(context.records, context.source, context.session_id, context.asked.decisions)
    for cell in cells:
        people.add(cell.named, cell.line)
    people.settle()
    plan.problems.extend(people.problems)
    plan.undecided.extend(people.undecided)
    plan.skipped = len({cell.line for cell in cells if cell.named in people.skipped})
    certifiers = _Certifiers(context, plan)
    seen: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        person = people.person_of(cell.named)
        if person is None:
            continue
        found = _slot(cell, person, order, context, plan)
        certified_by = certifiers.find(cell)
        if found is None or certified_by is None or not _is_first(cell, found, seen, plan):
            continue
        imported = Imported(
            ImportedFrom.PAPER_SHEET, context.sha256, (cell.line,), context.source.id,
            certified_by=certified_by, scan_sha256=context.asked.scan_sha256,
        )  # fmt: skip
        plan.presences.append(Presence((cell.line,), found.slot, found.enrolment, cell.remark, imported))
    return plan


def _cells(sheet: Sheet, context: Context, plan: Plan) -> Iterator[Cell]:
    halves = {at: half for at, header in sheet.rest.items() if (half := parse_half(header)) is not None}
    if not halves and not (sheet.has("date") and sheet.has("half_day") and sheet.has("presence")):
        message = "No column is a half-day, nor are there columns for date, half-day and presence."
        accepted = "headers as in « 06/01/2026 matin »; or the columns date, demi-journée, présence"
        plan.refuse(sheet.header_line, "", "", message, accepted)
        return
    for row in sheet.rows:
        cells = Cells(row, context.source.values)
        named = read_named(cells)
        certified_by = cells.text("certified_by")
        if halves:
            found = [(sheet.rest[at], half, row.rest[at], "") for at, half in halves.items() if at in row.rest]
        else:
            half = _half(cells)
            said = cells.text("presence")
            found = [("presence", half, said, cells.text("slot_id"))] if half is not None and said else []
        for column, half, said, slot_id in found:
            remark = _remark(cells, column, said)
            if remark is not None and not cells.problems:
                yield Cell(row.line, column, named, half.stamp, half, slot_id, remark, certified_by)
        plan.problems.extend(cells.problems)


def _half(cells: Cells) -> Half | None:
    day, word = cells.text("date", required=True), cells.text("half_day", required=True)
    stamp = parse_stamp(f"{day.removesuffix(' 00:00:00')} 00:00:00") if day else None
    found = parse_word(word) if word else None
    if day and stamp is None:
        cells.refuse("date", "This is not a date.", "as in 05/01/2026 or 2026-01-05")
    if word and found is None:
        cells.refuse("half_day", "This is no half of a day.", "matin, après-midi or soir")
    return None if stamp is None or found is None else Half(stamp, *found)


def _remark(cells: Cells, column: str, said: str) -> Remark | None:
    if isinstance(said, Formula):
        row = LineProblem(
            cells.row.line,
            column,
            said[:200],
            "This cell holds a formula, and formulas are not worked out.",
            "its value",
        )
        cells.problems.append(row)
        return None
    plain = folded(said)
    if late := _LATE.match(plain):
        return Remark(Status.LATE, late_seconds=int(late[1]) * 60)
    if early := _EARLY.match(plain):
        return Remark(Status.LEFT_EARLY, early_seconds=int(early[1]) * 60)
    own = {word_key(word): meaning for word, meaning in cells.values.get("presence", {}).items()}
    status = own.get(word_key(said), _MARKS.get(word_key(said)))
    if status is None or status not in list(Status):
        _refuse_word(cells.row, column, said, cells)
        return None
    return Remark(Status(status))


def _refuse_word(row: Row, column: str, said: str, cells: Cells) -> None:
    row.cells[column] = said
    cells.refuse(column, "Nobody has said what this word means.", _ACCEPTED)


def _slot(cell: Cell, person: PersonId, order: DateOrder, context: Context, plan: Plan) -> Expected | None:
    """Return the half-day that a cell is about; a problem when there is none, or one of two sessions."""
    day, own = cell.day.on(order), expected_of(person, context)
    found = [
        item
        for item in own
        if (cell.slot_id and item.slot.id == SlotId(cell.slot_id))
        or (not cell.slot_id and item.slot.held_on == day and item.slot.half_day is cell.half.half_day)
    ]
    if len(found) == 1 and found[0].slot.starts_at <= context.latest:
        if _misses_all(cell.remark, found[0]):
            plan.refuse(cell.line, cell.column, "", "The half-day does not last so long.", "fewer minutes")
            return None
        return found[0]
    said = cell.slot_id or cell.half.stamp.text
    if len(found) == 1:
        plan.refuse(cell.line, cell.column, said, "This half-day has not begun yet.", "a half-day that was held")
    elif found:
        accepted = " or ".join(f"session_id={item.slot.session_id}" for item in found)
        plan.refuse(cell.line, cell.column, said, "They are enrolled in several such half-days.", accepted)
    else:
        near = ", ".join(f"{item.slot.held_on} {item.slot.half_day.value}" for item in own[:10]) or "an enrolment"
        message = "They are enrolled in no such half-day, or it was cancelled."
        plan.refuse(cell.line, cell.column, said, message, near)
    return None


def _misses_all(remark: Remark, item: Expected) -> bool:
    return remark.late_seconds + remark.early_seconds >= item.slot.planned_seconds


def _is_first(cell: Cell, found: Expected, seen: dict[tuple[str, str], Cell], plan: Plan) -> bool:
    """Say whether nothing else in the file speaks of the same trainee and half-day; what contradicts is a problem."""
    first = seen.setdefault((found.slot.id, found.enrolment.id), cell)
    if first is not cell and first.remark != cell.remark:
        message = f"Line {first.line} says otherwise of the same trainee and half-day."
        plan.refuse(cell.line, cell.column, "", message, "one of the two")
    return first is cell


class _Certifiers:
    """Who certifies: whoever the line names, else whoever the run names."""

    def __init__(self, context: Context, plan: Plan) -> None:
        self._context = context
        self._plan = plan
        self._known: dict[str, PersonId | None] = {}
        self._matching = Matching(context.records, context.session_id)

    def find(self, cell: Cell) -> PersonId | None:
        said = cell.certified_by or self._context.asked.certified_by or ""
        if said not in self._known:
            self._known[said] = self._person(said)
            if self._known[said] is None:
                message = "Nobody on record certifies this." if said else "Who certifies the paper is not said."
                accepted = "a person's id, e-mail address, or the name of one of the session's trainers"
                self._plan.refuse(cell.line, "certified_by", said, message, accepted)
        return self._known[said]

    def _person(self, said: str) -> PersonId | None:
        if PersonId(said) in self._context.records.people:
            return self._context.records.survivor(PersonId(said))
        email = said if "@" in said else ""
        return self._matching.match(Participant(said, (said,), email)).person_id if said else None
