"""What calling the highest-ranked brings: how many of them it concerned, and how many of those concerned."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Workload(NamedTuple):
    """Precision and recall when the highest `share` are called, `count` of them; NaN where nobody is there."""

    share: float
    count: int  # type: ignore[assignment]  # nobody counts in it as in a tuple
    precision: float
    recall: float


def at_workload(happened: Array, score: Array, share: float) -> Workload:
    """Return precision and recall among the highest-scored `share` of rows; ties at the cut count in proportion.

    At least one is called where there is anybody.

    >>> at_workload(np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.8, 0.1, 0.1]), 0.5)
    Workload(share=0.5, count=2, precision=0.5, recall=0.5)
    """
    count = _called(len(score), share)
    if not count:
        return Workload(share, 0, float("nan"), float("nan"))
    cut = np.partition(score, len(score) - count)[len(score) - count]
    above, tied = score > cut, score == cut
    left = count - int(above.sum())
    found = float(happened[above].sum() + happened[tied].mean() * left)
    total = float(happened.sum())
    return Workload(share, count, found / count, found / total if total else float("nan"))


def flagged(score: Array, share: float) -> NDArray[np.bool_]:
    """Return who is among the highest-scored `share` of rows; ties are cut by position."""
    who = np.zeros(len(score), dtype=bool)
    who[np.argsort(-score, kind="stable")[: _called(len(score), share)]] = True
    return who


def _called(rows: int, share: float) -> int:
    return min(rows, max(1, round(rows * share))) if rows else 0
