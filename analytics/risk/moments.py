"""How far into its session a snapshot was taken, as shares of the moments between which a model's weights move."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Shares of the session at which weights stand; in between they move in a straight line, beyond they stay. Close
# together early, where a fortnight changes what is known. A session of 35 weeks: days 0, 12, 27, 54, 98, 171.
KNOTS: Final = (0.0, 0.05, 0.11, 0.22, 0.4, 0.7)


def progress(day: NDArray[np.int64], length: NDArray[np.int64]) -> Array:
    """Return which share of the session had gone by, 0 before it began and 1 after it ended; of shape [n]."""
    return np.clip(day / np.maximum(length, 1), 0.0, 1.0)


def hats(share: Array, knots: tuple[float, ...] = KNOTS) -> Array:
    """Return how much each knot counts for each row, adding up to 1; of shape [n, knots].

    >>> hats(np.array([0.0, 0.08, 1.0])).round(2).tolist()
    [[1.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]]
    """
    return np.stack([np.interp(share, knots, row) for row in np.eye(len(knots))], axis=1)
