"""Logistic regression held towards a prior, by Newton's method: numpy alone, the same result each time."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STEPS_MOST: Final = 40
_HALVINGS_MOST: Final = 30
_CLOSE: Final = 1e-6
_MARGIN_MOST: Final = 30.0


def chance(margin: Array) -> Array:
    """Return the probability of log-odds; beyond ±30 it no longer changes."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(margin, -_MARGIN_MOST, _MARGIN_MOST))))


def log_odds(probability: Array) -> Array:
    """Return the log-odds of a probability; nought and one give what is still a number."""
    inside = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(inside / (1 - inside)))


def fit_weights(
    design: Array, happened: Array, penalty: Array, *, offset: Array | None = None, weight: Array | None = None
) -> Array:
    """Return the weights of the columns of `design`, of shape [n, p], that make `happened` (0 or 1, [n]) most likely.

    `penalty`, of shape [p], is how strongly each is held to nought: 1 / the variance of a normal prior. `offset`, [n],
    is added to the log-odds as it is; `weight`, [n], says how often each row counts.
    """
    counts = np.ones(len(design)) if weight is None else weight
    start = np.zeros(len(design)) if offset is None else offset
    found = np.zeros(design.shape[1])
    margin, at = start, _loss(start, happened, counts, found, penalty)
    for _ in range(_STEPS_MOST):
        probability = chance(margin)
        slope = design.T @ (counts * (probability - happened)) + penalty * found
        step = np.linalg.solve(curvature(design, counts * probability * (1 - probability), penalty), slope)
        # Far from the end a whole step may lead uphill: half of it, and half again, until it does not.
        for _ in range(_HALVINGS_MOST):
            tried = found - step
            margin = design @ tried + start
            loss = _loss(margin, happened, counts, tried, penalty)
            if loss <= at:
                break
            step = step / 2
        found, at = tried, loss
        if float(np.abs(step).max(initial=0.0)) < _CLOSE:
            break
    return found


def _loss(margin: Array, happened: Array, counts: Array, found: Array, penalty: Array) -> float:
    """Return how unlikely it makes what happened, with the penalty; log(1 + exp) without overflow."""
    return float(np.sum(counts * (np.logaddexp(0.0, margin) - happened * margin)) + np.sum(penalty * found**2) / 2)


def curvature(design: Array, weight: Array, penalty: Array) -> Array:
    """Return the second derivatives of the penalised loss, of shape [p, p]; its inverse is the weights' covariance."""
    found = (design * weight[:, None]).T @ design
    # A column of noughts with no penalty would leave nothing to divide by.
    found[np.diag_indices_from(found)] += penalty + 1e-9
    return np.asarray(found)
