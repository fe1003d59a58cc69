"""The marks of learners: the latest score of each activity, what others got for it, whether it is a failure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.risk.features.cohort import COMPARED_LEAST, Cohort, Flags, Floats, Ints, found_at
from analytics.risk.history import EventKind


@dataclass(frozen=True)
class Marks:
    """One mark for each learner and activity that has one, by `key` (`Cohort.per_activity`) in order.

    `usual` is the mean of the cohort for the same activity, NaN where too few have a mark; `mean_by_code` the same by
    activity. `last`, `last_beyond` and `lowest` are by row of the table.
    """

    key: Ints
    row: Ints
    code: Ints
    score: Floats
    usual: Floats
    is_failed: Flags
    mean_by_code: Floats
    last: Floats
    last_beyond: Floats
    lowest: Floats

    def score_of(self, key: Ints) -> Floats:
        """Return the score of each of these, NaN where there is none."""
        return found_at(self.key, self.score, key)

    def usual_of(self, code: Ints) -> Floats:
        """Return what the cohort got on average for each of these activities."""
        return self.mean_by_code[code]


def marks_of(cohort: Cohort) -> Marks:
    """Return the marks of a cohort. Of several for one activity the last stands; a pass once given is no failure."""
    events, plan = cohort.events, cohort.plan
    key = cohort.per_activity(events.row, events.code)
    scored = np.isfinite(events.scaled) & (events.kind != EventKind.PROGRESSED)
    failing = (events.kind == EventKind.FAILED) | (scored & (events.scaled < plan.mastery[events.code]))
    passing = (events.kind == EventKind.PASSED) & ~failing
    # In order of time, so that from the end the first of each is its last.
    names, at = np.unique(key[scored][::-1], return_index=True)
    when = np.flatnonzero(scored)[::-1][at]
    score = events.scaled[when]
    width = max(len(plan.weight), 1)
    row, code = names // width, names % width
    number = np.bincount(code, minlength=width)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(code, weights=score, minlength=width) / number
    mean = np.where(number >= COMPARED_LEAST, mean, np.nan)
    usual = np.where(np.isfinite(mean[code]), mean[code], score)
    last, beyond, lowest = (np.full(len(cohort), np.nan) for _ in range(3))
    order = np.argsort(when)
    last[row[order]] = score[order]
    beyond[row[order]] = (score - mean[code])[order]
    np.fmin.at(lowest, row, score)
    is_failed = np.isin(names, key[failing]) & ~np.isin(names, key[passing])
    return Marks(names, row, code, score, usual, is_failed, mean, last, beyond, lowest)
