"""What calling the highest-ranked brings: how many of them it concerned, and how many of those concerned."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Workload(NamedTuple):
    """Precision and recall when the highest `share` are called; `count` of them, ties cut by expectation."""

    share: float
    count: int
    precision: float
    recall: float


def at_workload(happened: Array, score: Array, share: float) -> Workload:
    """Return precision and recall among the highest-scored `share` of rows; ties at the cut count in proportion."""
    raise NotImplementedError


def flagged(score: Array, share: float) -> NDArray[np.bool_]:
    """Return who is among the highest-scored `share` of rows; ties are cut by position."""
    raise NotImplementedError
