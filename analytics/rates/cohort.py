"""The rates of several enrolments together, by how they ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import msgspec

from analytics.rates.figure import Figure
from analytics.rates.formulas import Stamp
from training.records import Exit, ExitReason

_INTERRUPTED = (ExitReason.ABANDON, ExitReason.OF_INTERRUPTION, ExitReason.FORCE_MAJEURE)


@dataclass(frozen=True, slots=True)
class Course:
    """What a cohort's rates need of one enrolment: the day it was entered if it was, its exit, its hours.

    `is_over`: it has been left, or its session has ended.
    """

    entered_on: date | None
    exit: Exit | None
    is_over: bool
    credited_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Cohort:
    """The rates of several enrolments, with the counts they are made of.

    `exits` counts each reason, entered or not: a cause stands on its own line, and force majeure is never added to
    abandon. `trainee_hours_seconds` is the sum of what was credited (heures-stagiaires).
    """

    registered: int
    entered: int
    ongoing: int
    exits: dict[ExitReason, int]
    trainee_hours_seconds: int
    figures: tuple[Figure, ...]


class Endings(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How many enrolments there are, how many of them were entered, and how they ended; such counts add up.

    `over` are those entered that have been left, or whose session has ended; `ended` those entered, by the reason of
    their exit; `ended_early` contracts terminated within the probation days.
    """

    registered: int = 0
    entered: int = 0
    over: int = 0
    exits: dict[ExitReason, int] = {}
    ended: dict[ExitReason, int] = {}
    ended_early: int = 0


def ending_of(course: Course, probation_days: int) -> Endings:
    """Count one enrolment."""
    exits = {} if course.exit is None else {course.exit.reason: 1}
    if course.entered_on is None:
        return Endings(1, exits=exits)
    return Endings(1, 1, int(course.is_over), exits, exits, int(_ended_early(course, probation_days)))


def sum_endings(parts: Iterable[Endings]) -> Endings:
    """Return the sums of some counts."""
    every = list(parts)
    exits, ended = Counter[ExitReason](), Counter[ExitReason]()
    for part in every:
        if part.exits:
            exits.update(part.exits)
            ended.update(part.ended)
    return Endings(
        sum(part.registered for part in every),
        sum(part.entered for part in every),
        sum(part.over for part in every),
        dict(exits),
        dict(ended),
        sum(part.ended_early for part in every),
    )


def ending_figures(endings: Endings, stamp: Stamp) -> tuple[Figure, ...]:
    """Return the rates of how enrolments ended.

    Not dropouts: what was cancelled before entry, transferred, interrupted by the provider, ended by force majeure
    or by early success. What is ongoing is not counted among what has ended (compliance 7).
    """
    ended, entered, early = endings.ended, endings.entered, endings.ended_early
    terminated = ended.get(ExitReason.CONTRACT_TERMINATION, 0)
    interrupted = sum(ended.get(reason, 0) for reason in _INTERRUPTED)
    return (
        stamp.figure("dropout_rate", ended.get(ExitReason.ABANDON, 0), endings.over, "enrolment"),
        stamp.figure("interruption_rate", interrupted, entered, "enrolment"),
        stamp.figure("contract_termination_rate", terminated - early, entered, "enrolment"),
        stamp.figure("early_contract_termination_rate", early, entered, "enrolment"),
    )


def cohort(courses: Iterable[Course], stamp: Stamp, probation_days: int) -> Cohort:
    """Return the rates of the enrolments given."""
    every = list(courses)
    endings = sum_endings(ending_of(course, probation_days) for course in every)
    return Cohort(
        registered=endings.registered,
        entered=endings.entered,
        ongoing=endings.entered - endings.over,
        exits=endings.exits,
        trainee_hours_seconds=sum(course.credited_seconds for course in every),
        figures=ending_figures(endings, stamp),
    )


def _ended_early(course: Course, probation_days: int) -> bool:
    ended, entered = course.exit, course.entered_on
    if ended is None or entered is None or ended.reason is not ExitReason.CONTRACT_TERMINATION:
        return False
    return (ended.on - entered).days < probation_days
