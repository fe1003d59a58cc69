"""A fitted model as data: it scores and explains with numpy alone, and its bytes are the same for the same fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analytics.risk.features import FeatureTable
from analytics.risk.models.scores import Reason, Scores
from analytics.risk.targets import Sample, Target

FORM: Final = 1


@dataclass(frozen=True, slots=True)
class Model:
    """One model of one target. Made by `fitting.fit`, or read by `from_bytes`; never changed, only replaced.

    Attributes:
        target: What it estimates.
        names: The features it was fitted on, in its order; a table may have more, in any order.
    """

    target: Target
    names: tuple[str, ...]

    def score(self, table: FeatureTable, *, horizon: int | None = None) -> Scores:
        """Return what the model says of each row of `table`.

        `horizon` is 14 or 28 for the two targets about leaving, which one model answers; the target's own by default,
        and a probability never falls as the horizon grows. A feature of the model that `table` does not have counts as
        not known. Raises ValueError for a horizon that the model does not know.
        """
        raise NotImplementedError

    def explain(self, table: FeatureTable, row: int, *, most: int = 3) -> tuple[Reason, ...]:
        """Return what raises (or lowers) the estimate of one row most, the weightiest first; the same every time.

        Each reason is how far the log-odds would move if one family of features were at the median of the row's
        session in `table`, so `table` must hold the whole session. Empty where the row has no score.
        """
        raise NotImplementedError

    def recalibrated(self, latest: Sample) -> Model:
        """Return the model with its probabilities set by `latest`, the latest finished sessions, weights untouched."""
        raise NotImplementedError

    @property
    def digest(self) -> str:
        """SHA-256 of `to_bytes`, in hexadecimal: the name of this very model."""
        raise NotImplementedError

    def to_bytes(self) -> bytes:
        """Return the model as JSON, the same bytes for equal models; what the store signs."""
        raise NotImplementedError

    @staticmethod
    def from_bytes(data: bytes) -> Model:
        """Read what `to_bytes` wrote; raises `UnreadableModel` for anything else, another form included."""
        raise NotImplementedError
