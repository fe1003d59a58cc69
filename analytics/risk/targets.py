"""What is estimated of an enrolment, and what became of those whose end is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
    rows = [
        _ahead(fates.get(str(name)), day) for name, day in zip(table.enrolment_ids, table.day.tolist(), strict=True)
    ]
    made = np.array(rows, dtype=np.float64).reshape(len(rows), 3)
    leaves_in, followed, completed = made[:, 0], made[:, 1], made[:, 2]
    left = np.isfinite(leaves_in)
    # Whoever completed has stayed; whoever neither completed nor left has failed.
    ended = np.where(left, 1.0, np.where(np.isnan(completed), np.nan, 1.0 - completed))
    outcome = {
        Target.AT_RISK: ended,
        Target.LEAVES: np.where(left, 1.0, np.where(np.isnan(completed), np.nan, 0.0)),
        Target.LEAVES_SOON: leaves_within(leaves_in, followed, completed, HORIZONS[-1]),
    }
    return Sample(table, outcome, leaves_in, np.where(np.isnan(completed), followed, np.inf))


def leaves_within(
    leaves_in: NDArray[np.float64], followed: NDArray[np.float64], completed: NDArray[np.float64], days: int
) -> NDArray[np.float64]:
    """Return 1 for whoever left within so many days, 0 for others, NaN where nobody knows yet; of shape [n]."""
    stayed = (leaves_in > days) & ((followed >= days) | ~np.isnan(completed))
    return np.where(leaves_in <= days, 1.0, np.where(stayed, 0.0, np.nan))


def stacked(samples: Sequence[Sample]) -> Sample:
    """Return all rows of `samples` as one; all must have the same features in the same order.

    What a table says of rows that cannot be trusted (`lacking`, `doubtful`) is by enrolment, and an enrolment may be
    there on several days: rows that lack on their day are therefore left out. Raises ValueError for no samples, or
    different features.
    """
    if len({item.table.names for item in samples}) != 1:
        message = "Samples can be stacked when there is one at least and all have the same features."
        raise ValueError(message)
    parts = [_trusted(item) for item in samples]
    tables = [item.table for item in parts]
    table = FeatureTable(
        enrolment_ids=tuple(name for item in tables for name in item.enrolment_ids),
        person_ids=tuple(name for item in tables for name in item.person_ids),
        session_ids=tuple(name for item in tables for name in item.session_ids),
        day=np.concatenate([item.day for item in tables]),
        length=np.concatenate([item.length for item in tables]),
        names=tables[0].names,
        values=np.concatenate([item.values for item in tables]),
        programme_ids=_programmes(tables),
    )
    return Sample(
        table,
        {target: np.concatenate([item.outcome[target] for item in parts]) for target in Target},
        np.concatenate([item.leaves_in for item in parts]),
        np.concatenate([item.followed for item in parts]),
    )


def _programmes(tables: Sequence[FeatureTable]) -> tuple[str, ...]:
    """Return of which programme the rows of all tables are; nothing where one does not tell."""
    if not all(item.programme_ids for item in tables if len(item)):
        return ()
    return tuple(name for item in tables for name in item.programme_ids)


def rows_of(given: Sample, rows: NDArray[np.intp]) -> Sample:
    """Return some rows of a sample, in the order of their positions."""
    table, where = given.table, rows.tolist()
    return Sample(
        replace(
            table,
            enrolment_ids=tuple(table.enrolment_ids[row] for row in where),
            person_ids=tuple(table.person_ids[row] for row in where),
            session_ids=tuple(table.session_ids[row] for row in where),
            day=table.day[rows],
            length=table.length[rows],
            values=table.values[rows],
            programme_ids=tuple(table.programme_ids[row] for row in where) if table.programme_ids else (),
        ),
        {target: given.outcome[target][rows] for target in given.outcome},
        given.leaves_in[rows],
        given.followed[rows],
    )


def _ahead(fate: Fate | None, day: int) -> tuple[float, float, float]:
    """Return days to leaving, days followed, and whether completed, as one row sees them."""
    if fate is None or (fate.left_on_day is not None and fate.left_on_day <= day):
        return np.nan, np.nan, np.nan
    completed = np.nan if fate.has_completed is None else float(fate.has_completed)
    left = np.inf if fate.left_on_day is None else float(fate.left_on_day - day)
    return left, float(max(0, fate.known_to_day - day)), completed


def _trusted(item: Sample) -> Sample:
    lacking = item.table.lacking
    if not lacking:
        return item
    return rows_of(item, np.flatnonzero([name not in lacking for name in item.table.enrolment_ids]))
