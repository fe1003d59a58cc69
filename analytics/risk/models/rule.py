"""What a trainer would say, as points: work missed, days without activity, half-days missed, failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# Each sentence of the rule: the feature, and how many points it gives (« for each », up to so many). Who has missed
# all work that was due has as many points from it as from a month without a sign; less activity than the others
# decides between those whom nothing else tells apart.
SENTENCES: Final = (
    ("due_missed_share", 4.0, 1.0),
    ("due_last_missed", 1.0, 1.0),
    ("half_days_missed_share", 4.0, 1.0),
    ("half_day_last_missed", 1.0, 1.0),
    ("failed_share", 2.0, 1.0),
    ("idle_days", 0.1, 30.0),
    ("interactions_rank", -1.0, 1.0),
    ("active_days_rank", -0.5, 1.0),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for each of a few things that anybody can count; what is not known gives none. Learns nothing.

    Attributes:
        columns: Which inputs it looks at; of shape [sentences], as are those that follow.
        points: How many points one of it gives.
        most: How much of it counts at most.
    """

    columns: Whole
    points: Array
    most: Array

    def margin(self, values: Array, share: Array) -> Array:  # noqa: ARG002 - a part is asked with both
        """Return the points of each row; they rank, and become a probability only by calibration."""
        seen = np.nan_to_num(np.clip(values[:, self.columns], 0.0, self.most))
        return np.asarray(seen @ self.points)

    def plain(self) -> dict[str, Any]:
        """Return the rule as what JSON can hold."""
        return {name: getattr(self, name).tolist() for name in self.__slots__}

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Rule:
        """Return what `plain` gave. Raises KeyError, TypeError or ValueError for what it never gives."""
        return cls(
            np.asarray(plain["columns"], dtype=np.int64),
            np.asarray(plain["points"], dtype=np.float64),
            np.asarray(plain["most"], dtype=np.float64),
        )


def rule_of(names: Sequence[str]) -> Rule:
    """Return the rule over those of its features that there are."""
    known = [(names.index(name), points, most) for name, points, most in SENTENCES if name in names]
    return Rule(
        np.array([row[0] for row in known], dtype=np.int64),
        np.array([row[1] for row in known], dtype=np.float64),
        np.array([row[2] for row in known], dtype=np.float64),
    )
