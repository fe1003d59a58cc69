"""How often and how regularly a learner works."""

from __future__ import annotations

from typing import Final

import numpy as np

from analytics.risk.features.cohort import Cohort, Flags, Floats, Ints

_WEEK: Final = 7
_WEEKS_BACK: Final = 4


def rhythm(cohort: Cohort) -> dict[str, Floats]:
    """Return the features of rhythm. Days that a summary counts are not counted a second time by their statements."""
    work, count = cohort.work, len(cohort)
    row, day = _single_days(cohort)
    # Of a summary that began before the session, as much as its days that lie in it.
    inside = np.clip((work.day + 1) / (work.day - work.first + 1), 0.0, 1.0)
    summed = work.is_summary & np.isfinite(work.days)
    days = cohort.total(row[day >= 0]) + cohort.total(work.row[summed], (work.days * inside)[summed])
    vague = cohort.total(work.row[work.is_summary & ~np.isfinite(work.days) & (inside > 0)]) > 0
    days = np.where(cohort.counted & ~vague & (cohort.today > 0), days, np.nan)
    since = np.maximum(cohort.today, 1)
    gaps = _Gaps(row, day, cohort.today, count)
    told = cohort.counted & ~_is_summarised(cohort)
    weeks = _weeks(cohort)
    return {
        "active_days_per_week": days / since * _WEEK,
        "active_days_rank": cohort.rank(days),
        "longest_gap": np.where(told, gaps.longest, np.nan),
        "gap_variation": np.where(told, gaps.variation, np.nan),
        "weeks_idle_share": np.where(cohort.counted, weeks, np.nan),
    }


def _is_summarised(cohort: Cohort) -> Flags:
    return cohort.total(cohort.work.row[cohort.work.is_summary]) > 0


def _single_days(cohort: Cohort) -> tuple[Ints, Ints]:
    """Return each day of each learner that statements of their own tell of, once, in order; none that a summary has."""
    work = cohort.work
    single = ~work.is_summary & (work.interactions > 0)
    found = np.unique(np.stack([work.row[single], work.day[single]], axis=1), axis=0)
    row, day = found[:, 0], found[:, 1]
    if not work.is_summary.any():
        return row, day
    order = np.lexsort((work.day[work.is_summary], work.row[work.is_summary]))
    owner, first, last = (part[work.is_summary][order] for part in (work.row, work.first, work.day))
    # The first summary of the same learner that ends on that day or later: does it begin by then?
    span = 1 << 24
    at = np.searchsorted(owner * span + last + _OFFSET, row * span + day + _OFFSET)
    inside = np.minimum(at, len(owner) - 1)
    is_told = (at < len(owner)) & (owner[inside] == row) & (first[inside] <= day)
    return row[~is_told], day[~is_told]


# Makes days of long before the session positive.
_OFFSET: Final = 1 << 20


class _Gaps:
    """Days without work between days with it, and since the last one."""

    def __init__(self, row: Ints, day: Ints, today: Ints, count: int) -> None:
        own = np.diff(row) == 0
        length = np.diff(day).astype(np.float64)[own]
        whose = row[1:][own]
        number = np.bincount(whose, minlength=count).astype(np.float64)
        longest = np.zeros(count)
        np.maximum.at(longest, whose, length)
        last = np.full(count, -np.inf)
        np.maximum.at(last, row, day.astype(np.float64))
        self.longest = np.where(np.isfinite(last), np.maximum(longest, today - last), np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(whose, weights=length, minlength=count) / number
            square = np.bincount(whose, weights=length**2, minlength=count) / number
            spread = np.sqrt(np.maximum(square - mean**2, 0.0)) / mean
        self.variation = np.where(number >= 3, spread, np.nan)  # noqa: PLR2004 - of fewer gaps there is no spread


def _weeks(cohort: Cohort) -> Floats:
    """Return of how many of the last weeks that are over, up to four, there is no work; only weeks of the session."""
    idle, there = np.zeros(len(cohort)), np.zeros(len(cohort))
    for back in range(_WEEKS_BACK):
        last = cohort.today - 1 - back * _WEEK
        first = last - _WEEK + 1
        done = cohort.amount(cohort.work.interactions, first, last)
        is_known = np.isfinite(done) & (first >= 0)
        there += is_known
        idle += is_known & (done <= 0)
    return np.where(there > 0, idle / np.maximum(there, 1), np.nan)
