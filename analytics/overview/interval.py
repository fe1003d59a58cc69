"""How far a share that was observed among a few may lie from that of all: Wilson's interval."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """Between which shares, from 0 to 1, the true one lies, both included."""

    low: float
    high: float


def wilson(successes: int, trials: int, confidence: float = 0.95) -> Interval | None:
    """Return the interval of a share of people or things counted one by one; None when there were no trials.

    E. B. Wilson, Journal of the American Statistical Association 22 (1927) 209-212, without continuity correction. It
    says nothing of sums of seconds: those are no independent trials. Raises ValueError for more successes than trials.

    >>> low, high = wilson(8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)
    """
    if not 0 <= successes <= trials:
        message = f"{successes} of {trials} is no share."
        raise ValueError(message)
    if trials == 0:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = successes / trials, z * z / trials
    middle = share + spread / 2
    reach = z * sqrt(share * (1 - share) / trials + spread / (4 * trials))
    # At either end the bound is exact, and rounding would put it a hair outside.
    low = 0.0 if successes == 0 else (middle - reach) / (1 + spread)
    high = 1.0 if successes == trials else (middle + reach) / (1 + spread)
    return Interval(low, high)
