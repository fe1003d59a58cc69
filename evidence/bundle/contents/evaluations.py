"""Evaluations: activities that are passed or failed, and how they came out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from analytics.facts import Event, Standing
from analytics.facts.credit import asked_of
from evidence.bundle.case import Case
from evidence.content import Evaluation, Outcome
from lrs.clock import Micros, to_datetime
from training.records import Module, MoveOn, TrainingActivity

_JUDGED = (MoveOn.PASSED, MoveOn.COMPLETED_AND_PASSED)
_VERDICTS = (Event.PASSED, Event.FAILED)


def evaluated(case: Case) -> Iterator[tuple[Module, TrainingActivity, Standing | None]]:
    """Yield the activities that evaluate, in the programme's order, with where the trainee stands if anything is known.

    Those that ask for a pass or a score, and those on which somebody was judged.
    """
    rule = case.records.completion_rule_of(case.programme)
    for module, activity in case.programme.activities():
        standing = case.standings.get(activity.id)
        asked = asked_of(activity, rule)
        if asked.mastery_score is not None or asked.move_on in _JUDGED or (standing and _is_judged(standing)):
            yield module, activity, standing


def evaluations(case: Case) -> tuple[Evaluation, ...]:
    """Return the evaluations as documents list them."""
    return tuple(
        Evaluation(
            title=activity.title,
            module=module.title,
            at=reached_at(standing),
            outcome=outcome(standing),
            score=None if standing is None else standing.best_scaled,
            mastery=activity.mastery_score,
            attempts=0 if standing is None else standing.attempts,
        )
        for module, activity, standing in evaluated(case)
    )


def outcome(standing: Standing | None) -> Outcome:
    """Return what an evaluation came to: a pass stands, whatever failed before or after it."""
    if standing is None:
        return Outcome.NONE
    if standing.is_passed:
        return Outcome.ACQUIRED
    if standing.is_waived:
        return Outcome.WAIVED
    return Outcome.NOT_ACQUIRED if any(item.event is Event.FAILED for item in standing.history) else Outcome.NONE


def reached_at(standing: Standing | None) -> datetime | None:
    """Return when the outcome was reached: the pass that stands, else the last failure, else what satisfied it."""
    if standing is None:
        return None
    event = Event.PASSED if standing.is_passed else Event.FAILED
    found = [item.at for item in standing.history if item.event is event]
    at = found[-1] if found else standing.satisfied_at
    return None if at is None else to_datetime(Micros(at))


def _is_judged(standing: Standing) -> bool:
    return standing.best_scaled is not None or any(item.event in _VERDICTS for item in standing.history)
