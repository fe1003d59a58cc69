"""The table of features: a row for each learner who is still enrolled, a column for each feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.risk.history import History
from training.records.ids import EnrolmentId


class LackReason(StrEnum):
    """Why a row cannot be trusted, or only so far. Each has its sentence in the registry."""

    SMALL_COHORT = "small_cohort"
    """Fewer learners still enrolled than a comparison needs."""
    NO_HISTORY = "no_history"
    """Nothing at all is known of anybody of the session yet."""
    ENDED = "ended"
    """The session is over."""
    WRONG_CLOCK = "wrong_clock"
    """Statements are dated far from when they were stored: what happened when is not known."""
    FEED_SILENT = "feed_silent"
    """A kind of facts that the session's learners had has stopped for all of them, while others go on."""
    FEED_LATE = "feed_late"
    """Statements arrive days after what they tell of: what is not there yet may be to come."""
    NOT_BEGUN = "not_begun"
    """The session begins later, and nothing was done before."""


class Lack(NamedTuple):
    """Why a row cannot be trusted. `families` are those concerned; none are all of them."""

    reason: LackReason
    families: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeatureTable:
    """Features of the learners who were still enrolled at `as_of`, a row each, in the order of the histories given.

    Attributes:
        enrolment_ids: Whose rows they are.
        person_ids: Of whom.
        session_ids: In which session: comparisons are within it.
        day: Days since the session's first day, which is 0; negative before it. Of shape [n].
        length: Days that the session lasts. Of shape [n].
        names: The features, in the registry's order.
        values: What they are, NaN where not known; float64 of shape [n, len(names)].
        lacking: Rows for which no score may be given, and why.
        doubtful: Rows for which a score may be given, but a wide one, and why.
    """

    enrolment_ids: tuple[str, ...]
    person_ids: tuple[str, ...]
    session_ids: tuple[str, ...]
    day: NDArray[np.int64]
    length: NDArray[np.int64]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    lacking: Mapping[EnrolmentId, Lack] = field(default_factory=dict)
    doubtful: Mapping[EnrolmentId, Lack] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.enrolment_ids)

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one feature of every row; raises ValueError for one that is not there."""
        return self.values[:, self.names.index(name)]


def feature_table(histories: Sequence[History], as_of: int) -> FeatureTable:
    """Return the features of every learner still enrolled at `as_of`, from what was known then and nothing later.

    The cohort of a session are those of its `histories` who were still enrolled then, as far as was known: give whole
    sessions. Whoever had left, or whose session was over, has no row.
    """
    raise NotImplementedError
