"""How many of the last things in a row are so."""

from __future__ import annotations

import numpy as np

from analytics.risk.features.cohort import Flags, Floats, Ints


def latest_run(row: Ints, is_so: Flags, count: int) -> Floats:
    """Return for each of `count` rows how many of its last elements in a row are so; NaN where it has none.

    Elements are in order of time within each row.

    >>> latest_run(np.array([0, 0, 0, 1]), np.array([False, True, True, False]), 3)
    array([ 2.,  0., nan])
    """
    found = np.full(count, np.nan)
    order = np.argsort(row, kind="stable")[::-1]
    owner, broken = row[order], ~is_so[order]
    if not len(owner):
        return found
    breaks = np.cumsum(broken)
    begins = np.r_[True, owner[1:] != owner[:-1]]
    before = np.where(begins, breaks - broken, 0)
    own: Ints = breaks - np.maximum.accumulate(np.where(begins, before, 0))
    run = np.bincount(owner[own == 0], minlength=count).astype(np.float64)
    found[np.unique(owner)] = 0.0
    return found + run
