"""What readers of badges noted, as presence at half-days: who was in the building is credited for no more than a slot.

One line is a stay (coming and going) or one passage with its direction. It is no signature: nobody says who held the
badge. Nothing here performs I/O.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from training.attendance.mark import Imported, ImportedFrom, Remark, Status
from training.meetings.stamps import DateOrder, Stamp
from training.records.ids import PersonId
from training.records.modality import Modality
from training.records.slot import Slot
from training.sources.cells import Cells, word_key
from training.sources.dating import settle_order
from training.sources.people import EMAIL, FIRST, LAST, NAME, RECORD, Named, People, read_named
from training.sources.plan import Context, Plan, Presence
from training.sources.sheet import Column, Row, Sheet, parse_sheet
from training.sources.slots import Expected, expected_of
from training.sources.source import WithoutExit

COLUMNS: Final = (
    NAME, FIRST, LAST, EMAIL, RECORD,
    Column("account", ("badge", "numéro de badge", "n° de badge", "n° badge", "badge id", "badge number", "carte")),
    Column("date", ("jour", "day")),
    Column("entered", ("entrée", "heure d'entrée", "arrivée", "heure d'arrivée", "in", "check in", "time in")),
    Column("left", ("sortie", "heure de sortie", "départ", "heure de départ", "out", "check out", "time out")),
    Column("at", ("date et heure", "horodatage", "passage", "heure", "timestamp", "time")),
    Column("direction", ("sens", "mouvement", "type de passage", "type")),
)  # fmt: skip
_DIRECTIONS: Final[Mapping[str, str]] = {
    word_key(word): way
    for way, words in {
        "in": ("in", "entrée", "entree", "e", "arrivée", "enter", "entry", "1"),
        "out": ("out", "sortie", "s", "départ", "exit", "leave", "0"),
    }.items()
    for word in words
}
_HELD: Final = (Modality.IN_PERSON, Modality.WORKPLACE)
_LONGEST: Final = timedelta(hours=24)
# How long before a half-day somebody may come who then is known only by that.
_EARLY_MOST: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Passage:
    """What one line says, as written. One of passages has one of the two."""

    line: int
    named: Named
    entered: Stamp | None
    left: Stamp | None


@dataclass(frozen=True, slots=True)
class Time:
    """One time inside. `left_at` None: no going was noted."""

    lines: tuple[int, ...]
    entered_at: datetime
    left_at: datetime | None


def plan_badges(data: bytes, context: Context) -> Plan:
    """Read a file of badge readers; presences are cut at the half-days of whoever is expected there."""
    sheet = parse_sheet(data, COLUMNS, dict(context.source.columns))
    plan = Plan(sheet.encoding, len(sheet.rows), problems=list(sheet.problems))
    if not (sheet.has("entered") or (sheet.has("at") and sheet.has("direction"))):
        accepted = "entrée and sortie; or date et heure, and sens"
        plan.refuse(sheet.header_line, "entered", "", "No column says when somebody came.", accepted)
        return plan
    passages = list(_passages(sheet, context, plan))
    stamps = [stamp for item in passages for stamp in (item.entered, item.left) if stamp is not None]
    if not stamps:
        return plan
    asked = context.asked.date_order or context.source.date_order
    plan.date_order = order = settle_order(stamps, asked, DateOrder.DMY if _is_french(sheet) else None)
    people = People(context.records, context.source, context.session_id, context.asked.decisions)
    for item in passages:
        people.add(item.named, item.line)
    people.settle()
    plan.problems.extend(people.problems)
    plan.undecided.extend(people.undecided)
    plan.skipped = sum(item.named in people.skipped for item in passages)
    plan.learnt.extend((person, named.account) for named, person in people.decided() if named.account)
    times = _times(passages, order, context, plan)
    by_person: defaultdict[PersonId, list[Time]] = defaultdict(list)
    for named, own in times.items():
        person = people.person_of(named)
        if person is not None:
            by_person[person].extend(own)
    for person, own in sorted(by_person.items()):
        plan.presences.extend(_presences(person, own, context, plan))
    return plan


def _is_french(sheet: Sheet) -> bool:
    """Say whether the file has only French words for directions or columns: no English reader writes « sortie »."""
    return not {"in", "out"} & {word_key(row["direction"]) for row in sheet.rows}


def _passages(sheet: Sheet, context: Context, plan: Plan) -> Iterator[Passage]:
    for row in sheet.rows:
        cells = Cells(row, context.source.values)
        named = read_named(cells)
        if sheet.has("entered"):
            entered = _stamp(cells, "entered", required=True)
            left = _stamp(cells, "left", required=False)
        else:
            way = cells.word("direction", _DIRECTIONS)
            at = _stamp(cells, "at", required=True)
            entered, left = (at, None) if way == "in" else (None, at)
        plan.problems.extend(cells.problems)
        if not cells.problems:
            yield Passage(row.line, named, entered, left)


def _stamp(cells: Cells, column: str, *, required: bool) -> Stamp | None:
    """Read a time, whose day may stand in a column of its own."""
    day, text = cells.text("date"), cells.text(column)
    if day and text:
        cells.row.cells[column] = f"{day.removesuffix(' 00:00:00')} {text}"
    return cells.stamp(column, required=required)


def _times(passages: Iterable[Passage], order: DateOrder, context: Context, plan: Plan) -> dict[Named, list[Time]]:
    found: defaultdict[Named, list[Time]] = defaultdict(list)
    events: defaultdict[Named, list[tuple[datetime, bool, int]]] = defaultdict(list)
    for item in passages:
        entered, left = (_instant(item, stamp, order, context, plan) for stamp in (item.entered, item.left))
        if item.entered is None and left is not None:
            events[item.named].append((left, False, item.line))
        elif entered is not None and item.left is None and item.entered is not None:
            events[item.named].append((entered, True, item.line))
        elif entered is not None and left is not None:
            if not timedelta(0) <= left - entered <= _LONGEST:
                message = "The going comes before the coming." if left < entered else "This is longer than a day."
                plan.refuse(item.line, "left", "", message, "a coming and the going after it")
            else:
                found[item.named].append(Time((item.line,), entered, left))
    for named, own in events.items():
        found[named].extend(_paired(sorted(own), plan))
    return found


def _instant(item: Passage, stamp: Stamp | None, order: DateOrder, context: Context, plan: Plan) -> datetime | None:
    if stamp is None:
        return None
    cells = Cells(Row(item.line, {}, {}))
    found = cells.instant("entered" if stamp is item.entered else "left", stamp, order, context.zone)
    plan.problems.extend(cells.problems)
    if found is not None and found > context.latest:
        message = "This has not happened yet: another order of dates, or another time zone?"
        plan.refuse(item.line, "entered", stamp.text, message, f"up to {context.latest:%Y-%m-%d %H:%M} UTC")
        return None
    return found


def _paired(events: list[tuple[datetime, bool, int]], plan: Plan) -> Iterator[Time]:
    """Yield the times that comings and goings make; who comes twice in a row was there from the first, that day."""
    opened: tuple[datetime, int] | None = None
    for at, is_in, line in events:
        if opened is not None and at - opened[0] > _LONGEST:
            yield Time((opened[1],), opened[0], None)
            opened = None
        if is_in:
            opened = opened or (at, line)
        elif opened is not None:
            yield Time((opened[1], line), opened[0], at)
            opened = None
        else:
            plan.note(line, "left", "", "They went without having come: this shows no presence.")
    if opened is not None:
        yield Time((opened[1],), opened[0], None)


def _presences(person: PersonId, times: list[Time], context: Context, plan: Plan) -> list[Presence]:
    """Return what somebody's times are at each of their half-days."""
    used: set[int] = set()
    found: list[Presence] = []
    closed = [item for item in times if item.left_at is not None]
    open_ones = [item for item in times if item.left_at is None]
    expected = [item for item in expected_of(person, context) if item.slot.mode in _HELD]
    for item in expected:
        own = [time for time in closed if _overlaps(time, item.slot)]
        own += [stayed for time in open_ones if (stayed := _stayed(time, item, expected, context)) is not None]
        if not own:
            continue
        used.update(line for time in own for line in time.lines)
        presence = _presence(item, sorted(own, key=lambda time: time.entered_at), context, plan)
        if found and found[-1].slot.ends_at > item.slot.starts_at:
            both = f"{found[-1].slot.id} and {item.slot.id}"
            accepted = f"session_id={found[-1].slot.session_id} or session_id={item.slot.session_id}"
            plan.refuse(
                presence.lines[0], "session", both, "They are enrolled in two half-days at this time.", accepted
            )
        found.append(presence)
    for time in times:
        if used.isdisjoint(time.lines):
            why = "outside every half-day" if time.left_at is not None else "no going was noted"
            plan.note(time.lines[0], "entered", "", f"This shows no presence: {why}.")
    return found


