"""Whether groups of people fare alike: found when concerned, called in vain, probabilities as true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.risk.metrics.ranking import Estimate

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One group's figures, each with the interval of resampling learners.

    Attributes:
        group: Its name; `count` its rows.
        count: How many rows it has.
        true_positive_rate: Of those concerned, the share flagged.
        false_positive_rate: Of those not concerned, the share flagged.
        flagged_share: The share flagged.
        calibration_gap: Mean probability less the share that happened; negative where it is under-estimated.
    """

    group: str
    count: int
    true_positive_rate: Estimate
    false_positive_rate: Estimate
    flagged_share: Estimate
    calibration_gap: Estimate


@dataclass(frozen=True, slots=True)
class Audit:
    """The figures of every group that is large enough, the largest gaps between two, and who was too few."""

    attribute: str
    groups: tuple[GroupFigures, ...]
    true_positive_gap: Estimate
    calibration_gap: Estimate
    too_few: tuple[str, ...]


def audit(
    attribute: str,
    groups: Sequence[str | None],
    happened: Array,
    probability: Array,
    is_flagged: NDArray[np.bool_],
    person_ids: Sequence[str],
    *,
    seed: int,
    draws: int = 500,
    least: int = 200,
) -> Audit:
    """Return how the groups of one attribute fare; groups of fewer than `least` rows are named in `too_few` only.

    `probability` may hold NaN where none was shown. Rows whose group is None are left out.
    """
    raise NotImplementedError
