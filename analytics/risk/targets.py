"""What is estimated of an enrolment, and what became of those whose end is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.features import FeatureTable

# Days after a snapshot at which a chance of leaving is cut: « d'ici 14 jours », « d'ici 28 jours », then to the end.
HORIZONS: Final = (14, 28)


class Target(StrEnum):
    """What may happen to an enrolment after the instant of a snapshot."""

    AT_RISK = "at_risk"
    """It will not be completed: the learner leaves, or stays and fails."""
    LEAVES = "leaves"
    """The learner leaves before the end."""
    LEAVES_SOON = "leaves_soon"
    """The learner leaves within 28 days; its model answers for 14 days too."""

    @property
    def horizon(self) -> int | None:
        """How many days the target looks ahead; None to the end of the session."""
        return HORIZONS[-1] if self is Target.LEAVES_SOON else None


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one enrolment, as far as it is known.

    Attributes:
        known_to_day: The day of the session, 0 its first, to which it is known whether the learner had left.
        left_on_day: The day of the session on which the learner left; None when not by `known_to_day`.
        has_completed: Whether it was completed; None while the session runs, or when nobody recorded it.
    """

    known_to_day: int
    left_on_day: int | None = None
    has_completed: bool | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Snapshots that are stacked for fitting or judging, with what came after each.

    The same enrolment may be there on several days; `table.person_ids` says whose rows belong together.

    Attributes:
        table: The features, a row for each snapshot, each as known that day.
        outcome: For each target 1.0 where it happened, 0.0 where it did not, NaN where not known; of shape [n].
        leaves_in: Days from the snapshot to leaving, infinite where that had not happened after `followed` days; [n].
        followed: For how many days after the snapshot it is known whether the learner left; [n].
    """

    table: FeatureTable
    outcome: Mapping[Target, NDArray[np.float64]]
    leaves_in: NDArray[np.float64]
    followed: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.table.enrolment_ids)


def sample(table: FeatureTable, fates: Mapping[str, Fate]) -> Sample:
    """Return `table` with what came of each of its rows; whoever has no fate has no outcome (NaN).

    Rows of learners who had already left on their day have no outcome either: there is nothing to foresee.
    """
    raise NotImplementedError


def stacked(samples: Sequence[Sample]) -> Sample:
    """Return all rows of `samples` as one; all must have the same features in the same order. Raises ValueError."""
    raise NotImplementedError
