"""What enrolments add up to, as it is kept: of one enrolment, of a session, of a portfolio, all in the same form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import msgspec

from analytics.facts.fact import EnrolmentFacts, SlotFact
from analytics.rates import Figure
from analytics.rates.cohort import Course, Endings, ending_of, sum_endings
from training.records import Enrolment, Modality

_SECOND: Final = 1_000_000


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
        endings=ending_of(course, probation_days),
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
    return Totals(
        sum_endings(part.endings for part in every),
        sum(part.completed for part in every),
        _sum_rates(part.rates for part in every),
        sum_times(part.modalities for part in every),
        sum(part.justified for part in every),
        sum(part.estimated for part in every),
        sum(part.connected for part in every),
        sum(part.active for part in every),
        sum(part.declared for part in every),
        sum(part.mandatory for part in every),
        sum(part.satisfied for part in every),
        sum(part.statements for part in every),
        sum(part.active_days for part in every),
        max((part.last_at for part in every if part.last_at is not None), default=None),
    )


def _rate(figure: Figure) -> Rate:
    """Return a figure as it is summed: what one trainee does beyond what was agreed makes up for nobody else."""
    most = figure.numerator if figure.cap is None else int(figure.denominator * figure.cap)
    return Rate(figure.unit, min(figure.numerator, most), figure.denominator, 1)


def _times(facts: EnrolmentFacts, slots: Iterable[SlotFact]) -> dict[Modality, Times]:
    # By what tells members apart: there is one of each, and finding one by itself takes longer than adding it up.
    attended: dict[int, int] = {}
    justified: dict[int, int] = {}
    for slot in slots:
        which = id(slot.modality)
        if slot.is_due:
            attended[which] = attended.get(which, 0) + slot.credited_micros
        if slot.justified_micros:
            justified[which] = justified.get(which, 0) + slot.justified_micros
    found: dict[Modality, Times] = {}
    for modality in Modality:
        which = id(modality)
        times = (
            facts.planned_seconds.get(modality, 0),
            facts.waived_seconds.get(modality, 0),
            facts.due_seconds.get(modality, 0),
            attended.get(which, 0) // _SECOND,
            justified.get(which, 0) // _SECOND,
            facts.credited_seconds.get(modality, 0),
        )
        if any(times):
            found[modality] = Times(*times, 1)
    return found


def _sum_rates(parts: Iterable[Mapping[str, Rate]]) -> dict[str, Rate]:
    found: dict[str, tuple[str, int, int, int]] = {}
    for part in parts:
        for formula, rate in part.items():
            before = found.get(formula)
            if before is None:
                found[formula] = rate
            else:
                _, above, below, many = before
                found[formula] = (rate[0], above + rate[1], below + rate[2], many + rate[3])
    return {formula: Rate(*rate) for formula, rate in found.items()}


def sum_times(parts: Iterable[Mapping[Modality, Times]]) -> dict[Modality, Times]:
    """Return what some times add up to, modality by modality."""
    found: dict[int, tuple[Modality, list[Times]]] = {}
    for part in parts:
        for modality, times in part.items():
            found.setdefault(id(modality), (modality, []))[1].append(times)
    return {modality: Times(*map(sum, zip(*every, strict=True))) for modality, every in found.values()}
