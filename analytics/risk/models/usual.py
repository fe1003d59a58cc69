"""What is usual in the session of a learner: what reasons compare with."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.risk.features import FeatureTable
from analytics.risk.models.inputs import values_of

Array = NDArray[np.float64]


def medians(table: FeatureTable, names: Sequence[str], rows: Sequence[int]) -> Array:
    """Return for each of `rows` the medians of features `names` in its session; NaN where nobody's is known.

    Of shape [rows, names]. `table` must hold whole sessions.
    """
    values = values_of(table, names)
    sessions, owner = np.unique(np.asarray(table.session_ids, dtype=str), return_inverse=True)
    usual = np.full((len(sessions), len(names)), np.nan)
    with warnings.catch_warnings():
        # What is known of nobody has no median.
        warnings.simplefilter("ignore", RuntimeWarning)
        for number in np.unique(owner[list(rows)]):
            usual[number] = np.nanmedian(values[owner == number], axis=0)
    return np.asarray(usual[owner[list(rows)]])