def _overlaps(time: Time, slot: Slot) -> bool:
    return time.left_at is not None and time.entered_at < slot.ends_at and time.left_at > slot.starts_at


def _stayed(time: Time, item: Expected, expected: list[Expected], context: Context) -> Time | None:
    """Return the time of who never badged out, where the organisation declares that they stayed: one half-day."""
    if context.source.without_exit is not WithoutExit.UNTIL_END:
        return None
    first = next((other for other in expected if other.slot.ends_at > time.entered_at), None)
    if first is None or first.slot.id != item.slot.id or item.slot.starts_at - time.entered_at > _EARLY_MOST:
        return None
    return Time(time.lines, time.entered_at, None)


def _presence(item: Expected, times: list[Time], context: Context, plan: Plan) -> Presence:
    slot, tolerance = item.slot, context.source.tolerance_seconds
    spans = [(max(time.entered_at, slot.starts_at), min(time.left_at or slot.ends_at, slot.ends_at)) for time in times]
    late = int((spans[0][0] - slot.starts_at).total_seconds())
    last = max(end for _, end in spans)
    early = int((slot.ends_at - last).total_seconds())
    away = _away_seconds(spans)
    late, early = (0 if seconds <= tolerance else seconds for seconds in (late, early))
    lines = tuple(sorted({line for time in times for line in time.lines}))
    if away > tolerance:
        plan.note(lines[0], "left", "", f"They were out for {away // 60} min of {slot.id}: that is taken off its end.")
        early += away
    status = Status.LATE if late else Status.LEFT_EARLY if early else Status.PRESENT
    left = None if any(time.left_at is None for time in times) else max(time.left_at for time in times if time.left_at)
    imported = Imported(ImportedFrom.BADGE_READER, context.sha256, lines, context.source.id, times[0].entered_at, left)
    return Presence(lines, slot, item.enrolment, Remark(status, late, early), imported)


def _away_seconds(spans: list[tuple[datetime, datetime]]) -> int:
    """Return how long somebody was out between their first coming and their last going."""
    away, until = 0, spans[0][1]
    for start, end in spans[1:]:
        if start > until:
            away += int((start - until).total_seconds())
        until = max(until, end)
    return away
