"""How much probabilities mean what they say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Bin(NamedTuple):
    """Rows whose probabilities lie together: how many, the mean said, the share that happened, Wilson's interval."""

    count: int
    said: float
    happened: float
    low: float
    high: float


def brier(happened: Array, probability: Array) -> float:
    """Return the mean squared distance of probabilities from what happened; NaN for no rows."""
    raise NotImplementedError


def brier_constant(happened: Array) -> float:
    """Return the Brier score of saying the base rate of everyone, which a useful model stays below."""
    raise NotImplementedError


def calibration_error(happened: Array, probability: Array, bins: int = 10) -> float:
    """Return the mean distance of said from happened over `bins` groups of equal size."""
    raise NotImplementedError


def reliability(happened: Array, probability: Array, bins: int = 10) -> tuple[Bin, ...]:
    """Return the reliability curve over at most `bins` groups of equal size; equal probabilities stay together."""
    raise NotImplementedError
