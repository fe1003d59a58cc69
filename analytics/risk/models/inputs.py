"""What parts of a model are asked with: a learner's features, the day, and how the whole session fares that day."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.features import FeatureTable

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# Features whose mean over everybody still enrolled is an input too: features say how a learner differs from the
# session, these say how the session differs from others (whether anything was due, how much of it was done).
GROUP: Final = (
    "due_missed_share",
    "due_missed_weight_share",
    "due_last_missed",
    "score_mean",
    "active_days_per_week",
    "weeks_idle_share",
    "half_days_missed_share",
    "handed_in_days_early",
)

# Features that are the same for a whole session: how many have left.
COMMON: Final = ("session_left_share", "session_left_last_28_share")

# A programme has a level of its own with so many rows to tell it, and only so many of them do.
PROGRAMME_LEAST: Final = 200
PROGRAMMES_MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Layout:
    """Which inputs there are, in order.

    The features `names`, the day, the means of `group`, how many are enrolled, and for each of `programmes` whether the
    session is one of it.
    """

    names: tuple[str, ...]
    group: tuple[str, ...]
    programmes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many inputs there are."""
        return self.enrolled + 1 + len(self.programmes)

    @property
    def day(self) -> int:
        """Where the day is."""
        return len(self.names)

    @property
    def enrolled(self) -> int:
        """Where it is how many are enrolled."""
        return len(self.names) + 1 + len(self.group)

    @property
    def own(self) -> Whole:
        """Where those inputs are that tell of the learner, of the day, or of the programme.

        The others tell how the whole session fares. Few sessions were ever seen, so that a tree that asks about those
        finds out which one it is, and a line that is held back does not.
        """
        learner = [at for at, name in enumerate(self.names) if name not in COMMON]
        return np.array([*learner, self.day, *range(self.enrolled + 1, self.count)], dtype=np.int64)

    def within(self, larger: Layout) -> Whole:
        """Return where each of these inputs is in a layout that has them all, and others."""
        return np.array(
            [
                *(larger.names.index(name) for name in self.names),
                larger.day,
                *(larger.day + 1 + larger.group.index(name) for name in self.group),
                larger.enrolled,
                *(larger.enrolled + 1 + larger.programmes.index(name) for name in self.programmes),
            ],
            dtype=np.int64,
        )

    def joined(self, other: Layout) -> Layout:
        """Return the layout of what either has."""
        return Layout(
            (*self.names, *(name for name in other.names if name not in self.names)),
            (*self.group, *(name for name in other.group if name not in self.group)),
            (*self.programmes, *(name for name in other.programmes if name not in self.programmes)),
        )

    def of(self, table: FeatureTable) -> Array:
        """Return the inputs of each row of a table that holds whole sessions; of shape [n, count].

        A feature that the table does not have is not known (NaN).
        """
        return np.hstack([values_of(table, self.names), table.day[:, None].astype(np.float64), self.session(table)])

    def session(self, table: FeatureTable) -> Array:
        """Return the inputs that rows of the same session and day share; of shape [n, count - len(names) - 1]."""
        if not len(table):
            return np.empty((0, len(self.group) + 1 + len(self.programmes)))
        keys = [f"{day}|{name}" for name, day in zip(table.session_ids, table.day.tolist(), strict=True)]
        _, owner, counts = np.unique(np.asarray(keys, dtype=str), return_inverse=True, return_counts=True)
        values = values_of(table, self.group)
        means = np.empty((len(counts), len(self.group)))
        with warnings.catch_warnings():
            # What is known of nobody has no mean.
            warnings.simplefilter("ignore", RuntimeWarning)
            for number in range(len(counts)):
                means[number] = np.nanmean(values[owner == number], axis=0)
        return np.hstack([means[owner], np.log(counts)[owner][:, None], self._of_programme(table)])

    def _of_programme(self, table: FeatureTable) -> Array:
        """Return for each row which of the programmes it is of: noughts for one that was never learnt from."""
        ids = np.asarray(table.programme_ids or [""] * len(table), dtype=str)
        return np.asarray(ids[:, None] == np.asarray(self.programmes, dtype=str)[None, :], dtype=np.float64)


def layout_of(names: Sequence[str], programme_ids: Sequence[str] = ()) -> Layout:
    """Return the layout of a model fitted on features `names`, and on rows of these programmes."""
    counts = Counter(programme_ids)
    known = sorted((name for name in counts if counts[name] >= PROGRAMME_LEAST), key=lambda name: (-counts[name], name))
    some = known[:PROGRAMMES_MOST] if len(known) > 1 else []
    return Layout(tuple(names), tuple(name for name in GROUP if name in names), tuple(sorted(some)))


def values_of(table: FeatureTable, names: Sequence[str], *, rows: Sequence[int] | None = None) -> Array:
    """Return the features `names` of all rows (or some), in that order; NaN for those that the table does not have."""
    source = table.values if rows is None else table.values[list(rows)]
    where = {name: at for at, name in enumerate(table.names)}
    found = np.full((len(source), len(names)), np.nan)
    for column, name in enumerate(names):
        if name in where:
            found[:, column] = source[:, where[name]]
    return found
