"""The lines of a report as stretches of presence: actions paired, local times made instants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from training.imports.report import LineProblem
from training.meetings.formats import Header, TableKind, folded
from training.meetings.log import Participant, Stretch
from training.meetings.stamps import DateOrder, Stamp, instant_of

# Tools cut the seconds of either; what is shorter by more was interrupted.
_ROUNDING_SECONDS: Final = 5
# Longer than any meeting that a tool reports as one.
_LONGEST: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table, its times as written. A line of actions has one of the two."""

    line: int
    participant: Participant
    joined: Stamp | None
    left: Stamp | None
    seconds: int | None


Known = tuple[Participant, tuple[Stretch, ...]]


def gather(
    lines: Iterable[tuple[Header, Line]], order: DateOrder, zone: tzinfo
) -> tuple[tuple[Known, ...], list[LineProblem], list[LineProblem]]:
    """Return each participant's stretches in order of time, the lines whose times cannot be, and what is odd."""
    reader = _Reader(order, zone)
    actions: defaultdict[tuple[str, ...], list[Line]] = defaultdict(list)
    found: defaultdict[tuple[str, ...], list[Stretch]] = defaultdict(list)
    people: dict[tuple[str, ...], Participant] = {}
    for header, line in lines:
        key = _key(line.participant)
        people.setdefault(key, line.participant)
        if header.format.kind is TableKind.ACTIONS:
            actions[key].append(line)
        elif (stretch := reader.stretch(line)) is not None:
            found[key].append(stretch)
    for key, own in actions.items():
        found[key].extend(reader.pairs(own))
    known = (
        (people[key], tuple(sorted(found[key], key=lambda item: (item.joined_at, item.lines))))
        for key in people
        if found[key]
    )
    return tuple(known), reader.problems, reader.notes


def _key(participant: Participant) -> tuple[str, ...]:
    return folded(participant.name) or participant.name, participant.email.casefold(), participant.account.casefold()


class _Reader:
    def __init__(self, order: DateOrder, zone: tzinfo) -> None:
        self._order = order
        self._zone = zone
        self.problems: list[LineProblem] = []
        self.notes: list[LineProblem] = []

    def stretch(self, line: Line) -> Stretch | None:
        """Return what one line says; None, and a problem, when its times contradict each other."""
        joined = self._instant(line, "joined", line.joined)
        left = self._instant(line, "left", line.left)
        if joined is None or (line.left is not None and left is None):
            return None
        if left is None and line.seconds is not None:
            # The report was made while the meeting went on: presence counted so far is all that is known.
            left = joined + timedelta(seconds=line.seconds)
        if left is not None and not timedelta(0) <= left - joined <= _LONGEST:
            message = "The leaving comes before the joining." if left < joined else "This is longer than two days."
            said = f"{_said(line.joined)} … {_said(line.left)}"
            self.problems.append(LineProblem(line.line, "left", said, message, "a meeting's times"))
            return None
        if left is None:
            self._note(line, "left", "No leaving is known: only that they joined.")
        between = 0 if left is None else int((left - joined).total_seconds())
        is_short = line.seconds is not None and line.seconds < between - _ROUNDING_SECONDS
        known = line.seconds if is_short else None
        return Stretch((line.line,), joined, left, known, (_said(line.joined), _said(line.left)))

    def pairs(self, lines: Sequence[Line]) -> Iterator[Stretch]:
        """Yield a person's stretches of a list of actions; who joins twice in a row was there from the first."""
        timed: list[tuple[datetime, Line]] = []
        for line in lines:
            at = self._instant(line, "at", line.joined or line.left)
            if at is not None:
                timed.append((at, line))
        # Of one second the leaving comes first: somebody whose connection dropped is back at once.
        timed.sort(key=lambda pair: (pair[0], pair[1].joined is not None, pair[1].line))
        opened: tuple[datetime, Line] | None = None
        for at, line in timed:
            if line.joined is not None:
                opened = opened or (at, line)
            elif opened is not None:
                since, first = opened
                yield Stretch((first.line, line.line), since, at, None, (_said(first.joined), _said(line.left)))
                opened = None
            else:
                self._note(line, "action", "They left without having joined: this shows no presence.")
        if opened is not None:
            self._note(opened[1], "action", "No leaving is known: only that they joined.")
            yield Stretch((opened[1].line,), opened[0], None, None, (_said(opened[1].joined), ""))

    def _note(self, line: Line, column: str, message: str) -> None:
        self.notes.append(LineProblem(line.line, column, line.participant.name[:200], message))

    def _instant(self, line: Line, column: str, stamp: Stamp | None) -> datetime | None:
        if stamp is None:
            return None
        found = instant_of(stamp, self._order, self._zone)
        if isinstance(found, str):
            self.problems.append(LineProblem(line.line, column, stamp.text, found, "another time, or a zone beside it"))
            return None
        return found


def _said(stamp: Stamp | None) -> str:
    return "" if stamp is None else stamp.text
