"""Rows of days: what statements show of them, and the parts that slots and proofs add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from analytics.facts.credit import credits_of
from analytics.facts.fact import Confidence, SlotFact, Standing
from analytics.facts.roster import Course, Row
from analytics.facts.tally import Tally
from analytics.kept.form import Brief, KeptRow, Part, Place
from analytics.rules import RuleBook
from training.records.ids import ActivityId

_SECOND = 1_000_000
PartKey = tuple[Place, date]


def place_of(row: Row) -> Place:
    """Return where a row is, without what follows from that."""
    return Place(row.enrolment_id, row.module_id, row.activity_id, row.slot_id)


def timed_row(row: Row, day: date, tally: Tally, course: Course | None, rules: RuleBook) -> KeptRow:
    """Return a row of a day as statements alone show it."""
    seen = sorted(tally.seen)
    return KeptRow(
        place_of(row),
        row.session_id,
        _estimate(course, row.activity_id),
        rules.on(day).version,
        tally.connected,
        tally.active,
        tally.declared,
        tally.watched,
        tuple(statement_id for _, statement_id in seen),
        seen[0][0] if seen else None,
        seen[-1][0] if seen else None,
        known=tally.known,
        acts=tally.acts,
        interactions=tally.interactions,
    )


def with_part(row: KeptRow | None, key: PartKey, part: Part | None, course: Course, rules: RuleBook) -> KeptRow:
    """Return a row with another part, or none; a new row when there was none."""
    if row is not None:
        return replace(row, part=part)
    place, day = key
    estimate = _estimate(course, place.activity_id)
    return KeptRow(place, course.session.id, estimate, rules.on(day).version, part=part)


def parts_of(
    course: Course, slots: Iterable[SlotFact], standings: Mapping[ActivityId, Brief], rules: RuleBook, as_of: int
) -> dict[PartKey, Part]:
    """Return what an enrolment's slots and proofs add to its days: credit, plan, marks."""
    found: dict[PartKey, Part] = {}
    for fact in slots:
        window = course.slots_by_id[fact.slot_id]
        if not fact.statement_ids and window.end > as_of:
            continue
        planned = fact.planned_seconds if window.slot.is_due else 0
        part = Part(planned, fact.credited_micros, fact.confidence, fact.statement_ids)
        found[place_of(course.slot_row(window.slot)), fact.day] = part
    for credit in credits_of(course, full_standings(course, standings), rules):
        module, _ = course.by_id[credit.activity_id]
        place = place_of(course.row(module.id, credit.activity_id))
        found[place, credit.day] = Part(0, credit.seconds * _SECOND, Confidence.ESTIMATED)
    return found


def full_standings(course: Course, standings: Mapping[ActivityId, Brief]) -> list[Standing]:
    """Return standings that hold no more than was kept in brief."""
    return [
        Standing(
            enrolment_id=course.enrolment.id,
            activity_id=activity_id,
            best_scaled=brief.best_scaled,
            is_waived=brief.is_waived,
            satisfied_at=brief.satisfied_at,
        )
        for activity_id, brief in standings.items()
        if activity_id in course.by_id
    ]


def _estimate(course: Course | None, activity_id: ActivityId | None) -> int:
    if course is None or activity_id is None:
        return 0
    return course.by_id[activity_id][1].estimated_seconds
