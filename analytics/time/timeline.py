"""One person's time on one line: every instant belongs to one place, or to none.

All tabs, devices and LMSs of a person are laid on the same line, so that what overlaps is counted once and the
places' times add up to the person's. The rules, and why they are these: docs/design/0011-how-time-is-counted.md.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import Final, NamedTuple

from analytics.time.intervals import Interval, subtraction, union


class Effect(IntEnum):
    """What an act does to its place, in the order in which acts of the same instant are taken."""

    OPEN = 0
    TOUCH = 1
    HALT = 2
    CLOSE = 3
    LEAVE = 4


class State(IntEnum):
    """How a piece of time is known: acts show work, a sitting shows presence, or a sender says so."""

    ACTIVE = 0
    SILENT = 1
    DECLARED = 2


class Act(NamedTuple):
    """Something a person did at an instant.

    `busy_until` is until when this alone shows work (a class joined and left, a video playing), 0 where the idle
    cap says; `open_until` until when what was opened here is known to have stayed open, 0 where it is not known.
    A CLOSE that is busy closes one of several things: the place is held until then. LEAVE closes every place of its
    `platform`.
    """

    at: int
    place: int
    effect: Effect = Effect.TOUCH
    busy_until: int = 0
    open_until: int = 0
    platform: str = ""


class Declared(NamedTuple):
    """A stretch that only a sender's own figure speaks of."""

    start: int
    end: int
    place: int


class Piece(NamedTuple):
    """A stretch of a person's time, and the one place it belongs to."""

    start: int
    end: int
    place: int
    state: State


class Timeline(NamedTuple):
    """A person's pieces, disjoint; those of acts in order of time, then the declared ones in order of time."""

    pieces: list[Piece]
    connected: list[Interval]


# Idle cap and sitting break, in microseconds, that hold at an instant.
Limits = Callable[[int], tuple[int, int]]
_ACTIVE: Final = State.ACTIVE
_SILENT: Final = State.SILENT


def lay_out(acts: Sequence[Act], declared: Iterable[Declared], limits: Limits) -> Timeline:
    """Give each instant of a person to one place. `acts` are in order of time, then of effect.

    Between one act and the next, time is *active* as long as a place is held: from its last act for the idle
    cap, or for as long as that act shows by itself. Of the places held, the one touched last has the instant; when its
    hold ends, the one touched before it. The rest of the stretch is *silent*: connected, not active. A stretch
    longer than the sitting break counts only as far as something opened is known to have stayed open. Nothing
    counts after the last act. What is left of a declared stretch comes last. Linear in `acts`.
    """
    line = _Line(limits)
    for act, following in pairwise(acts):
        line.take(act)
        if following.at > act.at:
            line.stretch(act, following.at)
    return Timeline(line.pieces + _beyond(declared, line.connected), line.connected)


class _Line:
    """The line as far as it has been laid: which places are held until when, the one touched last at the end."""

    def __init__(self, limits: Limits) -> None:
        self.pieces: list[Piece] = []
        self.connected: list[Interval] = []
        self._limits = limits
        self._held: dict[int, tuple[int, str]] = {}
        self._open_until = 0
        self._open_place = 0
        self._break = 0

    def take(self, act: Act) -> None:
        """Hold, halt or let go of the act's place."""
        cap, self._break = self._limits(act.at)
        held = self._held
        before = held.pop(act.place, None)
        if act.effect < Effect.CLOSE:
            until = max(act.at + cap, act.busy_until)
            if before is not None and act.effect is not Effect.HALT and before[0] > until:
                until = before[0]
            held[act.place] = (until, act.platform)
        elif act.busy_until > act.at:
            held[act.place] = (act.busy_until, act.platform)
        elif act.effect is Effect.LEAVE:
            for place in [place for place, (_, platform) in held.items() if platform == act.platform]:
                del held[place]
        if act.open_until > self._open_until:
            self._open_until, self._open_place = act.open_until, act.place

    def stretch(self, act: Act, end: int) -> None:
        """Lay the stretch from `act` to the next one, at `end`."""
        is_sitting = end - act.at <= self._break
        limit = end if is_sitting else min(end, self._open_until)
        cursor = self._lay_active(act.at, limit)
        if act.effect is Effect.LEAVE:
            # Whoever has left is connected no longer than something else shows.
            limit = max(cursor, min(limit, self._open_until))
        if cursor < limit:
            place = self._open_place if self._open_until >= limit else act.place
            self.pieces.append(Piece(cursor, limit, place, _SILENT))
            cursor = limit
        if cursor > act.at:
            self._connect(act.at, cursor)

    def _lay_active(self, cursor: int, limit: int) -> int:
        held = self._held
        while cursor < limit and held:
            place = next(reversed(held))
            until = held[place][0]
            if until <= cursor:
                # Holds never grow back by themselves: what has ended is done with, which keeps this linear.
                del held[place]
                continue
            end = min(until, limit)
            self.pieces.append(Piece(cursor, end, place, _ACTIVE))
            cursor = end
        return cursor

    def _connect(self, start: int, end: int) -> None:
        if self.connected and self.connected[-1][1] == start:
            self.connected[-1] = (self.connected[-1][0], end)
        else:
            self.connected.append((start, end))


def _beyond(declared: Iterable[Declared], connected: list[Interval]) -> list[Piece]:
    """Return what declared stretches add to what acts show; where they overlap, the one that began first has it."""
    pieces: list[Piece] = []
    cursor = 0
    for start, end, place in sorted(declared):
        begin = max(start, cursor)
        if begin >= end:
            continue
        cursor = end
        first = max(bisect_right(connected, (begin, begin)) - 1, 0)
        last = bisect_right(connected, (end, end))
        left = subtraction([(begin, end)], connected[first:last])
        pieces.extend(Piece(start, end, place, State.DECLARED) for start, end in left)
    return pieces


def runs(timeline: Timeline) -> list[Interval]:
    """Return the unbroken stretches of connection, declared ones included."""
    declared = [(piece.start, piece.end) for piece in timeline.pieces if piece.state is State.DECLARED]
    return union([*timeline.connected, *declared]) if declared else timeline.connected
