"""Intervals by resampling learners: whoever is drawn twice counts twice, with all rows of theirs.

B. Efron, The Annals of Statistics 7 (1979) 1-26; by whole learners because rows of one learner are not independent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Draws that are worked on together: weights of that many draws are held at once, eight bytes for each row.
_TOGETHER: Final = 50
_TAILS: Final = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the 95 % interval that resampling learners gives it; NaN where it is not defined."""

    value: float
    low: float
    high: float


def estimate(figure: Callable[[Array], Array], person_ids: Sequence[str], *, seed: int, draws: int) -> Estimate:
    """Return `figure` for all rows, and between which values it lies when learners are drawn anew.

    `figure` takes weights of shape [k, n], how often each row counts, and returns k values; NaN ones are left out.
    """
    value = float(figure(np.ones((1, len(person_ids))))[0])
    values = np.concatenate([figure(weights) for weights in weights_of(person_ids, seed=seed, draws=draws)])
    values = values[~np.isnan(values)]
    if np.isnan(value) or not len(values):
        return Estimate(value, np.nan, np.nan)
    low, high = np.percentile(values, _TAILS)
    return Estimate(value, float(low), float(high))


def weights_of(person_ids: Sequence[str], *, seed: int, draws: int) -> Iterator[Array]:
    """Yield how often each row counts in each draw, in blocks of shape [k, n]; the same for the same seed."""
    random = np.random.default_rng(seed)
    people, owner = np.unique(np.asarray(person_ids, dtype=str), return_inverse=True)
    for first in range(0, draws, _TOGETHER):
        count = min(_TOGETHER, draws - first)
        drawn = random.integers(0, max(1, len(people)), size=(count, len(people)))
        times = np.zeros((count, len(people)))
        np.add.at(times, (np.arange(count)[:, None], drawn), 1.0)
        yield times[:, owner]


def share(part: Array, whole: Array) -> Callable[[Array], Array]:
    """Return a figure for `estimate`: the weighted sum of `part` over that of `whole`, both of shape [n]."""

    def figure(weights: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((weights @ part) / (weights @ whole), dtype=np.float64)

    return figure
