"""What asynchronous work is worth, which part of the plan is waived, and what the calendar expects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from analytics.facts.attendance import is_within
from analytics.facts.fact import Standing
from analytics.facts.roster import Course
from analytics.facts.standing import Asked
from analytics.rules import RuleBook
from analytics.time import day_of
from training.records import CompletionRule, Modality, Module, MoveOn, TrainingActivity, Waiver
from training.records.ids import ActivityId

# Hours of these come from slots and marks; an activity done in a class adds nothing to them.
BY_ESTIMATE: Final = (Modality.ASYNC, Modality.BLENDED)


@dataclass(frozen=True, slots=True)
class Credit:
    """The estimated time of one activity proved done, on the local day on which it was."""

    activity_id: ActivityId
    day: date
    seconds: int


def credits_of(course: Course, standings: Iterable[Standing], rules: RuleBook) -> list[Credit]:
    """Return what is credited of asynchronous activities: the announced time of each that is proved done, once.

    The ministry's certificate counts distance hours from the activities carried out and the time estimated for
    them (compliance 1.5), not from connection. What is waived was not done, and is credited nothing.
    """
    found = []
    for standing in standings:
        module, activity = course.by_id[standing.activity_id]
        if standing.satisfied_at is None or module.modality not in BY_ESTIMATE or not activity.estimated_seconds:
            continue
        day = day_of(standing.satisfied_at, course.zone)
        if rules.on(day).credits_outside_contract or is_within(course, day):
            found.append(Credit(activity.id, day, activity.estimated_seconds))
    return found


def asked_of(activity: TrainingActivity, rule: CompletionRule) -> Asked:
    """Return what an activity asks: its own moveOn, else the completion rule's."""
    return Asked(activity.move_on or rule.move_on, activity.mastery_score)


def live_waivers(course: Course, as_of: int) -> list[Waiver]:
    """Return the waivers decided by the local day of `as_of`."""
    today = day_of(as_of, course.zone)
    return [waiver for waiver in course.enrolment.waived if waiver.decided_on is None or waiver.decided_on <= today]


def waived_activities(course: Course, as_of: int) -> set[ActivityId]:
    """Return the activities that this person need not do."""
    waivers = live_waivers(course, as_of)
    modules = {waiver.module_id for waiver in waivers if waiver.module_id is not None}
    named = {waiver.activity_id for waiver in waivers if waiver.activity_id is not None}
    return named | {activity.id for module, activity in course.programme.activities() if module.id in modules}


def waived_seconds(course: Course, as_of: int) -> dict[Modality, int]:
    """Return what waivers take off the plan, by modality."""
    found: dict[Modality, int] = {}
    for waiver in live_waivers(course, as_of):
        modality = waiver.modality or _modality_of(course, waiver)
        found[modality] = found.get(modality, 0) + waiver.seconds
    return found


def mandatory_activities(course: Course, rule: CompletionRule) -> list[TrainingActivity]:
    """Return the activities that completion asks for, in order; one that nothing can prove is not asked for."""
    return [
        activity
        for module, activity in course.programme.activities()
        if activity.mandatory
        and _is_mandatory(module, rule)
        and asked_of(activity, rule).move_on is not MoveOn.NOT_APPLICABLE
    ]


def expected_seconds(course: Course, mandatory: Iterable[TrainingActivity], as_of: int) -> int:
    """Return the estimated time of what should be done by the local day of `as_of`.

    By the individual calendar where there is one; else in step with the days of the session, the present one
    included, cut to a whole second.
    """
    today = day_of(as_of, course.zone)
    seconds: Mapping[ActivityId, int] = {activity.id: activity.estimated_seconds for activity in mandatory}
    calendar = course.enrolment.individual_calendar
    if calendar:
        reached = [milestone for milestone in calendar if milestone.due_on <= today]
        named = {milestone.activity_id for milestone in reached if milestone.activity_id is not None}
        modules = {milestone.module_id for milestone in reached if milestone.module_id is not None}
        named |= {activity.id for module, activity in course.programme.activities() if module.id in modules}
        return sum(length for activity_id, length in seconds.items() if activity_id in named)
    session = course.session
    days = (session.ends_on - session.starts_on).days + 1
    gone = min(max((today - session.starts_on).days + 1, 0), days)
    return sum(seconds.values()) * gone // days


def _is_mandatory(module: Module, rule: CompletionRule) -> bool:
    named = rule.mandatory_module_ids
    return module.mandatory if named is None else module.id in named


def _modality_of(course: Course, waiver: Waiver) -> Modality:
    """Return the modality of what is waived; of what names nothing on record, the session's own."""
    if waiver.slot_id is not None and waiver.slot_id in course.slots_by_id:
        return course.slots_by_id[waiver.slot_id].slot.mode
    if waiver.activity_id is not None and waiver.activity_id in course.by_id:
        return course.by_id[waiver.activity_id][0].modality
    module = None if waiver.module_id is None else course.programme.find_module(waiver.module_id)
    return course.session.modality if module is None else module.modality
