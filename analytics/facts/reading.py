"""Read a person's traces as acts, declared stretches and classroom stays."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, NamedTuple
from uuid import UUID

from analytics.facts.roster import Row
from analytics.rules import RuleBook
from analytics.time import Act, Declared
from analytics.time.timeline import Effect
from analytics.traces import Role, Trace

_SECOND: Final = 1_000_000
# Local days are found for instants from here on; what claims to be older is no learner at an LMS.
EARLIEST: Final = 63_072_000 * _SECOND
LATEST: Final = 32_503_680_000 * _SECOND

_EFFECTS: Final = [Effect.TOUCH] * len(Role)
for _role in (Role.OPENED, Role.JOINED, Role.PLAYED):
    _EFFECTS[_role] = Effect.OPEN
for _role in (Role.CLOSED, Role.LEFT):
    _EFFECTS[_role] = Effect.CLOSE
_EFFECTS[Role.HALTED] = Effect.HALT
_EFFECTS[Role.LOGGED_OUT] = Effect.LEAVE
# What shows that a video stands still, or was moved.
_STOPS_PLAY: Final = frozenset((Role.HALTED, Role.COMPLETED, Role.CLOSED, Role.PLAYED))


class Stay(NamedTuple):
    """Something opened and closed again: a class joined and left, or a content."""

    start: int
    end: int
    row: Row
    activity: str
    is_class: bool
    first_id: UUID
    last_id: UUID


def stay_order(stay: Stay) -> tuple[object, ...]:
    """Return what stays are sorted by: start, end, then where; a row may lack what another of the same instants has."""
    return (stay.start, stay.end, tuple(part or "" for part in stay.row), *stay[3:])


@dataclass(slots=True)
class Reading:
    """What a person's traces show of their time. `rows` are numbered by the places of acts."""

    traces: list[Trace] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)


def read_acts(traces: Iterable[tuple[Trace, Row]], rules: RuleBook) -> Reading:
    """Return the acts of one person, in order of time, with what opened when and was closed when.

    Order of arrival plays no part: acts go by instant, then by effect (what opens first, what closes last), then
    by statement id.
    """
    timed = [pair for pair in traces if is_timed(pair[0], rules)]
    timed.sort(key=_order)
    reading = Reading(traces=[trace for trace, _ in timed])
    numbers: dict[Row, int] = {}
    for _, row in timed:
        number = numbers.get(row)
        if number is None:
            number = numbers[row] = len(reading.rows)
            reading.rows.append(row)
        reading.places.append(number)
    _Pairing(reading, rules).run()
    return reading


def is_timed(trace: Trace, rules: RuleBook) -> bool:
    """Say whether a trace shows somebody at work at its instant: an act, whose date is not from a wrong clock."""
    if not trace.is_act or not EARLIEST <= trace.timestamp <= LATEST:
        return False
    late = trace.timestamp - trace.stored
    return late <= 0 or late <= rules.at(trace.stored).clock_tolerance_seconds * _SECOND


def _order(pair: tuple[Trace, Row]) -> tuple[int, Effect, UUID]:
    trace = pair[0]
    return trace.timestamp, _EFFECTS[trace.role], trace.statement_id


class _Pairing:
    """Finds what was opened and closed again, in one pass over the acts."""

    def __init__(self, reading: Reading, rules: RuleBook) -> None:
        self._reading = reading
        self._rules = rules
        self._busy = [0] * len(reading.traces)
        self._open = [0] * len(reading.traces)
        self._opened: dict[tuple[object, ...], int] = {}
        self._playing: dict[str, int] = {}
        # Classes by place: when each was joined and left, and by which act.
        self._classes: dict[int, list[tuple[int, int, int]]] = {}

    def run(self) -> None:
        reading = self._reading
        for index, trace in enumerate(reading.traces):
            role = trace.role
            if self._playing and role in _STOPS_PLAY:
                self._halt(trace)
            if role in (Role.CLOSED, Role.LEFT):
                self._close(index, trace)
            elif trace.declared_seconds:
                self._declare(index, trace, self._opened.get(_key(trace, is_class=False)))
            if role in (Role.OPENED, Role.JOINED):
                # A new opening hides the old one, which nobody closed.
                self._opened[_key(trace, is_class=role is Role.JOINED)] = index
            elif role is Role.PLAYED:
                self._playing[trace.session or trace.activity] = index
        for classes in self._classes.values():
            self._keep_others(classes)
        reading.acts = [
            Act(trace.timestamp, place, _EFFECTS[trace.role], busy, still_open, trace.platform)
            for trace, place, busy, still_open in zip(
                reading.traces, reading.places, self._busy, self._open, strict=True
            )
        ]

    def _close(self, index: int, trace: Trace) -> None:
        reading, is_class = self._reading, trace.role is Role.LEFT
        opened = self._opened.pop(_key(trace, is_class=is_class), None)
        if trace.declared_seconds:
            self._declare(index, trace, opened)
        if opened is None:
            return
        first = reading.traces[opened]
        longest = self._rules.at(first.timestamp).longest_stretch_seconds * _SECOND
        if not 0 < trace.timestamp - first.timestamp <= longest:
            return
        self._open[opened] = max(self._open[opened], trace.timestamp)
        if is_class:
            self._busy[opened] = trace.timestamp
            place = reading.places[opened]
            self._classes.setdefault(place, []).append((first.timestamp, trace.timestamp, index))
        row = reading.rows[reading.places[opened]]
        reading.stays.append(
            Stay(
                first.timestamp, trace.timestamp, row, first.activity, is_class, first.statement_id, trace.statement_id
            )
        )

    def _keep_others(self, classes: list[tuple[int, int, int]]) -> None:
        """Leaving a class with one device is not leaving it while another one is still in."""
        if len(classes) == 1:
            return
        joined = sorted(classes)
        # How long whoever had joined by then stays, the longest of them.
        longest = list(accumulate((end for _, end, _ in joined), max))
        starts = [start for start, _, _ in joined]
        for _, end, leaving in classes:
            until = longest[bisect_right(starts, end) - 1]
            if until > end:
                self._busy[leaving] = until

    def _halt(self, trace: Trace) -> None:
        """A video played until now, but never beyond its end."""
        started = self._playing.pop(trace.session or trace.activity, None)
        if started is None:
            return
        first = self._reading.traces[started]
        play = first.play
        if play is None or play.length is None or play.position is None:
            return
        longest = self._rules.at(first.timestamp).longest_stretch_seconds
        if trace.timestamp - first.timestamp > longest * _SECOND:
            return
        rest = max(play.length - play.position, 0.0) / play.speed
        until = min(trace.timestamp, first.timestamp + round(min(rest, longest) * _SECOND))
        self._busy[started] = until
        self._open[started] = until

    def _declare(self, index: int, trace: Trace, opened: int | None) -> None:
        """Note a duration that the sender gives, cut at the opening where that is known, and at the longest stretch."""
        longest = self._rules.at(trace.timestamp).longest_stretch_seconds
        seconds = min(trace.declared_seconds or 0.0, longest)
        start = trace.timestamp - round(seconds * _SECOND)
        if opened is not None:
            start = max(start, self._reading.traces[opened].timestamp)
        if start < trace.timestamp:
            self._reading.declared.append(Declared(start, trace.timestamp, self._reading.places[index]))


def _key(trace: Trace, *, is_class: bool) -> tuple[object, ...]:
    if trace.session:
        return (is_class, trace.session)
    return (is_class, trace.platform, trace.registration, trace.activity)
