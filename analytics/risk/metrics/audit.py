"""Whether groups of people fare alike: found when concerned, called in vain, probabilities as true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.risk.metrics.resampling import Estimate, estimate, share

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One group's figures, each with the interval of resampling learners.

    Attributes:
        group: Its name.
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
    """The figures of every group that is large enough, the largest gaps between two of them, and who was too few.

    The gaps' intervals resample both groups together; `value` is the largest less the smallest, so that its lower end
    is above nought by chance alone: read it beside the groups' own intervals.
    """

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

    `probability` may hold NaN where none was shown: those rows have no part in calibration. Rows whose group is None
    are left out.
    """
    names = sorted({name for name in groups if name is not None})
    member = {name: np.array([group == name for group in groups], dtype=np.float64) for name in names}
    large = [name for name in names if member[name].sum() >= least]
    flags = is_flagged.astype(np.float64)

    def told(figure: Callable[[Array], Array]) -> Estimate:
        return estimate(figure, person_ids, seed=seed, draws=draws)

    def found(name: str) -> Callable[[Array], Array]:
        return share(member[name] * happened * flags, member[name] * happened)

    def gap(name: str) -> Callable[[Array], Array]:
        shown = member[name] * ~np.isnan(probability)
        return share(shown * (np.nan_to_num(probability) - happened), shown)

    return Audit(
        attribute,
        tuple(
            GroupFigures(
                name,
                int(member[name].sum()),
                told(found(name)),
                told(share(member[name] * (1 - happened) * flags, member[name] * (1 - happened))),
                told(share(member[name] * flags, member[name])),
                told(gap(name)),
            )
            for name in large
        ),
        told(_widest([found(name) for name in large])),
        told(_widest([gap(name) for name in large])),
        tuple(name for name in names if name not in large),
    )


def _widest(figures: Sequence[Callable[[Array], Array]]) -> Callable[[Array], Array]:
    """Return the figure that is the largest of `figures` less the smallest; NaN with fewer than two."""

    def figure(weights: Array) -> Array:
        if len(figures) <= 1:
            return np.full(len(weights), np.nan)
        values = np.stack([one(weights) for one in figures])
        return np.asarray(values.max(axis=0) - values.min(axis=0))

    return figure
