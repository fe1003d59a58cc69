"""Whether today's learners are still like those a model was fitted on, and its probabilities still true. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.risk.features import FeatureTable
from analytics.risk.metrics.probability import calibration_error
from analytics.risk.models.inputs import values_of
from analytics.risk.models.model import Model
from analytics.risk.models.reference import tenths_of
from analytics.risk.targets import Sample

# A share that is nought counts as this much: its logarithm would be infinite.
_LEAST: Final = 1e-4


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """One feature: its population stability index (above .1 look, above .25 act), and shares not known then and now."""

    feature: str
    stability_index: float
    missing_before: float
    missing_now: float


@dataclass(frozen=True, slots=True)
class CalibrationDrift:
    """What the model said of finished rows beside what happened: `count` rows, both means, the calibration error.

    `base_error` is what saying the mean of what the model said would have missed by: read `error` beside it.
    """

    count: int
    said: float
    happened: float
    error: float
    base_error: float


def feature_drift(model: Model, table: FeatureTable) -> tuple[FeatureDrift, ...]:
    """Return the drift of every feature of `model` in `table`, the largest first; empty for an empty table.

    The index is the sum over tenths, and over "not known", of (now - before) ln(now / before).
    """
    if not len(table):
        return ()
    values, before = values_of(table, model.names), model.reference
    found = []
    for column, name in enumerate(model.names):
        missing = float(np.isnan(values[:, column]).mean())
        was = float(before.missing[column])
        then = np.append(before.shares[column] * (1 - was), was)
        now = np.append(tenths_of(values[:, column], before.cuts[column]) * (1 - missing), missing)
        # Where tenths were cut at equal values, nothing lay between and nothing can.
        then, now = np.maximum(then, _LEAST), np.maximum(now, _LEAST)
        found.append(FeatureDrift(name, float(np.sum((now - then) * np.log(now / then))), was, missing))
    return tuple(sorted(found, key=lambda item: (-item.stability_index, item.feature)))


def calibration_drift(model: Model, finished: Sample) -> CalibrationDrift | None:
    """Return how the probabilities of `model`, shown or not, fared on `finished`; None where no row has both."""
    said = model.believed(finished.table)
    happened = finished.outcome[model.target]
    rows = ~np.isnan(said) & ~np.isnan(happened)
    if not rows.any():
        return None
    said, happened = said[rows], happened[rows]
    mean = float(said.mean())
    return CalibrationDrift(
        int(rows.sum()),
        mean,
        float(happened.mean()),
        calibration_error(happened, said),
        abs(mean - float(happened.mean())),
    )
