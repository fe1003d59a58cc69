"""How the whole session fares: how many have given up, so far and lately. The same for everybody in it."""

from __future__ import annotations

from typing import Final

import numpy as np

from analytics.risk.features.cohort import COMPARED_LEAST, Cohort, Floats, Ints

_LATELY: Final = 28


def group(cohort: Cohort) -> dict[str, Floats]:
    """Return the features of the session: which share of those who were there has left."""
    session, day = cohort.leavers
    today = np.array([cohort.today[members].max() for members in cohort.members], np.int64)
    lately = day > today[session] - _LATELY
    return {
        "session_left_share": _share(cohort, session),
        "session_left_last_28_share": _share(cohort, session[lately]),
    }


def _share(cohort: Cohort, session: Ints) -> Floats:
    """Return of each row's session how many of those leavers there are, beside whoever is still enrolled."""
    left = np.bincount(session, minlength=len(cohort.members))
    there = np.array([len(members) for members in cohort.members], np.int64)
    share = np.where(left + there >= COMPARED_LEAST, left / np.maximum(left + there, 1), np.nan)
    found: Floats = share[cohort.session]
    return found
