"""How much of the content a learner has touched."""

from __future__ import annotations

import numpy as np

from analytics.risk.features.cohort import Cohort, Floats


def breadth(cohort: Cohort) -> dict[str, Floats]:
    """Return the features of breadth: activities with any work or event, of those of the programme."""
    work, events, plan = cohort.work, cohort.events, cohort.plan
    named = (work.code >= 0) & (work.interactions > 0)
    row = np.concatenate([work.row[named], events.row])
    code = np.concatenate([work.code[named], events.code])
    known = plan.is_planned[code]
    key = np.unique(cohort.per_activity(row[known], code[known]))
    touched = cohort.total(key // max(len(plan.weight), 1))
    planned = np.bincount(plan.session[plan.is_planned], minlength=len(cohort.members))[cohort.session].astype(
        np.float64
    )
    anybody = np.bincount(cohort.session, weights=touched, minlength=len(cohort.members))[cohort.session] > 0
    touched = np.where(anybody, touched, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(planned > 0, touched / planned, np.nan)
    return {"activities_touched_share": share, "activities_touched_rank": cohort.rank(touched)}
