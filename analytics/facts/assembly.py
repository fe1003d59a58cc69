"""Put day facts together: time from acts, hours from slots, credit from activities proved done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from analytics.facts.credit import Credit
from analytics.facts.fact import Confidence, DayFact, SlotFact
from analytics.facts.roster import Course, Row
from analytics.facts.tally import Key, Tallies, Tally
from analytics.rules import RuleBook
from training.records.ids import EnrolmentId, PersonId

_SECOND: Final = 1_000_000
_NOTHING: Final = Tally()


def day_facts(
    person_id: PersonId,
    tallies: Tallies,
    courses: Iterable[Course],
    slots: Mapping[EnrolmentId, Sequence[SlotFact]],
    credits_: Mapping[EnrolmentId, Sequence[Credit]],
    rules: RuleBook,
    as_of: int,
) -> list[DayFact]:
    """Return every row of every day: those that statements touch, and the slots that have ended, in order of day."""
    parts: dict[Key, dict[str, Any]] = {key: {} for key in tallies.found}
    by_id: dict[EnrolmentId, Course] = {}
    for course in courses:
        by_id[course.enrolment.id] = course
        for fact in slots[course.enrolment.id]:
            window = course.slots_by_id[fact.slot_id]
            if fact.statement_ids or window.end <= as_of:
                parts.setdefault((course.slot_row(window.slot), fact.day), {}).update(
                    _slot_part(fact, is_due=window.slot.is_due)
                )
        for credit in credits_[course.enrolment.id]:
            module, _ = course.by_id[credit.activity_id]
            key = (course.row(module.id, credit.activity_id), credit.day)
            parts.setdefault(key, {}).update(
                credited_micros=credit.seconds * _SECOND, credited_confidence=Confidence.ESTIMATED
            )
    found = [_fact(person_id, key, tallies.found.get(key, _NOTHING), part, by_id, rules) for key, part in parts.items()]
    return sorted(found, key=_order)


def _slot_part(fact: SlotFact, *, is_due: bool) -> dict[str, Any]:
    return {
        "planned_seconds": fact.planned_seconds if is_due else 0,
        "credited_micros": fact.credited_micros,
        "credited_confidence": fact.confidence,
        "marks": fact.statement_ids,
    }


def _fact(
    person_id: PersonId,
    key: Key,
    tally: Tally,
    part: dict[str, Any],
    courses: Mapping[EnrolmentId, Course],
    rules: RuleBook,
) -> DayFact:
    row, day = key
    marks: tuple[UUID, ...] = part.pop("marks", ())
    seen = tally.ids
    ids = seen + tuple(mark for mark in marks if mark not in seen)
    instants = [at for at, _ in tally.seen]
    return DayFact(
        person_id=person_id,
        enrolment_id=row.enrolment_id,
        session_id=row.session_id,
        module_id=row.module_id,
        activity_id=row.activity_id,
        slot_id=row.slot_id,
        day=day,
        estimated_seconds=_estimate(row, courses),
        connected_micros=tally.connected,
        active_micros=tally.active,
        declared_micros=tally.declared,
        watched_seconds=tally.watched,
        connected_confidence=_confidence(tally),
        statement_count=len(ids),
        first_at=min(instants, default=None),
        last_at=max(instants, default=None),
        statement_ids=ids,
        rules_version=rules.on(day).version,
        **part,
    )


def _confidence(tally: Tally) -> Confidence | None:
    if not tally.connected:
        return None
    return Confidence.DECLARED if tally.declared else Confidence.MEASURED


def _estimate(row: Row, courses: Mapping[EnrolmentId, Course]) -> int:
    if row.enrolment_id is None or row.activity_id is None:
        return 0
    return courses[row.enrolment_id].by_id[row.activity_id][1].estimated_seconds


def _order(fact: DayFact) -> tuple[date, str, str, str]:
    return fact.day, fact.enrolment_id or "", fact.activity_id or "", fact.slot_id or ""
