"""Scores, failures and attempts, by themselves and against the others."""

from __future__ import annotations

import numpy as np

from analytics.risk.features.cohort import Cohort, Floats
from analytics.risk.features.done import Done
from analytics.risk.features.marks import Marks, marks_of
from analytics.risk.history import EventKind


def results(cohort: Cohort, done: Done) -> dict[str, Floats]:
    """Return the features of results; NaN for whoever has none that is known yet."""
    marks = marks_of(cohort)
    plan, row = cohort.plan, marks.row
    weight = plan.weight[marks.code]
    number, weighed = cohort.total(row), cohort.total(row, weight)
    is_failed = marks.is_failed
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = cohort.total(row, marks.score) / number
        weighted = np.where(weighed > 0, cohort.total(row, marks.score * weight) / weighed, mean)
        beyond = cohort.total(row, marks.score - marks.usual) / number
        earlier = (mean * number - marks.last) / (number - 1)
        failed_share = cohort.total(row[is_failed]) / number
    trend = np.where(number > 1, marks.last - earlier, np.nan)
    earned = _earned(cohort, done, marks)
    return {
        "score_last": marks.last,
        "score_mean": mean,
        "score_weighted": weighted,
        "score_rank": cohort.rank(weighted),
        "score_beyond_cohort": beyond,
        "score_last_beyond_cohort": marks.last_beyond,
        "score_lowest": marks.lowest,
        "score_trend": trend,
        "failed": np.where(number > 0, cohort.total(row[is_failed]), np.nan),
        "failed_share": failed_share,
        "points_earned_share": earned,
        "points_earned_rank": cohort.rank(earned),
        "attempts_per_activity": _attempts(cohort),
    }


def _earned(cohort: Cohort, done: Done, marks: Marks) -> Floats:
    """Return of all that was due by now, weighed, what share was earned.

    What was not handed in earns nothing. What was, and is not marked yet, earns what the learner's other marks do,
    or what others earned by it; what nobody can say anything of is left out.
    """
    dues, plan = cohort.dues, cohort.plan
    is_over = dues.day < cohort.today[dues.row]
    row, code = dues.row[is_over], dues.code[is_over]
    key = cohort.per_activity(row, code)
    score = marks.score_of(key)
    is_in = np.isfinite(done.day_of(key))
    number = cohort.total(marks.row)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = cohort.total(marks.row, marks.score) / number
    guess = np.where(np.isfinite(own[row]), own[row], marks.usual_of(code))
    worth = np.where(np.isfinite(score), score, np.where(is_in, guess, 0.0))
    known = np.isfinite(worth)
    weight = plan.weight[code][known]
    total = cohort.total(row[known], weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        return cohort.total(row[known], worth[known] * weight) / total


def _attempts(cohort: Cohort) -> Floats:
    """Return how often each activity that was attempted was, on average: attempts by name, else verdicts."""
    events = cohort.events
    key = cohort.per_activity(events.row, events.code)
    named = events.kind == EventKind.ATTEMPTED
    judged = np.isin(events.kind, (EventKind.PASSED, EventKind.FAILED))
    names, place = np.unique(key, return_inverse=True)
    by_name = np.bincount(place[named], minlength=len(names))
    by_verdict = np.bincount(place[judged], minlength=len(names))
    count = np.where(by_name > 0, by_name, by_verdict).astype(np.float64)
    tried = count > 0
    row = names[tried] // max(len(cohort.plan.weight), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return cohort.total(row, count[tried]) / cohort.total(row)
