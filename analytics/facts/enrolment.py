"""Add up one enrolment: hours due and done by modality, completion, rates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from analytics.facts.credit import (
    Credit,
    expected_seconds,
    live_waivers,
    mandatory_activities,
    waived_seconds,
)
from analytics.facts.fact import DayFact, EnrolmentFacts, SlotFact, Standing
from analytics.facts.roster import Course
from analytics.rates.enrolment import Amounts, enrolment_figures
from analytics.rates.formulas import Stamp
from analytics.rules import Rules
from analytics.time import day_of
from training.records import CompletionRule, Modality, TrainingActivity
from training.records.ids import ActivityId, PersonId

_SECOND: Final = 1_000_000
_Measure = Callable[[SlotFact], int]


@dataclass(frozen=True, slots=True)
class Work:
    """What one enrolment is added up from."""

    days: Sequence[DayFact]
    slots: Sequence[SlotFact]
    credits: Sequence[Credit]
    standings: Mapping[ActivityId, Standing]


def enrolment_facts(
    person_id: PersonId, course: Course, work: Work, rule: CompletionRule, rules: Rules, as_of: int
) -> EnrolmentFacts:
    """Return one enrolment at `as_of`. Each time is cut to whole seconds once, here: never rounded up."""
    today = day_of(as_of, course.zone)
    mandatory = mandatory_activities(course, rule)
    satisfied = [item for item in mandatory if item.id in work.standings and work.standings[item.id].is_satisfied]
    planned = dict(course.enrolment.planned_on(today))
    waived = waived_seconds(course, as_of) if live_waivers(course, as_of) else {}
    credited = _credited(work)
    due = _sum_slots((fact for fact in work.slots if fact.is_due), lambda fact: fact.planned_seconds * _SECOND)
    justified = sum(fact.justified_micros for fact in work.slots if fact.modality.is_synchronous)
    attended = sum(fact.credited_micros for fact in work.slots if fact.is_due and fact.modality.is_synchronous)
    amounts = Amounts(
        attended=attended // _SECOND,
        due=sum(seconds for modality, seconds in due.items() if modality.is_synchronous),
        justified=justified // _SECOND,
        credited=sum(credited.values()),
        planned=sum(planned.values()),
        waived=sum(waived.values()),
        distance_credited=credited.get(Modality.ASYNC, 0),
        distance_planned=max(planned.get(Modality.ASYNC, 0) - waived.get(Modality.ASYNC, 0), 0),
        mandatory_count=len(mandatory),
        satisfied_count=len(satisfied),
        mandatory_seconds=_estimated(mandatory),
        satisfied_seconds=_estimated(satisfied),
        expected_seconds=expected_seconds(course, mandatory, as_of),
    )
    return EnrolmentFacts(
        enrolment_id=course.enrolment.id,
        person_id=person_id,
        session_id=course.session.id,
        as_of=as_of,
        planned_seconds=planned,
        waived_seconds=waived,
        due_seconds=due,
        credited_seconds=credited,
        justified_seconds=amounts.justified,
        estimated_seconds=amounts.mandatory_seconds,
        connected_seconds=sum(fact.connected_micros for fact in work.days) // _SECOND,
        active_seconds=sum(fact.active_micros for fact in work.days) // _SECOND,
        declared_seconds=sum(fact.declared_micros for fact in work.days) // _SECOND,
        mandatory_count=amounts.mandatory_count,
        satisfied_count=amounts.satisfied_count,
        is_completed=_is_completed(rule, amounts, mandatory, work.standings),
        entered_at=_entered(course, work, today),
        figures=enrolment_figures(amounts, Stamp(as_of, rules.version), rules.realisation_cap),
        statement_count=sum(fact.statement_count for fact in work.days),
        rules_version=rules.version,
    )


def _credited(work: Work) -> dict[Modality, int]:
    found = _sum_slots(work.slots, lambda fact: fact.credited_micros)
    distance = sum(credit.seconds for credit in work.credits)
    if distance:
        found[Modality.ASYNC] = found.get(Modality.ASYNC, 0) + distance
    return found


def _sum_slots(slots: Iterable[SlotFact], micros_of: _Measure) -> dict[Modality, int]:
    found: dict[Modality, int] = {}
    for fact in slots:
        micros = micros_of(fact)
        if micros:
            found[fact.modality] = found.get(fact.modality, 0) + micros
    return {modality: micros // _SECOND for modality, micros in found.items()}


def _estimated(activities: Iterable[TrainingActivity]) -> int:
    return sum(activity.estimated_seconds for activity in activities)


def _is_completed(
    rule: CompletionRule,
    amounts: Amounts,
    mandatory: Iterable[TrainingActivity],
    standings: Mapping[ActivityId, Standing],
) -> bool:
    """Say whether everything that the rule asks is met; a programme that asks nothing is never completed by itself.

    A minimum score is asked of each mandatory activity that has a score, and of one at least.
    """
    if not amounts.mandatory_count and rule.minimum_credited_seconds is None:
        return False
    if amounts.satisfied_count < amounts.mandatory_count:
        return False
    if rule.minimum_credited_seconds is not None and amounts.credited < rule.minimum_credited_seconds:
        return False
    if rule.minimum_score is None:
        return True
    standing = (standings.get(activity.id) for activity in mandatory)
    scores = [item.best_scaled for item in standing if item is not None and item.best_scaled is not None]
    return bool(scores) and min(scores) >= rule.minimum_score


def _entered(course: Course, work: Work, today: date) -> date | None:
    """Return the accepted entry, else the first day with anything credited (compliance 7, N_in)."""
    accepted = course.enrolment.entered_on
    if accepted is not None:
        return accepted if accepted <= today else None
    return min((fact.day for fact in work.days if fact.credited_micros), default=None)
