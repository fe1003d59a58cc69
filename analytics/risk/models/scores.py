"""What a model says of a table: a probability or only a rank, how far either may be trusted, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analytics.risk.targets import Target


class Unshown(StrEnum):
    """Why no probability is shown; each has its sentence in French in `analytics.risk.explanation`."""

    UNCALIBRATED = "uncalibrated"
    """Probabilities of this model missed by more than .04 on the latest finished session, or none has been judged."""
    OUT_OF_RANGE = "out_of_range"
    """The row is unlike anything that the model was fitted on; its interval is widened and its rank kept."""
    LACKING = "lacking"
    """The features of the row cannot be trusted (`FeatureTable.lacking` says why): neither probability nor rank."""


@dataclass(frozen=True, slots=True)
class Scores:
    """One model's answer for the rows of one table, in the table's order; arrays are float64 of shape [n].

    Attributes:
        target: What is estimated.
        horizon: Within how many days; None to the end.
        enrolment_ids: Whose rows they are.
        margin: The log-odds before calibration, what ranks and explanations are made from; NaN where there is no score.
        probability: Calibrated, from 0 to 1; NaN where only a rank is shown or nothing at all.
        low: Lower end of the probability's 95 % interval; NaN where there is no probability.
        high: Upper end of it.
        rank: Share of the same session's scored enrolments whose margin is lower, 0 (least) to 1; NaN without score.
        is_calibrated: Whether the model's probabilities may be shown at all.
        unshown: For each row why there is no probability; None where there is one.
    """

    target: Target
    horizon: int | None
    enrolment_ids: tuple[str, ...]
    margin: NDArray[np.float64]
    probability: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    rank: NDArray[np.float64]
    is_calibrated: bool
    unshown: tuple[Unshown | None, ...]
