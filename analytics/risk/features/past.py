"""What became of the same learner's earlier enrolments."""

from __future__ import annotations

import numpy as np

from analytics.risk.features.cohort import Cohort, Floats
from analytics.risk.history import Earlier, Ending, History
from analytics.time import day_of


def past(cohort: Cohort) -> dict[str, Floats]:
    """Return the features of the past: how many earlier enrolments are on record, and how they ended."""
    ended = [_known(history, cohort.as_of) for history in cohort.histories]
    same = _count([[item for item in own if item.is_same_programme] for own in ended])
    left = _count([[item for item in own if item.ending is Ending.LEFT] for own in ended])
    failed = _count([[item for item in own if item.ending is Ending.FAILED] for own in ended])
    completed = _count([[item for item in own if item.ending is Ending.COMPLETED] for own in ended])
    return {
        "earlier_same_programme": same,
        "earlier_left": left,
        "earlier_failed": failed,
        "earlier_completed": completed,
    }


def _known(history: History, as_of: int) -> list[Earlier]:
    if not history.earlier:
        return []
    today = day_of(as_of, history.zone)
    return [item for item in history.earlier if item.known <= as_of and item.ended_on <= today]


def _count(items: list[list[Earlier]]) -> Floats:
    return np.array([len(own) for own in items], np.float64)
