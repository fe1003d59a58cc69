"""Add a person's pieces of time and traces up by row and local day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from analytics.facts.reading import EARLIEST, LATEST, Reading
from analytics.facts.roster import Row
from analytics.time import day_of, day_start, split_by_day, union
from analytics.time.intervals import Interval
from analytics.time.timeline import State, Timeline
from analytics.traces import Trace

Key = tuple[Row, date]


@dataclass(slots=True)
class Tally:
    """What one row of one day adds up to.

    `acts` are the statements that show the person at work, `interactions` the things done that these tell of. `known`
    is when the last statement that they, and the active time, follow from was stored; 0 when there is none.
    """

    connected: int = 0
    active: int = 0
    declared: int = 0
    known: int = 0
    acts: int = 0
    interactions: float = 0.0
    seen: list[tuple[int, UUID]] = field(default_factory=list)
    segments: list[tuple[float, float]] = field(default_factory=list)

    @property
    def watched(self) -> float:
        """Seconds of video played, each once."""
        return float(sum(end - start for start, end in union(self.segments)))

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The statements, in order of time."""
        return tuple(statement_id for _, statement_id in sorted(self.seen))


class Tallies:
    """Every row of every day that a person's traces touch, or of one day only."""

    def __init__(self, only: date | None = None) -> None:
        self._only = only
        self.found: dict[Key, Tally] = {}

    def of(self, row: Row, day: date) -> Tally:
        """Return the tally of a row and day, a new one if need be."""
        key = (row, day)
        tally = self.found.get(key)
        if tally is None:
            tally = self.found[key] = Tally()
        return tally

    def add_pieces(self, timeline: Timeline, reading: Reading) -> None:
        """Add time, cut at local midnights."""
        rows = reading.rows
        runs = _known_runs(timeline.connected, reading.traces)
        until, known = next(runs, _NO_RUN)
        for piece in timeline.pieces:
            row, state = rows[piece.place], piece.state
            if state is not _DECLARED:
                while piece.start >= until:
                    until, known = next(runs, _NO_RUN)
            day = day_of(piece.start, row.zone)
            if piece.end <= day_start(day, row.zone) + _SHORTEST_DAY:
                self._add(row, day, piece.end - piece.start, state, known)
                continue
            for part, start, end in split_by_day(piece.start, piece.end, row.zone):
                self._add(row, part, end - start, state, known)

    def add_traces(self, traces: Iterable[tuple[Trace, Row]]) -> None:
        """Add the statements that each row is drawn from."""
        for trace, row in traces:
            if not EARLIEST <= trace.timestamp <= LATEST:
                continue
            day = day_of(trace.timestamp, row.zone)
            if self._only is not None and day != self._only:
                continue
            tally = self.of(row, day)
            tally.seen.append((trace.timestamp, trace.statement_id))
            if trace.is_act:
                tally.acts += 1
                tally.interactions += 1.0 if trace.interactions is None else trace.interactions
                tally.known = max(tally.known, trace.stored)
            if trace.play is not None:
                tally.segments.extend(trace.play.segments)

    def _add(self, row: Row, day: date, length: int, state: State, known: int) -> None:
        if self._only is not None and day != self._only:
            return
        tally = self.of(row, day)
        tally.connected += length
        if state is _ACTIVE:
            tally.active += length
            tally.known = max(tally.known, known)
        elif state is _DECLARED:
            tally.declared += length


def _known_runs(connected: Iterable[Interval], traces: Sequence[Trace]) -> Iterator[tuple[int, int]]:
    """Yield for each stretch of connection its end, and when the last act in it was stored.

    How long any of it is active follows from all its acts: each ends at the next, whatever that was about.
    """
    at, count = 0, len(traces)
    for start, end in connected:
        while at < count and traces[at].timestamp < start:
            at += 1
        known, last = 0, at
        while last < count and traces[last].timestamp <= end:
            known = max(known, traces[last].stored)
            last += 1
        # What ends one stretch may begin the next.
        at = max(at, last - 1)
        yield end, known


_ACTIVE: Final = State.ACTIVE
_DECLARED: Final = State.DECLARED
_NO_RUN: Final = (2**63, 0)
# No local day is shorter than this: a piece that ends before it cannot reach the next midnight.
_SHORTEST_DAY: Final = 20 * 3600 * 1_000_000
