"""Add a person's pieces of time and traces up by row and local day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from analytics.facts.reading import EARLIEST, LATEST, Reading
from analytics.facts.roster import Row
from analytics.time import day_of, day_start, split_by_day, union
from analytics.time.timeline import Piece, State
from analytics.traces import Trace

Key = tuple[Row, date]


@dataclass(slots=True)
class Tally:
    """What one row of one day adds up to."""

    connected: int = 0
    active: int = 0
    declared: int = 0
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

    def add_pieces(self, pieces: Iterable[Piece], reading: Reading) -> None:
        """Add time, cut at local midnights."""
        rows = reading.rows
        for piece in pieces:
            row = rows[piece.place]
            day = day_of(piece.start, row.zone)
            if piece.end <= day_start(day, row.zone) + _SHORTEST_DAY:
                self._add(row, day, piece.end - piece.start, piece.state)
                continue
            for part, start, end in split_by_day(piece.start, piece.end, row.zone):
                self._add(row, part, end - start, piece.state)

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
            if trace.play is not None:
                tally.segments.extend(trace.play.segments)

    def _add(self, row: Row, day: date, length: int, state: State) -> None:
        if self._only is not None and day != self._only:
            return
        tally = self.of(row, day)
        tally.connected += length
        if state is State.ACTIVE:
            tally.active += length
        elif state is State.DECLARED:
            tally.declared += length


# No local day is shorter than this: a piece that ends before it cannot reach the next midnight.
_SHORTEST_DAY = 20 * 3600 * 1_000_000
