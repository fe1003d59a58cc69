"""What is usual in the sessions of the table asked about last: reasons are asked for row by row."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analytics.risk.features import FeatureTable
from analytics.risk.models.inputs import Layout

Array = NDArray[np.float64]


def _nothing() -> None:
    return None


@dataclass(slots=True)
class Usual:
    """Medians of each session, and what its rows share; of one table at a time, which it does not keep alive."""

    _table: Callable[[], FeatureTable | None] = field(default=_nothing)
    _medians: dict[str, Array] = field(default_factory=dict)
    _shared: Array | None = None

    def of(self, table: FeatureTable, session_id: str) -> Array:
        """Return the median of each feature among the session's rows, NaN where nobody's is known; of [features]."""
        self._turn_to(table)
        if session_id not in self._medians:
            rows = [row for row, name in enumerate(table.session_ids) if name == session_id]
            with warnings.catch_warnings():
                # What is known of nobody has no median.
                warnings.simplefilter("ignore", RuntimeWarning)
                self._medians[session_id] = np.nanmedian(table.values[rows], axis=0)
        return self._medians[session_id]

    def shared(self, table: FeatureTable, layout: Layout) -> Array:
        """Return the inputs that rows of the same session and day share; of shape [n, shared]."""
        self._turn_to(table)
        if self._shared is None:
            self._shared = layout.session(table)
        return self._shared

    def _turn_to(self, table: FeatureTable) -> None:
        if self._table() is not table:
            self._table, self._medians, self._shared = weakref.ref(table), {}, None
