"""Courses with rules as learners go through them: what can be opened is decided here, over what the gateway knows.

How a learner stands is one row, swapped by its revision: of two tabs that go on at once, one looks again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from lrs.courses.plays import Opened, Plays
from lrs.courses.resuming import Resuming, Told, objective_words
from lrs.errors import Overloaded
from lrs.sequencing.attempts import taken_over
from lrs.sequencing.opening import Outlook, opened, opening, outlook
from lrs.sequencing.overall import Outcome, Request, answer
from lrs.sequencing.refusals import Refused
from lrs.sequencing.state import Heard, Run, begin, pack, unpack
from lrs.sequencing.tracking import given
from lrs.store.database import Store
from lrs.store.package_plays import PlayStore, seed_of

_TRIES: Final = 10
# Leads nobody anywhere: rather not shown than shown as closed.
_UNSEEN: Final = (Refused.HIDDEN, Refused.UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class View:
    """What a player shows of a course with rules, part by part in the order of the contents.

    `refused` says why a part cannot be opened; `choices` and `jumps` are identifiers that content may lead to;
    `hidden_controls` are those that the current part does not want shown.
    """

    refused: tuple[Refused | None, ...]
    hidden: tuple[bool, ...]
    choices: tuple[str, ...]
    jumps: tuple[str, ...]
    goes_on: bool
    goes_back: bool
    hidden_controls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: `number` is the part that is before the learner now, if any."""

    view: View
    number: int | None = None
    refused: Refused | None = None
    is_over: bool = False
    told: Told | None = None


class _Read(NamedTuple):
    """How somebody stands: with what has arrived since, as it was last written, and what the gateway knows."""

    run: Run
    packed: bytes
    revision: int
    heard: dict[int, Heard]


class Sequencing:
    """Goes through courses that have a tree."""

    def __init__(self, plays: Plays, resuming: Resuming, store: Store) -> None:
        self._plays = plays
        self._resuming = resuming
        self._rows = PlayStore(store)

    def first(self, found: Opened) -> int | None:
        """Return the part that opening the course leads to; None where nothing may be opened."""
        at = opening(self._read(found).run).found
        return None if at is None else _Places(found).number(at)

    def view(self, found: Opened, number: int) -> View:
        """Return what can be opened now, from one part."""
        return _view(self._read(found).run, _Places(found), number)

    def open(self, found: Opened, number: int) -> Answer:
        """Open a part, if it may be; another one where rules lead there."""
        at = _Places(found).at(number)
        return self._answer(found, number, lambda run: opened(run, at))

    def ask(self, found: Opened, number: int, request: Request, target: str | None) -> Answer:
        """Work out what is asked from a part; from one that is not before the learner any more, nothing is."""
        places = _Places(found)

        def asked(run: Run) -> Outcome:
            if run.state.current != places.at(number):
                return opening(run)
            return answer(run, request, None if target is None else run.tree.find(target))

        return self._answer(found, number, asked)

    def _answer(self, found: Opened, number: int, decide: Callable[[Run], Outcome]) -> Answer:
        """Decide, and note what follows: 1. how they stand, 2. what comes, 3. swap, 4. what is shown."""
        places = _Places(found)
        for _ in range(_TRIES):
            # 1.
            read = self._read(found)
            # 2.
            outcome = decide(read.run)
            at = outcome.found
            after = outcome.run if at is None else outcome.deliver(read.heard[at].attempt if at in read.heard else 0)
            # 3.
            packed = pack(after.state)
            if packed != read.packed and not self._rows.put_run(found.play, read.revision, packed):
                continue
            # 4.
            if at is None:
                return Answer(_view(after, places, number), None, outcome.refused, outcome.is_over)
            shown = places.number(at)
            return Answer(_view(after, places, shown), shown, told=_told(after, at))
        message = "Somebody else goes through this course as the same learner; try again."
        raise Overloaded(message)

    def _read(self, found: Opened) -> _Read:
        tree = found.version.manifest.tree
        assert tree is not None  # noqa: S101 - whoever has none is gone through otherwise
        packed, revision = self._rows.run(found.play)
        run = unpack(tree, packed) if packed else begin(tree, seed_of(found.play))
        launches = {
            at: self._plays.unsaved(found, item)
            for at, item in enumerate(found.version.manifest.items, 1)
            if item.is_sco
        }
        heard = self._resuming.heard(found.play.organisation, launches)
        return _Read(taken_over(run, heard), packed, revision, heard)


class _Places:
    """Where what can be opened stands among all activities, whose first is the course itself."""

    def __init__(self, found: Opened) -> None:
        self.places = [at for at, item in enumerate(found.version.manifest.items, 1) if item.href]

    def at(self, number: int) -> int:
        return self.places[number]

    def number(self, at: int) -> int:
        return self.places.index(at)


def _view(run: Run, places: _Places, number: int) -> View:
    look: Outlook = outlook(run)
    refused = tuple(look.refused[at] for at in places.places)
    identifiers = [activity.identifier for activity in run.tree.activities]
    return View(
        refused,
        tuple(
            not run[at].definition.is_visible or (why in _UNSEEN and at != run.state.current)
            for at, why in zip(places.places, refused, strict=True)
        ),
        tuple(identifiers[at] for at, why in enumerate(look.refused) if why is None and at),
        tuple(identifiers[at] for at in sorted(look.jumps)),
        look.goes_on, look.goes_back, tuple(sorted(run[places.at(number)].definition.hidden_controls)),
    )  # fmt: skip


def _told(run: Run, at: int) -> Told:
    definition = run[at].definition
    known: dict[str, dict[str, Any]] = {
        objective.id: words
        for objective in (definition.primary, *definition.objectives)
        if objective.id and (words := objective_words(given(run, at, objective)))
    }
    return Told(run.info(at).floor, known)
