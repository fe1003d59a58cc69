"""Exchanges with whoever helps: the log of assistance."""

from __future__ import annotations

from typing import Final

import numpy as np

from analytics.risk.features.cohort import Cohort, Floats

_LATELY: Final = 28


def assistance(cohort: Cohort) -> dict[str, Floats]:
    """Return the features of assistance; NaN for everybody of a session whose log is not used."""
    asked, helped = cohort.asked, cohort.helped
    everything = cohort.total(asked.row) + cohort.total(helped.row)
    is_used = np.bincount(cohort.session, weights=everything, minlength=len(cohort.members))[cohort.session] > 0
    lately = cohort.today - _LATELY
    questions = cohort.total(asked.row[asked.day > lately[asked.row]])
    helps = cohort.total(helped.row[helped.day > lately[helped.row]])
    last = np.fmax(cohort.latest(asked.row, asked.day), cohort.latest(helped.row, helped.day))
    return {
        "questions_last_28": np.where(is_used, questions, np.nan),
        "help_last_28": np.where(is_used, helps, np.nan),
        "days_since_exchange": cohort.today - last,
    }
