"""Which badges an enrolment has earned: one function a badge, each of the facts alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from analytics.encouragement.award import Award
from analytics.encouragement.journey import ATTENDED, EXCUSED, Journey
from analytics.encouragement.registry import Badge, load_registry
from training.records import TrainingActivity

_Earn = Callable[[Journey, Badge], Iterable[Award]]


def awards_of(journey: Journey) -> list[Award]:
    """Return the badges of an enrolment, in the registry's order, then the programme's.

    The same facts give the same badges. More work done never takes one away; what is taken back does (a voided
    statement, a revoked completion), for a badge says what is so.
    """
    return [award for badge in load_registry().badges.values() for award in _EARNED[badge.id](journey, badge)]


def _first_step(journey: Journey, badge: Badge) -> Iterator[Award]:
    done = _done(journey, [activity for _, activity in journey.course.programme.activities()])
    if done:
        yield _award(journey, badge, [done[0][1]], journey.day(done[0][0]))


def _module_done(journey: Journey, badge: Badge) -> Iterator[Award]:
    asked = {activity.id for activity in journey.mandatory}
    for module in journey.course.programme.modules:
        wanted = [activity for activity in module.activities if activity.id in asked]
        done = _done(journey, wanted)
        if done and all(journey.is_satisfied(activity.id) for activity in wanted):
            award = _award(journey, badge, [activity for _, activity in done], journey.day(done[-1][0]))
            yield replace(award, module_id=module.id)


def _all_done(journey: Journey, badge: Badge) -> Iterator[Award]:
    done = _done(journey, journey.mandatory)
    if done and all(journey.is_satisfied(activity.id) for activity in journey.mandatory):
        yield _award(journey, badge, [activity for _, activity in done], journey.day(done[-1][0]))


def _halfway(journey: Journey, badge: Badge) -> Iterator[Award]:
    """Count what is waived from the beginning, then what was done in order of time, until the share is reached."""
    whole = sum(activity.estimated_seconds for activity in journey.mandatory)
    done = _done(journey, journey.mandatory)
    counted = {activity.id for _, activity in done}
    waived = (item for item in journey.mandatory if item.id not in counted and journey.is_satisfied(item.id))
    reached = sum(activity.estimated_seconds for activity in waived)
    used: list[TrainingActivity] = []
    for at, activity in done:
        reached += activity.estimated_seconds
        used.append(activity)
        if whole and reached >= whole * badge.threshold:
            yield _award(journey, badge, used, journey.day(at))
            return


def _perseverance(journey: Journey, badge: Badge) -> Iterator[Award]:
    recoveries = journey.recoveries()
    if recoveries:
        standing, failed, passed = min(recoveries, key=lambda item: item[0].history[item[2]].at)
        history = standing.history
        yield Award(
            badge=badge.id,
            enrolment_id=journey.course.enrolment.id,
            earned_on=journey.day(history[passed].at),
            activity_ids=(standing.activity_id,),
            statement_ids=tuple(dict.fromkeys((history[failed].statement_id, history[passed].statement_id))),
        )


def _regular(journey: Journey, badge: Badge) -> Iterator[Award]:
    weeks: dict[tuple[int, int], date] = {}
    for fact in journey.days:
        if fact.credited_micros:
            week = fact.day.isocalendar()[:2]
            weeks[week] = min(weeks.get(week, fact.day), fact.day)
    if len(weeks) < badge.threshold:
        return
    days = sorted(weeks.values())[: int(badge.threshold)]
    facts = [fact for fact in journey.days if fact.day in days and fact.credited_micros]
    yield Award(
        badge=badge.id,
        enrolment_id=journey.course.enrolment.id,
        earned_on=days[-1],
        activity_ids=tuple(dict.fromkeys(fact.activity_id for fact in facts if fact.activity_id is not None)),
        slot_ids=tuple(dict.fromkeys(fact.slot_id for fact in facts if fact.slot_id is not None)),
        statement_ids=tuple(dict.fromkeys(item for fact in facts for item in fact.statement_ids)),
    )


def _half_days(journey: Journey, badge: Badge) -> Iterator[Award]:
    held = sorted(
        (fact for fact in journey.slots if fact.presence in ATTENDED | EXCUSED and _is_over(journey, fact.day)),
        key=lambda fact: (fact.day, fact.slot_id),
    )
    if len(held) < badge.threshold or not any(fact.presence in ATTENDED for fact in held):
        return
    first = next(at for at, fact in enumerate(held) if fact.presence in ATTENDED)
    used = held[: max(int(badge.threshold), first + 1)]
    yield Award(
        badge=badge.id,
        enrolment_id=journey.course.enrolment.id,
        earned_on=used[-1].day,
        slot_ids=tuple(fact.slot_id for fact in used),
        statement_ids=tuple(dict.fromkeys(item for fact in used for item in fact.statement_ids)),
    )


_EARNED: Final[dict[str, _Earn]] = {
    "first_step": _first_step,
    "module_done": _module_done,
    "halfway": _halfway,
    "all_done": _all_done,
    "perseverance": _perseverance,
    "regular": _regular,
    "half_days": _half_days,
}


def _done(journey: Journey, activities: Iterable[TrainingActivity]) -> list[tuple[int, TrainingActivity]]:
    """Return the activities that are done, waived ones left out, in the order in which they were."""
    found = [(at, item) for item in activities if (at := journey.done_at(item.id)) is not None]
    return sorted(found, key=lambda pair: (pair[0], pair[1].id))


def _is_over(journey: Journey, day: date) -> bool:
    """Say whether a day has come: a waiver of a slot to come is no half-day yet."""
    return day <= journey.today


def _award(journey: Journey, badge: Badge, activities: Sequence[TrainingActivity], on: date) -> Award:
    proofs = (item for activity in activities for item in journey.standings[activity.id].proof_ids)
    return Award(
        badge=badge.id,
        enrolment_id=journey.course.enrolment.id,
        earned_on=on,
        activity_ids=tuple(activity.id for activity in activities),
        statement_ids=tuple(dict.fromkeys(proofs)),
    )
