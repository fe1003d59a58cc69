"""A meeting tool's report as a `Log`: find its tables, read its lines, settle the order of its dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Final

from lrs.errors import InvalidRequest, Problem
from training.imports.report import LineProblem
from training.meetings.cells import DELIMITERS, Record, parse_text, split_lines, split_records
from training.meetings.formats import Header, TableKind, find_header, folded, vocabulary
from training.meetings.log import Log, Participant
from training.meetings.stamps import STAMP_ACCEPTED, DateOrder, Stamp, parse_stamp, possible_orders
from training.meetings.stretches import Line, gather

_SECTION: Final = re.compile(r"[0-9]\. ")
_PARENTHESES: Final = re.compile(r"(.*\S)\s*\(([^()]*)\)\Z")
_LENGTH: Final = re.compile(r"([0-9]+)\s*([a-z]+)")
_CLOCK: Final = re.compile(r"([0-9]+):([0-5][0-9]):([0-5][0-9])\Z")
_UNITS: Final = {"d": 86_400, "j": 86_400, "h": 3600, "m": 60, "s": 1}
_NOTHING: Final = frozenset(("", "-", "--", "n/a", "n/d"))
# The first header of a report stands near its top; the sign between its cells is known by then.
_TOP: Final = 100
_SURENESS: Final = list(TableKind)


@dataclass(frozen=True, slots=True)
class _Table:
    header: Header
    lines: list[Line]
    waiting: int


def parse_log(data: bytes, zone: tzinfo, order: DateOrder | None = None, day: date | None = None) -> Log:
    """Read a report, whose local times are those of `zone`; a line that cannot be read is a problem of its own.

    `order` settles what the file leaves open: whether the day or the month comes first. `day` is that of times that
    stand without one, as Google Meet writes them. Raises InvalidRequest for a file that no tool we know has written, or
    whose dates can be read in two ways; TooLarge for one that is too long.
    """
    text, encoding = parse_text(data)
    lines = split_lines(text)
    delimiter = max(DELIMITERS, key=lambda sign: _recognised(lines[:_TOP], sign))
    problems: list[LineProblem] = []
    tables = list(_tables(split_records(lines, delimiter), problems, day))
    if not tables:
        _refuse_unknown(lines)
    main = min(tables, key=lambda table: (not table.lines, _SURENESS.index(table.header.format.kind)))
    known = [(table.header, line) for table in tables for line in _kept(table, main)]
    settled = _settle([line for _, line in known], main.header, order)
    stretches, wrong, notes = gather(known, settled, zone)
    return Log(
        main.header.format.tool,
        main.header.format.title,
        main.header.format.id,
        encoding,
        settled,
        len(known),
        sum(table.waiting for table in tables),
        stretches,
        tuple(sorted((*problems, *wrong), key=lambda item: item.line)),
        tuple(sorted(notes, key=lambda item: item.line)),
    )


def _recognised(lines: Sequence[str], delimiter: str) -> int:
    records = (item for item in split_records(lines, delimiter) if isinstance(item, Record))
    return max((len(header.places) for item in records if (header := find_header(item.cells))), default=0)


def _tables(records: Iterator[Record | LineProblem], problems: list[LineProblem], day: date | None) -> Iterator[_Table]:
    """Yield each table under a header that we know: up to an empty line, the title of a section, or the next header."""
    table: _Table | None = None
    waiting = 0
    for record in records:
        if isinstance(record, LineProblem):
            problems.append(record)
            continue
        header = find_header(record.cells)
        if header is not None or record.is_blank or _is_title(record):
            if table is not None:
                yield _Table(table.header, table.lines, waiting)
            table, waiting = (None if header is None else _Table(header, [], 0)), 0
        elif table is not None:
            row = _Row(record, table.header, day)
            if row.is_waiting:
                waiting += 1
            elif row.name:
                line = row.read()
                problems.extend(row.problems)
                if line is not None:
                    table.lines.append(line)
    if table is not None:
        yield _Table(table.header, table.lines, waiting)


def _is_title(record: Record) -> bool:
    return bool(_SECTION.match(record.cells[0])) and not any(record.cells[1:])


def _kept(table: _Table, main: _Table) -> list[Line]:
    """Return what counts of a table: all where it is as sure as the surest, else only whom that one does not name."""
    if table.header.format.kind is main.header.format.kind:
        return table.lines
    named = {folded(line.participant.name) for line in main.lines}
    return [line for line in table.lines if folded(line.participant.name) not in named]


class _Row:
    """One line under a header; what is wrong with it gathers in `problems`."""

    def __init__(self, record: Record, header: Header, day: date | None = None) -> None:
        self._record = record
        self._header = header
        self._day = day
        self.problems: list[LineProblem] = []
        self.name = self._cell("name") or f"{self._cell('first')} {self._cell('last')}".strip()

    @property
    def is_waiting(self) -> bool:
        """Whether somebody was still in the waiting room, which is no presence."""
        return folded(self._cell("waiting")) in vocabulary().yes

    def read(self) -> Line | None:
        kind, participant = self._header.format.kind, self._participant()
        if kind is TableKind.ACTIONS:
            action = self._header.format.actions.get(folded(self._cell("action")))
            if action is None:
                words = ", ".join(self._header.format.actions)
                self._refuse("action", "This is neither joining nor leaving.", words)
            at = self._stamp("at", required=True)
            if action is None or at is None:
                return None
            joined, left = (at, None) if action == "joined" else (None, at)
            return Line(self._record.line, participant, joined, left, None)
        left = self._stamp("left", required=False)
        joined = self._stamp("joined", required=left is not None)
        seconds = self._seconds()
        if self.problems or joined is None:
            # Without either nobody has joined: tools list people who were only invited.
            return None
        return Line(self._record.line, participant, joined, left, seconds)

    def _participant(self) -> Participant:
        names = [self.name]
        found = _PARENTHESES.match(self.name)
        if found is not None:
            outer, inner = found.groups()
            if folded(inner) in vocabulary().guests:
                names = [outer]
            elif self._header.format.tool == "zoom":
                # Zoom puts the name that somebody came with behind the one that they took.
                names = [self.name, inner, outer]
        return Participant(self.name, tuple(names), self._cell("email"), self._cell("account"))

    def _stamp(self, column: str, *, required: bool) -> Stamp | None:
        text = self._cell(column)
        if text.lower() in _NOTHING:
            if required:
                self._refuse(column, "This cell is empty.", STAMP_ACCEPTED)
            return None
        stamp = parse_stamp(text) or (None if self._day is None else parse_stamp(f"{self._day.isoformat()} {text}"))
        if stamp is None and parse_stamp(f"2000-01-01 {text}") is not None:
            self._refuse(column, "This time has no day.", "slot_id, the half-day that the report is of")
        elif stamp is None:
            self._refuse(column, "This is not a date with a time.", STAMP_ACCEPTED)
        return stamp

    def _seconds(self) -> int | None:
        text = self._cell("duration").lower()
        if text in _NOTHING:
            return None
        if found := _CLOCK.match(text):
            return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
        if text.isdecimal():
            return int(text) * self._header.format.duration_unit_seconds
        parts = _LENGTH.findall(folded(text))
        if parts and all(unit[0] in _UNITS for _, unit in parts):
            return sum(int(number) * _UNITS[unit[0]] for number, unit in parts)
        self._refuse("duration", "This is not a length of time.", "as in 1h 27m 51s, 01:27:51 or 88")
        return None

    def _cell(self, column: str) -> str:
        at = self._header.places.get(column)
        return "" if at is None or at >= len(self._record.cells) else self._record.cells[at]

    def _refuse(self, column: str, message: str, accepted: str) -> None:
        value = self._cell(column)[:200]
        self.problems.append(LineProblem(self._record.line, column, value, message, accepted))


def _settle(lines: Sequence[Line], header: Header, asked: DateOrder | None) -> DateOrder:
    """Return the order of the file's dates. 1. What the dates allow. 2. What was asked. 3. What the headers imply."""
    stamps = [stamp for line in lines for stamp in (line.joined, line.left) if stamp is not None]
    # 1.
    possible = possible_orders(stamps)
    if not possible:
        message = "No one order of day and month reads every date of this report."
        raise InvalidRequest(message, [Problem("", message, "dates of one order: is it of two files?")])
    # 2.
    if asked is not None and all(stamp.on(asked) is not None for stamp in stamps):
        return asked
    if asked is not None:
        wrong = next(stamp for stamp in stamps if stamp.on(asked) is None)
        message = f"{wrong.text} cannot be read in the order {asked}."
        raise InvalidRequest(message, [Problem("query:date_order", message, possible[0])])
    # 3.
    # No French format of dates counts hours from noon: such a tool speaks French and writes dates otherwise.
    implied = None if any(stamp.has_noon for stamp in stamps) else header.implied_order
    if len(possible) == 1 or implied is None:
        if len(possible) > 1:
            _refuse_ambiguous(stamps)
        return possible[0]
    return implied


def _refuse_ambiguous(stamps: Sequence[Stamp]) -> None:
    stamp = next(item for item in stamps if item.on(DateOrder.DMY) != item.on(DateOrder.MDY))
    first, second = stamp.on(DateOrder.DMY), stamp.on(DateOrder.MDY)
    message = f"Every date of this report can be read in two ways: {stamp.text} may be {first} or {second}."
    accepted = f"date_order=dmy for {first}, date_order=mdy for {second}"
    raise InvalidRequest(message, [Problem("query:date_order", message, accepted)])


def _refuse_unknown(lines: Sequence[str]) -> None:
    first = next((line.strip() for line in lines if line.strip()), "")
    message = f"No table of a meeting tool that we know is in this file; it begins: {first[:120]}."
    accepted = "; ".join(
        f"{item.title}: {', '.join(item.names[column]['en'][0] for column in item.names if column in item.required)}"
        for item in vocabulary().formats
    )
    raise InvalidRequest(
        message, [Problem("line 1", message, f"columns of the same names in English or French: {accepted}")]
    )
