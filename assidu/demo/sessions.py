"""The year's training sessions: when each meets, who teaches it and who is enrolled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain, cycle
from random import Random
from typing import Final
from uuid import UUID, uuid5

from assidu.demo.calendar import HalfDay, days, hours, is_open, monday
from assidu.demo.catalogue import Catalogue, Mode, Programme
from assidu.demo.people import HOME_PAGE, Person, make_people

# Enrolments per learner: about one in seven comes back for a second programme.
_ENROLMENTS_PER_LEARNER: Final = 1.15
_TRAINERS: Final = 9
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
# The last session begins early enough for the year to show some of it.
_LAST_START: Final = timedelta(days=24)


@dataclass(frozen=True)
class Slot:
    """One half-day that a session meets."""

    day: date
    half: HalfDay
    mode: Mode
    module: int

    @cached_property
    def hours(self) -> tuple[datetime, datetime]:
        """Return when it starts and ends."""
        return hours(self.day, self.half)

    @property
    def key(self) -> str:
        """Return the half-day as attendance statements write it, `2026-11-20/AM`."""
        return f"{self.day.isoformat()}/{self.half}"


@dataclass(frozen=True)
class TrainingSession:
    """One holding of a programme."""

    number: int
    programme: Programme
    starts_on: date
    ends_on: date
    room: str
    trainer: Person
    slots: tuple[Slot, ...]

    @property
    def code(self) -> str:
        """Return what the organisation calls it."""
        return f"{self.starts_on:%Y-%m}-{self.programme.slug}-{self.number:02d}"

    @property
    def iri(self) -> str:
        """Return its activity id."""
        return f"{HOME_PAGE}/sessions/{self.code}"


@dataclass(frozen=True)
class Enrolment:
    """One learner in one session; the registration is the same in every statement about it."""

    session: TrainingSession
    person: Person
    registration: UUID


def plan_sessions(
    random: Random, catalogue: Catalogue, start: date, until: date, *, learners: int, root: UUID
) -> list[tuple[TrainingSession, list[Enrolment]]]:
    """Spread the catalogue over the year until each learner has somewhere to go; registrations come from `root`."""
    people = make_people(random, learners, first_account=1001)
    trainers = make_people(random, _TRAINERS, first_account=101)
    groups = _groups(random, catalogue.programmes, people)
    span = max(1, (until - _LAST_START - start).days)
    sessions = []
    for number, (programme, group) in enumerate(groups, start=1):
        share = (number - 1) / max(1, len(groups) - 1) + random.uniform(-0.2, 0.2) / len(groups)
        around = start + timedelta(days=round(min(1.0, max(0.0, share)) * span))
        session = _session(number, programme, around, random.choice(catalogue.rooms), random.choice(trainers))
        sessions.append((session, [_enrolment(session, person, root) for person in group]))
    return sessions


def _groups(
    random: Random, programmes: Sequence[Programme], people: list[Person]
) -> list[tuple[Programme, list[Person]]]:
    """Fill groups programme after programme; whoever comes back joins a later group."""
    waiting = list(people)
    returning = random.sample(people, int(len(people) * (_ENROLMENTS_PER_LEARNER - 1)))
    waiting += returning
    groups = []
    repeated = [programme for programme in programmes if not programme.yearly]
    for programme in chain(programmes, cycle(repeated)):
        size = random.randint(*programme.group)
        group = list({person.account: person for person in waiting[:size]}.values())
        groups.append((programme, group))
        waiting = waiting[size:]
        if not waiting:
            break
    return groups


def _session(number: int, programme: Programme, around: date, room: str, trainer: Person) -> TrainingSession:
    """Begin on the first Monday from `around` whose week is open, and meet as the programme's rhythm says."""
    first = monday(around + timedelta(days=6))
    while sum(is_open(day) for day in days(first, first + timedelta(days=5))) < 3:  # noqa: PLR2004 - most of a week
        first += timedelta(days=7)
    last = first + timedelta(weeks=programme.weeks) - timedelta(days=3)
    planned = sorted(
        (day, half, rhythm.mode)
        for rhythm in programme.rhythm
        for week in range(programme.weeks)
        if _meets(rhythm.weeks, week, programme.weeks)
        for name in rhythm.days
        for half in map(HalfDay, rhythm.halves)
        if is_open(day := first + timedelta(weeks=week, days=_WEEKDAYS.index(name)))
    )
    slots = tuple(
        Slot(day, half, mode, 1 + index * len(programme.modules) // len(planned))
        for index, (day, half, mode) in enumerate(planned)
    )
    return TrainingSession(number, programme, first, last, room, trainer, slots)


def _meets(weeks: str, week: int, count: int) -> bool:
    return {"all": True, "even": week % 2 == 0, "first": week == 0, "last": week == count - 1}[weeks]


def _enrolment(session: TrainingSession, person: Person, root: UUID) -> Enrolment:
    return Enrolment(session, person, uuid5(root, f"{session.iri}/{person.account}"))
