"""Whether today's learners are still like those a model was fitted on, and its probabilities still true. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.risk.features import FeatureTable
from analytics.risk.models.model import Model
from analytics.risk.targets import Sample


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """One feature: its population stability index (above .1 look, above .25 act), and shares not known then and now."""

    feature: str
    stability_index: float
    missing_before: float
    missing_now: float


@dataclass(frozen=True, slots=True)
class CalibrationDrift:
    """What the model said of finished rows beside what happened: `count` rows, both means, the calibration error."""

    count: int
    said: float
    happened: float
    error: float
    base_error: float


def feature_drift(model: Model, table: FeatureTable) -> tuple[FeatureDrift, ...]:
    """Return the drift of every feature of `model` in `table`, the largest first; empty for an empty table."""
    raise NotImplementedError


def calibration_drift(model: Model, finished: Sample) -> CalibrationDrift | None:
    """Return how the probabilities of `model` fared on `finished`; None where no row has both."""
    raise NotImplementedError
