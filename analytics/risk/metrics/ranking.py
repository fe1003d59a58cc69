"""How well scores put those to whom it happened before those to whom it did not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.risk.metrics.resampling import Estimate, estimate

Array = NDArray[np.float64]

DRAWS = 1000


def auc(happened: Array, score: Array) -> float:
    """Return the chance that one to whom it happened scores higher than one to whom it did not, ties one half.

    Arrays of shape [n]; NaN with a single class.

    >>> auc(np.array([0.0, 1.0, 1.0]), np.array([0.1, 0.1, 0.9]))
    0.75
    """
    return float(_weighted_auc(happened, score)(np.ones((1, len(happened))))[0])


def average_precision(happened: Array, score: Array) -> float:
    """Return the area under precision over recall, as a sum of steps; its base is the mean of `happened`.

    Tied rows are one step, so that their order does not matter. NaN when it happened to nobody.
    """
    total = happened.sum()
    if not total:
        return float("nan")
    order = np.argsort(-score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    found = np.cumsum(happened[order])[ends]
    return float(np.sum(np.diff(found, prepend=0.0) * found / (ends + 1)) / total)


def auc_estimate(
    happened: Array, score: Array, person_ids: Sequence[str], *, seed: int, draws: int = DRAWS
) -> Estimate:
    """Return the AUC with its interval, by resampling learners (all rows of one together) `draws` times."""
    return estimate(_weighted_auc(happened, score), person_ids, seed=seed, draws=draws)


def auc_difference(
    happened: Array, ours: Array, other: Array, person_ids: Sequence[str], *, seed: int, draws: int = DRAWS
) -> Estimate:
    """Return how much higher the AUC of `ours` is than that of `other`, on the same resampled learners."""
    mine, theirs = _weighted_auc(happened, ours), _weighted_auc(happened, other)
    return estimate(lambda weights: mine(weights) - theirs(weights), person_ids, seed=seed, draws=draws)


def _weighted_auc(happened: Array, score: Array) -> Callable[[Array], Array]:
    """Return what gives the AUC for each of k rows of weights; sorted once, however many are asked for."""
    order = np.argsort(score, kind="stable")
    # Where each run of equal scores begins, among the sorted.
    starts = np.append(0, np.flatnonzero(np.diff(score[order])) + 1)
    ones = happened[order]

    def figure(weights: Array) -> Array:
        if not len(ones):
            return np.full(len(weights), np.nan)
        ordered = weights[:, order]
        hit = np.add.reduceat(ordered * ones, starts, axis=1)
        missed = np.add.reduceat(ordered * (1 - ones), starts, axis=1)
        below = np.cumsum(missed, axis=1) - missed / 2
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((hit * below).sum(axis=1) / (hit.sum(axis=1) * missed.sum(axis=1)))

    return figure
