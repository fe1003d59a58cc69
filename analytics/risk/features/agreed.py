"""What was agreed: when the learner registered and entered, how much is planned, how far the session is."""

from __future__ import annotations

from typing import Final

import numpy as np

from analytics.risk.features.cohort import Cohort, Floats

_HOUR: Final = 3_600
_WEEK: Final = 7


def agreed(cohort: Cohort) -> dict[str, Floats]:
    """Return the features of what was agreed."""
    planned = np.array([item.planned_seconds for item in cohort.histories], np.float64) / _HOUR
    planned = np.where(planned > 0, planned, np.nan)
    entered = np.array(
        [np.nan if item.entered_on is None else (item.entered_on - item.starts_on).days for item in cohort.histories],
        np.float64,
    )
    lead = -cohort.registered
    return {
        "registration_lead_days": lead,
        "registration_lead_rank": cohort.rank(lead),
        "entered_after_days": entered,
        "planned_hours": planned,
        "planned_hours_beyond_cohort": planned - cohort.median(planned),
        "planned_hours_per_week": planned / (cohort.length / _WEEK),
        "elapsed_share": np.clip(cohort.today / cohort.length, 0.0, 1.0),
    }
