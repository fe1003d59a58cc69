"""How much a learner does: interactions and active time, against the others and against the plan."""

from __future__ import annotations

from typing import Final

import numpy as np

from analytics.risk.features.cohort import Cohort, Floats

_HOUR: Final = 3_600_000_000
_SECOND: Final = 1_000_000
_FORTNIGHT: Final = 14
_WEEK: Final = 7
_BEFORE: Final = -400


def effort(cohort: Cohort) -> dict[str, Floats]:
    """Return the features of effort and of its trend. Amounts are compared by their logarithm: few do very much."""
    work, today = cohort.work, cohort.today
    start = np.full(len(cohort), _BEFORE)
    zero = np.zeros(len(cohort), np.int64)
    every = cohort.amount(work.interactions, start, today)
    before = cohort.amount(work.interactions, start, zero - 1)
    since = np.where(today > 0, cohort.amount(work.interactions, zero, today), np.nan)
    last = cohort.amount(work.interactions, today - _FORTNIGHT, today)
    middle = cohort.amount(work.interactions, today - 2 * _FORTNIGHT, today - _FORTNIGHT - 1)
    week = cohort.amount(work.interactions, today - _WEEK, today)
    log_every, log_last, log_middle = np.log1p(every), np.log1p(last), np.log1p(middle)
    log_since, change = np.log1p(since), np.log1p(last) - np.log1p(middle)
    active = cohort.amount(work.active, zero, today)
    return {
        "interactions_rank": cohort.rank(every),
        "interactions_beyond_cohort": log_every - cohort.median(log_every),
        "interactions_since_start_beyond_cohort": log_since - cohort.median(log_since),
        "interactions_before_start_rank": cohort.rank(before),
        "interactions_before_start": np.log1p(before),
        "interactions_last_14_rank": cohort.rank(last),
        "interactions_last_14_beyond_cohort": log_last - cohort.median(log_last),
        "interactions_last_7_rank": cohort.rank(week),
        "interactions_trend": change,
        "interactions_trend_beyond_cohort": change - cohort.median(change),
        "interactions_previous_14_rank": cohort.rank(middle),
        "interactions_middle_beyond_cohort": log_middle - cohort.median(log_middle),
        "active_hours": active / _HOUR,
        "active_time_rank": cohort.rank(active),
        "active_time_of_plan": _of_plan(cohort, active),
    }


def _of_plan(cohort: Cohort, active: Floats) -> Floats:
    """Return active time as a share of what was announced up to today, in step with the session's days."""
    plan = cohort.plan
    is_asked = plan.is_mandatory & (plan.weight > 1)
    announced = np.bincount(
        plan.session[is_asked], weights=plan.weight[is_asked], minlength=len(cohort.members)
    )[cohort.session]  # fmt: skip
    gone = np.clip(cohort.today / cohort.length, 0.0, 1.0)
    expected = announced * gone * _SECOND
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, active / expected, np.nan)
