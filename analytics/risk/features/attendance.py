"""Half-days missed. A half-day of which nobody said anything is neither missed nor attended."""

from __future__ import annotations

import numpy as np

from analytics.risk.features.cohort import Cohort, Floats
from analytics.risk.features.runs import latest_run


def attendance(cohort: Cohort) -> dict[str, Floats]:
    """Return the features of attendance; NaN for whoever no half-day is known of."""
    halves = cohort.halves
    is_said = np.isfinite(halves.is_missed)
    row, is_missed = halves.row[is_said], halves.is_missed[is_said] > 0
    held = cohort.total(row)
    missed = cohort.total(row[is_missed])
    unexcused = cohort.total(row[is_missed & ~halves.is_justified[is_said]])
    with np.errstate(invalid="ignore", divide="ignore"):
        share = missed / held
        unjustified = unexcused / held
    last = np.full(len(cohort), np.nan)
    # In order of time: the last one of each stays.
    last[row] = is_missed
    return {
        "half_days_missed": np.where(held > 0, missed, np.nan),
        "half_days_missed_share": share,
        "half_days_missed_beyond_cohort": share - cohort.median(share),
        "half_days_unjustified_share": unjustified,
        "half_days_missed_in_a_row": latest_run(row, is_missed, len(cohort)),
        "half_day_last_missed": last,
    }
