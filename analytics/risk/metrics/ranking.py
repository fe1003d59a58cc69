"""How well scores put in order those to whom it happened before those to whom it did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the 95 % interval that resampling learners gives it; NaN where it is not defined."""

    value: float
    low: float
    high: float


def auc(happened: Array, score: Array) -> float:
    """Return the chance that one to whom it happened scores higher than one to whom it did not, ties one half.

    Arrays of shape [n]; NaN with a single class.
    """
    raise NotImplementedError


def average_precision(happened: Array, score: Array) -> float:
    """Return the area under precision over recall (as a sum of steps); its base is the mean of `happened`."""
    raise NotImplementedError


def auc_estimate(happened: Array, score: Array, person_ids: Sequence[str], *, seed: int, draws: int = 1000) -> Estimate:
    """Return the AUC with its interval, by resampling learners (all rows of one together) `draws` times."""
    raise NotImplementedError


def auc_difference(
    happened: Array, ours: Array, other: Array, person_ids: Sequence[str], *, seed: int, draws: int = 1000
) -> Estimate:
    """Return how much higher the AUC of `ours` is than that of `other`, on the same resampled learners."""
    raise NotImplementedError
