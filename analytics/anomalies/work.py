"""Anomalies of what is credited: done too fast, hardly connected, outside the contract, marks that do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from analytics.anomalies.anomaly import Anomaly, AnomalyKind
from analytics.facts.attendance import Sheet, is_within
from analytics.facts.credit import BY_ESTIMATE
from analytics.facts.fact import DayFact, SlotFact, Standing
from analytics.facts.roster import Course
from analytics.rules import RuleBook
from analytics.time import day_of
from training.records import Modality

_SECOND: Final = 1_000_000
# One act shows that something was done, never how long it took.
_FEWEST_ACTS: Final = 2


def unlikely_work(
    course: Course, standings: Iterable[Standing], days: Iterable[DayFact], rules: RuleBook
) -> Iterator[Anomaly]:
    """Yield the satisfied activities on which too little time was spent, up to the day they were satisfied.

    Below the speed floor, with acts to measure it by, the speed is impossible; below the share of the estimate that
    is asked for, connection is low: something for a tutor to look at, for work is also done offline.
    """
    by_activity: dict[str, list[DayFact]] = {}
    for fact in days:
        if fact.activity_id is not None:
            by_activity.setdefault(fact.activity_id, []).append(fact)
    for standing in standings:
        module, activity = course.by_id[standing.activity_id]
        if standing.satisfied_at is None or not activity.estimated_seconds or module.modality not in BY_ESTIMATE:
            continue
        day = day_of(standing.satisfied_at, course.zone)
        facts = [fact for fact in by_activity.get(standing.activity_id, ()) if fact.day <= day]
        spent = sum(fact.connected_micros for fact in facts) / _SECOND
        count = sum(fact.statement_count for fact in facts)
        law = rules.on(day)
        floor = law.speed_floor_share * activity.estimated_seconds
        low = law.low_connection_share * activity.estimated_seconds
        if spent >= low:
            continue
        is_impossible = spent < floor and count >= _FEWEST_ACTS
        yield Anomaly(
            kind=AnomalyKind.IMPOSSIBLE_SPEED if is_impossible else AnomalyKind.LOW_CONNECTION,
            day=day,
            enrolment_id=standing.enrolment_id,
            activity_id=standing.activity_id,
            observed_seconds=spent,
            limit_seconds=floor if is_impossible else low,
            statement_ids=standing.proof_ids,
            rules_version=law.version,
        )


def outside_contract(course: Course, days: Iterable[DayFact], rules: RuleBook) -> Iterator[Anomaly]:
    """Yield each day with statements outside the session's dates, or outside entry and exit."""
    by_day: dict[str, list[DayFact]] = {}
    for fact in days:
        if fact.statement_count and not is_within(course, fact.day):
            by_day.setdefault(fact.day.isoformat(), []).append(fact)
    for facts in by_day.values():
        yield Anomaly(
            kind=AnomalyKind.OUTSIDE_CONTRACT,
            day=facts[0].day,
            enrolment_id=course.enrolment.id,
            observed_seconds=sum(fact.connected_micros for fact in facts) / _SECOND,
            statement_ids=tuple(sorted(statement_id for fact in facts for statement_id in fact.statement_ids)),
            rules_version=rules.on(facts[0].day).version,
        )


def odd_marks(course: Course, sheet: Sheet, slots: Sequence[SlotFact], rules: RuleBook) -> Iterator[Anomaly]:
    """Yield marks for no slot, two that stand side by side, on cancelled slots, and beyond what the class log shows."""
    for trace in sheet.without_slot:
        day = day_of(trace.timestamp, course.zone)
        yield Anomaly(kind=AnomalyKind.MARK_WITHOUT_SLOT, day=day, enrolment_id=course.enrolment.id,
                      statement_ids=(trace.statement_id,), rules_version=rules.on(day).version)  # fmt: skip
    for slot_id, first, second in sheet.replaced:
        day = course.slots_by_id[slot_id].slot.held_on
        yield Anomaly(kind=AnomalyKind.MARKS_SIDE_BY_SIDE, day=day, enrolment_id=course.enrolment.id, slot_id=slot_id,
                      statement_ids=(first.statement_id, second.statement_id),
                      rules_version=rules.on(day).version)  # fmt: skip
    for fact in slots:
        yield from _odd_slot(course, sheet, fact, rules)


def over_contract(
    course: Course, credited_seconds: int, planned_seconds: int, as_of: int, rules: RuleBook
) -> Iterator[Anomaly]:
    """Yield that more was credited than was agreed, where anything was agreed."""
    if planned_seconds and credited_seconds > planned_seconds:
        day = day_of(as_of, course.zone)
        yield Anomaly(kind=AnomalyKind.HOURS_OVER_CONTRACT, day=day, enrolment_id=course.enrolment.id,
                      observed_seconds=credited_seconds, limit_seconds=planned_seconds,
                      rules_version=rules.on(day).version)  # fmt: skip


def _odd_slot(course: Course, sheet: Sheet, fact: SlotFact, rules: RuleBook) -> Iterator[Anomaly]:
    marked = sheet.marks.get(fact.slot_id)
    if marked is None or marked[0].mark is None:
        return
    law = rules.on(fact.day)
    slot = course.slots_by_id[fact.slot_id].slot
    ids = (marked[0].statement_id,)
    if slot.cancelled is not None and marked[0].mark.is_present:
        yield Anomaly(kind=AnomalyKind.MARK_ON_CANCELLED_SLOT, day=fact.day, enrolment_id=fact.enrolment_id,
                      slot_id=fact.slot_id, statement_ids=ids, rules_version=law.version)  # fmt: skip
    beyond = fact.credited_micros / _SECOND - fact.logged_micros / _SECOND
    if fact.modality is Modality.SYNC_REMOTE and fact.logged_micros and beyond > law.log_shortfall_seconds:
        yield Anomaly(kind=AnomalyKind.MARK_BEYOND_LOG, day=fact.day, enrolment_id=fact.enrolment_id,
                      slot_id=fact.slot_id, observed_seconds=beyond, limit_seconds=law.log_shortfall_seconds,
                      statement_ids=ids, rules_version=law.version)  # fmt: skip
