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


def endings_of(courses: Iterable[Course], probation_days: int) -> Endings:
    """Count the enrolments given."""
    every = list(courses)
    inside = [course for course in every if course.entered_on is not None]
    return Endings(
        registered=len(every),
        entered=len(inside),
        over=sum(course.is_over for course in inside),
        exits=dict(Counter(course.exit.reason for course in every if course.exit is not None)),
        ended=dict(Counter(course.exit.reason for course in inside if course.exit is not None)),
        ended_early=sum(_ended_early(course, probation_days) for course in inside),
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
    endings = endings_of(every, probation_days)
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
