"""What to do next, by rules that are said with each step. Nothing is estimated of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from analytics.encouragement.journey import Journey
from analytics.facts import Event, Standing
from training.records import Milestone, TrainingActivity
from training.records.ids import ActivityId, ModuleId


class Reason(StrEnum):
    """Why an activity is proposed, in the order in which they come.

    Attributes:
        OVERDUE: The individual calendar asked for it by a day that is past.
        BEGUN: It was begun and not finished.
        FAILED: It was tried without success, and may be tried again.
        NEXT: It is the first of the programme that is still to do.
        OPTIONAL: All that is asked is done; it is there for who wants more.
    """

    OVERDUE = "overdue"
    BEGUN = "begun"
    FAILED = "failed"
    NEXT = "next"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One activity to do, with every reason for it, the first one first.

    `statement_ids` are those that the reasons rest on: what shows that it was begun, the last failure.
    """

    activity_id: ActivityId
    module_id: ModuleId
    reasons: tuple[Reason, ...]
    estimated_seconds: int
    due_on: date | None = None
    attempts: int = 0
    best_scaled: float | None = None
    progress: float | None = None
    statement_ids: tuple[UUID, ...] = ()


def next_steps(journey: Journey) -> list[Step]:
    """Return what is to be done, the first thing first; nothing once the enrolment or its session is over.

    Overdue ones by their day, then what was begun, then what was failed, then the next of the programme; within each
    the programme's order. Only when all that is asked is done, what is optional and untouched.
    """
    enrolment, session = journey.course.enrolment, journey.course.session
    ended = session.ends_on if enrolment.exit is None else min(session.ends_on, enrolment.exit.on)
    if journey.today > ended:
        return []
    due = due_days(journey)
    asked = [activity.id for activity in journey.mandatory if not journey.is_satisfied(activity.id)]
    following = asked[0] if asked else None
    found: list[tuple[int, date, int, Step]] = []
    for at, (module, activity) in enumerate(journey.course.programme.activities()):
        if journey.is_satisfied(activity.id) or (
            asked and activity.id not in asked and not _touched(journey, activity)
        ):
            continue
        reasons = _reasons(journey, activity, due.get(activity.id), following, is_asked=activity.id in asked)
        if not reasons:
            continue
        step = _step(journey, activity, module.id, reasons, due.get(activity.id))
        found.append((list(Reason).index(reasons[0]), step.due_on or date.max, at, step))
    return [item[3] for item in sorted(found, key=lambda item: item[:3])]


def due_days(journey: Journey) -> Mapping[ActivityId, date]:
    """Return by which day the individual calendar asks for each activity: the first day, where several do."""
    found: dict[ActivityId, date] = {}
    for milestone in journey.course.enrolment.individual_calendar:
        for activity_id in _named(journey, milestone):
            found[activity_id] = min(found.get(activity_id, date.max), milestone.due_on)
    return found


def _named(journey: Journey, milestone: Milestone) -> list[ActivityId]:
    if milestone.activity_id is not None:
        return [milestone.activity_id]
    activities = journey.course.programme.activities()
    return [activity.id for module, activity in activities if module.id == milestone.module_id]


def _reasons(
    journey: Journey, activity: TrainingActivity, due_on: date | None, following: ActivityId | None, *, is_asked: bool
) -> tuple[Reason, ...]:
    standing = journey.standings.get(activity.id)
    said = {
        Reason.OVERDUE: is_asked and due_on is not None and due_on < journey.today,
        Reason.BEGUN: _touched(journey, activity) and not _has_failed(standing),
        Reason.FAILED: _has_failed(standing),
        Reason.NEXT: activity.id == following,
        Reason.OPTIONAL: following is None,
    }
    return tuple(reason for reason, holds in said.items() if holds)


def _touched(journey: Journey, activity: TrainingActivity) -> bool:
    """Say whether anything at all was done on an activity."""
    standing = journey.standings.get(activity.id)
    return bool(standing is not None and (standing.attempts or standing.history or standing.progress)) or any(
        fact.activity_id == activity.id and fact.statement_count for fact in journey.days
    )


def _has_failed(standing: Standing | None) -> bool:
    """Say whether the last verdict on an activity is a failure."""
    verdicts = [change.event for change in standing.history] if standing is not None else []
    last = [event for event in verdicts if event in (Event.PASSED, Event.FAILED)][-1:]
    return last == [Event.FAILED]


def _step(
    journey: Journey, activity: TrainingActivity, module_id: ModuleId, reasons: tuple[Reason, ...], due_on: date | None
) -> Step:
    standing = journey.standings.get(activity.id)
    ids: list[UUID] = []
    if standing is not None and Reason.FAILED in reasons:
        ids += [change.statement_id for change in standing.history if change.event is Event.FAILED][-1:]
    elif Reason.BEGUN in reasons:
        rows = (fact for fact in journey.days if fact.activity_id == activity.id and fact.statement_ids)
        ids += [fact.statement_ids[-1] for fact in rows][-1:]
    return Step(
        activity_id=activity.id,
        module_id=module_id,
        reasons=reasons,
        estimated_seconds=activity.estimated_seconds,
        due_on=due_on,
        attempts=0 if standing is None else standing.attempts,
        best_scaled=None if standing is None else standing.best_scaled,
        progress=None if standing is None else standing.progress,
        statement_ids=tuple(ids),
    )
