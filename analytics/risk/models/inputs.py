"""What parts of a model are asked with: a learner's features, the day, and how the whole session fares that day."""

from __future__ import annotations

import warnings
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


@dataclass(frozen=True, slots=True)
class Layout:
    """Which inputs there are, in order: the features `names`, the day, the means of `group`, how many are enrolled."""

    names: tuple[str, ...]
    group: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many inputs there are."""
        return len(self.names) + 1 + len(self.group) + 1

    @property
    def day(self) -> int:
        """Where the day is."""
        return len(self.names)

    def within(self, larger: Layout) -> Whole:
        """Return where each of these inputs is in a layout that has them all, and others."""
        return np.array(
            [
                *(larger.names.index(name) for name in self.names),
                larger.day,
                *(larger.day + 1 + larger.group.index(name) for name in self.group),
                larger.count - 1,
            ],
            dtype=np.int64,
        )

    def joined(self, other: Layout) -> Layout:
        """Return the layout of what either has."""
        return Layout(
            (*self.names, *(name for name in other.names if name not in self.names)),
            (*self.group, *(name for name in other.group if name not in self.group)),
        )

    def of(self, table: FeatureTable) -> Array:
        """Return the inputs of each row of a table that holds whole sessions; of shape [n, count].

        A feature that the table does not have is not known (NaN).
        """
        return np.hstack([values_of(table, self.names), table.day[:, None].astype(np.float64), self.session(table)])

    def session(self, table: FeatureTable) -> Array:
        """Return the inputs that rows of the same session and day share; of shape [n, len(group) + 1]."""
        if not len(table):
            return np.empty((0, len(self.group) + 1))
        keys = [f"{day}|{name}" for name, day in zip(table.session_ids, table.day.tolist(), strict=True)]
        _, owner, counts = np.unique(np.asarray(keys, dtype=str), return_inverse=True, return_counts=True)
        values = values_of(table, self.group)
        means = np.empty((len(counts), len(self.group)))
        with warnings.catch_warnings():
            # What is known of nobody has no mean.
            warnings.simplefilter("ignore", RuntimeWarning)
            for number in range(len(counts)):
                means[number] = np.nanmean(values[owner == number], axis=0)
        return np.hstack([means[owner], np.log(counts)[owner][:, None]])


def layout_of(names: Sequence[str]) -> Layout:
    """Return the layout of a model fitted on features `names`."""
    return Layout(tuple(names), tuple(name for name in GROUP if name in names))


def values_of(table: FeatureTable, names: Sequence[str], *, rows: Sequence[int] | None = None) -> Array:
    """Return the features `names` of all rows (or some), in that order; NaN for those that the table does not have."""
    source = table.values if rows is None else table.values[list(rows)]
    where = {name: at for at, name in enumerate(table.names)}
    found = np.full((len(source), len(names)), np.nan)
    for column, name in enumerate(names):
        if name in where:
            found[:, column] = source[:, where[name]]
    return found
