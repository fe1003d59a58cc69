"""How many points an enrolment has, line by line. Points add up; nothing takes any away but what is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from analytics.encouragement.journey import ATTENDED, EXCUSED, Journey
from analytics.encouragement.registry import load_registry
from training.records.ids import ActivityId, SlotId


@dataclass(frozen=True, slots=True)
class Credit:
    """Some points: by which rule, how many, for what, on which day (None for a waiver, which has none)."""

    rule: str
    points: int
    on: date | None
    activity_id: ActivityId | None = None
    slot_id: SlotId | None = None
    statement_ids: tuple[UUID, ...] = ()


def points_of(journey: Journey) -> list[Credit]:
    """Return the points of an enrolment: activities in the programme's order, then half-days in order of time."""
    return [*_of_activities(journey), *_of_recoveries(journey), *_of_half_days(journey)]


def _of_activities(journey: Journey) -> Iterator[Credit]:
    worth = load_registry().points["activity"].points
    for _, activity in journey.course.programme.activities():
        standing = journey.standings.get(activity.id)
        if standing is not None and standing.is_satisfied:
            at = standing.satisfied_at
            on = None if at is None else journey.day(at)
            yield Credit("activity", worth, on, activity_id=activity.id, statement_ids=standing.proof_ids)


def _of_recoveries(journey: Journey) -> Iterator[Credit]:
    worth = load_registry().points["recovery"].points
    for standing, failed, passed in journey.recoveries():
        history = standing.history
        ids = tuple(dict.fromkeys((history[failed].statement_id, history[passed].statement_id)))
        on = journey.day(history[passed].at)
        yield Credit("recovery", worth, on, activity_id=standing.activity_id, statement_ids=ids)


def _of_half_days(journey: Journey) -> Iterator[Credit]:
    worth = load_registry().points["half_day"].points
    for fact in sorted(journey.slots, key=lambda item: (item.day, item.slot_id)):
        if fact.presence in ATTENDED | EXCUSED and fact.day <= journey.today:
            yield Credit("half_day", worth, fact.day, slot_id=fact.slot_id, statement_ids=fact.statement_ids)
