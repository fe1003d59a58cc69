"""How long ago a learner was last seen at work, by itself and against the others."""

from __future__ import annotations

import numpy as np

from analytics.risk.features.cohort import Cohort, Floats


def recency(cohort: Cohort) -> dict[str, Floats]:
    """Return the features of recency. A summary of several days stands on its last: idle since then at least.

    Of those of whom nothing was ever seen, though of others of the session something was, it is since the beginning:
    since they registered, or since the first sign of anybody, whichever came last.
    """
    work = cohort.work
    is_done = work.interactions > 0
    last = cohort.latest(work.row[is_done], work.day[is_done])
    began = _began(cohort)
    is_seen = np.isfinite(last)
    since: Floats = (cohort.today - np.where(is_seen, last, began)).astype(np.float64)
    # A summary of long ago does not say since when there is nothing; a statement of the learner's own does.
    is_heard = cohort.counted | (cohort.total(work.row[is_done & ~work.is_summary]) > 0)
    idle = np.where(is_heard, np.maximum(since, 0.0), np.nan)
    usual = cohort.median(idle)
    return {
        "idle_days": idle,
        "idle_beyond_cohort": idle - usual,
        "idle_rank": cohort.rank(idle),
        "never_seen": np.where(cohort.counted | is_seen, (~is_seen).astype(np.float64), np.nan),
    }


def _began(cohort: Cohort) -> Floats:
    """Return since when each learner might have been seen."""
    work = cohort.work
    firsts = np.full(len(cohort.members), np.inf)
    np.minimum.at(firsts, cohort.session[work.row], work.first.astype(np.float64))
    firsts[~np.isfinite(firsts)] = np.nan
    found: Floats = np.fmax(firsts[cohort.session], cohort.registered)
    return found
