"""What enrolments add up to, as it is kept: of one enrolment, of a session, of a portfolio, all in the same form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import add
from typing import Final, NamedTuple, TypeVar

import msgspec

from analytics.facts.fact import EnrolmentFacts, SlotFact
from analytics.rates import Figure
from analytics.rates.cohort import Course, Endings, endings_of
from training.records import Enrolment, Modality

_SECOND: Final = 1_000_000
# How many numbers are simply added up.
_WIDTH: Final = 14
_Key = TypeVar("_Key")


class Rate(NamedTuple):
    """What a rate divides, summed over the enrolments of which anything was due; `enrolments` is how many those are."""

    unit: str
    numerator: int = 0
    denominator: int = 0
    enrolments: int = 0


class Times(NamedTuple):
    """Seconds held in one modality; `enrolments` is how many had anything planned, due or credited in it.

    `attended` is what was credited in the slots that were due, `justified` what was missed there with a justification.
    """

    planned: int = 0
    waived: int = 0
    due: int = 0
    attended: int = 0
    justified: int = 0
    credited: int = 0
    enrolments: int = 0


class Totals(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Sums over enrolments, in seconds and numbers. Kept by place: raise `FORM` with any change."""

    endings: Endings = Endings()
    completed: int = 0
    rates: dict[str, Rate] = {}
    modalities: dict[Modality, Times] = {}
    justified: int = 0
    estimated: int = 0
    connected: int = 0
    active: int = 0
    declared: int = 0
    mandatory: int = 0
    satisfied: int = 0
    statements: int = 0
    active_days: int = 0
    last_at: int | None = None


def totals_of(
    enrolment: Enrolment, facts: EnrolmentFacts, slots: Iterable[SlotFact], days: Mapping[int, int], probation_days: int
) -> Totals:
    """Return what one enrolment adds. `days` has the instant of the last statement of each local day with any."""
    course = Course(facts.entered_at, enrolment.exit, enrolment.exit is not None)
    return Totals(
        endings=endings_of([course], probation_days),
        completed=int(facts.is_completed),
        rates={figure.formula: _rate(figure) for figure in facts.figures if figure.denominator > 0},
        modalities=_times(facts, slots),
        justified=facts.justified_seconds,
        estimated=facts.estimated_seconds,
        connected=facts.connected_seconds,
        active=facts.active_seconds,
        declared=facts.declared_seconds,
        mandatory=facts.mandatory_count,
        satisfied=facts.satisfied_count,
        statements=facts.statement_count,
        active_days=len(days),
        last_at=max(days.values(), default=None),
    )


def sum_totals(parts: Iterable[Totals]) -> Totals:
    """Return the sums of some totals."""
    every = list(parts)
    if len(every) == 1:
        return every[0]
    endings = [part.endings for part in every]
    columns = zip(*map(_numbers, every), strict=True)
    registered, entered, over, early, completed, *rest = map(sum, columns) if every else [0] * _WIDTH
    justified, estimated, connected, active, declared, mandatory, satisfied, statements, active_days = rest
    return Totals(
        Endings(
            registered,
            entered,
            over,
            _sum_counts(item.exits for item in endings),
            _sum_counts(item.ended for item in endings),
            early,
        ),
        completed,
        _sum_rates(part.rates for part in every),
        sum_times(part.modalities for part in every),
        justified,
        estimated,
        connected,
        active,
        declared,
        mandatory,
        satisfied,
        statements,
        active_days,
        max((part.last_at for part in every if part.last_at is not None), default=None),
    )


def _numbers(part: Totals) -> tuple[int, ...]:
    """Return what is simply added up: of endings, then of the rest in its order."""
    endings = part.endings
    return (
        endings.registered, endings.entered, endings.over, endings.ended_early, part.completed,
        part.justified, part.estimated, part.connected, part.active, part.declared, part.mandatory, part.satisfied,
        part.statements, part.active_days,
    )  # fmt: skip


def _rate(figure: Figure) -> Rate:
    """Return a figure as it is summed: what one trainee does beyond what was agreed makes up for nobody else."""
    most = figure.numerator if figure.cap is None else int(figure.denominator * figure.cap)
    return Rate(figure.unit, min(figure.numerator, most), figure.denominator, 1)


def _times(facts: EnrolmentFacts, slots: Iterable[SlotFact]) -> dict[Modality, Times]:
    attended: dict[Modality, int] = {}
    justified: dict[Modality, int] = {}
    for slot in slots:
        if slot.is_due:
            attended[slot.modality] = attended.get(slot.modality, 0) + slot.credited_micros
        if slot.justified_micros:
            justified[slot.modality] = justified.get(slot.modality, 0) + slot.justified_micros
    found: dict[Modality, Times] = {}
    for modality in Modality:
        times = (
            facts.planned_seconds.get(modality, 0),
            facts.waived_seconds.get(modality, 0),
            facts.due_seconds.get(modality, 0),
            attended.get(modality, 0) // _SECOND,
            justified.get(modality, 0) // _SECOND,
            facts.credited_seconds.get(modality, 0),
        )
        if any(times):
            found[modality] = Times(*times, 1)
    return found


def _sum_counts(parts: Iterable[Mapping[_Key, int]]) -> dict[_Key, int]:
    found: dict[_Key, int] = {}
    for part in parts:
        for key, count in part.items():
            found[key] = found.get(key, 0) + count
    return found


def _sum_rates(parts: Iterable[Mapping[str, Rate]]) -> dict[str, Rate]:
    found: dict[str, Rate] = {}
    for part in parts:
        for formula, (unit, numerator, denominator, count) in part.items():
            _, above, below, many = found.get(formula) or Rate(unit)
            found[formula] = Rate(unit, above + numerator, below + denominator, many + count)
    return found


def sum_times(parts: Iterable[Mapping[Modality, Times]]) -> dict[Modality, Times]:
    """Return what some times add up to, modality by modality."""
    found: dict[Modality, Times] = {}
    for part in parts:
        for modality, times in part.items():
            before = found.get(modality)
            found[modality] = times if before is None else Times(*map(add, before, times))
    return found
