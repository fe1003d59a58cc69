"""How much probabilities mean what they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.overview import wilson

Array = NDArray[np.float64]

BINS = 10


class Bin(NamedTuple):
    """Rows whose probabilities lie together: how many, the mean said, the share that happened, Wilson's interval."""

    count: int  # type: ignore[assignment]  # nobody counts in it as in a tuple
    said: float
    happened: float
    low: float
    high: float


def brier(happened: Array, probability: Array) -> float:
    """Return the mean squared distance of probabilities from what happened; NaN for no rows."""
    return float(np.mean((probability - happened) ** 2)) if len(happened) else float("nan")


def brier_constant(happened: Array) -> float:
    """Return the Brier score of saying the base rate of everyone, which a useful model stays below."""
    return brier(happened, np.full(len(happened), happened.mean())) if len(happened) else float("nan")


def calibration_error(happened: Array, probability: Array, bins: int = BINS) -> float:
    """Return the mean distance of said from happened over `bins` groups of equal size; NaN for no rows.

    Groups are weighted by their size (the expected calibration error of Naeini and others, AAAI 2015).
    """
    if not len(happened):
        return float("nan")
    rows = reliability(happened, probability, bins)
    return sum(row.count * abs(row.said - row.happened) for row in rows) / len(happened)


def reliability(happened: Array, probability: Array, bins: int = BINS) -> tuple[Bin, ...]:
    """Return the reliability curve over at most `bins` groups of equal size; equal probabilities stay together."""
    rows = []
    for part in _groups(probability, bins):
        count, hits = len(part), int(happened[part].sum())
        interval = wilson(hits, count)
        low, high = interval or (np.nan, np.nan)
        rows.append(Bin(count, float(probability[part].mean()), hits / count, low, high))
    return tuple(rows)


def _groups(probability: Array, bins: int) -> Iterator[NDArray[np.intp]]:
    """Yield the positions of each group, lowest first; cut at the nearest change of value to an equal share."""
    order = np.argsort(probability, kind="stable")
    count = len(order)
    cuts = [0]
    for number in range(1, bins):
        at = number * count // bins
        while 0 < at < count and probability[order[at]] == probability[order[at - 1]]:
            at += 1
        cuts.append(max(at, cuts[-1]))
    for first, last in zip(cuts, [*cuts[1:], count], strict=True):
        if last > first:
            yield order[first:last]
