"""Why an estimate is what it is, in French: how a learner differs from the others of the session. Pure.

The same model and table give the same sentences, letter for letter: nothing here is drawn by chance, and ties are
decided by the registry's order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.features.registry import Direction, Feature, Registry, load_registry

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Margin = Callable[[Array, Whole], Array]

# Rows that are asked about at once: what is held is a copy of each.
_TOGETHER: Final = 4096
# Differences of log-odds below this one are told by nobody: a chance of 20 % would become 19 %.
_TOLD_LEAST: Final = 0.05
_SAME: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing in which a learner differs from the others of the session, and how much it moves the estimate.

    Attributes:
        family: The family of features (`registry.json`).
        feature: The feature of the family that the sentences are about.
        value: What it is for this learner; None where it is not known.
        usual: The median of the session's enrolments; None where it is not known of any.
        contribution: By how much the log-odds would fall (positive) if the family were as usual in the session.
        sentence: In French, what is the case: « Aucune activité depuis 16 jours (2 jours en général). »
        remedy: In French, what would change the estimate; None where nobody can change it, or nothing needs to.
    """

    family: str
    feature: str
    value: float | None
    usual: float | None
    contribution: float
    sentence: str
    remedy: str | None


def reasons(margin: Margin, names: Sequence[str], own: Array, usual: Array, *, most: int) -> list[tuple[Reason, ...]]:
    """Return for each of many rows what moves its estimate most, what raises it first.

    `margin` gives the log-odds of changed rows of shape [k, features], told which row each was made of, of shape [k];
    `names` are these features, `own` the rows, `usual` the medians of the session of each, NaN where not known, both of
    shape [n, features]. Each family of features in turn is put where it usually is. What lowers an estimate is told
    only where nothing raises it. Rows are asked about together, first family by family, then feature by feature: one by
    one it takes ten times as long.
    """
    registry = load_registry()
    families = _families(registry, names)
    shifts = _shifts(margin, own, usual, [(row, columns) for row in range(len(own)) for columns in families.values()])
    moved = shifts.reshape(len(own), len(families))
    chosen = [
        one
        for row in range(len(own))
        for one in _chosen(registry, names, own[row], usual[row], families, moved[row].tolist(), row, most)
    ]
    weighs = iter(_shifts(margin, own, usual, [(one.row, [column]) for one in chosen for column in one.fitting]))
    found: list[list[Reason]] = [[] for _ in own]
    for one in chosen:
        sign = 1 if one.moved > 0 else -1
        weight = {column: sign * float(next(weighs)) for column in one.fitting}
        heaviest = max(weight.values())
        column = next(column for column in one.fitting if weight[column] == heaviest)
        found[one.row].append(_reason(registry, one, names[column], own[one.row, column], usual[one.row, column]))
    return [tuple(each) for each in found]


@dataclass(frozen=True, slots=True)
class _Told:
    """A family that is told of a row, by one of the features that fit what it does to the estimate."""

    row: int
    family: str
    moved: float
    fitting: list[int]


def _shifts(margin: Margin, own: Array, usual: Array, asked: Sequence[tuple[int, Sequence[int]]]) -> Array:
    """Return by how much the log-odds of rows fall where some of their columns are as usual; of shape [asked]."""
    before = margin(own, np.arange(len(own)))
    found = np.empty(len(asked))
    for first in range(0, len(asked), _TOGETHER):
        some = asked[first : first + _TOGETHER]
        rows = np.array([row for row, _ in some], dtype=np.int64)
        changed = own[rows]
        for at, (row, columns) in enumerate(some):
            changed[at, columns] = usual[row, columns]
        found[first : first + _TOGETHER] = before[rows] - margin(changed, rows)
    return found


def _chosen(
    registry: Registry, names: Sequence[str], own: Array, usual: Array, families: Mapping[str, list[int]],
    moved: Sequence[float], row: int, most: int,
) -> list[_Told]:  # fmt: skip
    """Return the families that are told of one row, the weightiest first; what lowers where nothing raises."""
    by_family = dict(zip(families, moved, strict=True))
    told = sorted(
        (name for name in families if abs(by_family[name]) >= _TOLD_LEAST), key=lambda at: -abs(by_family[at])
    )
    for is_raising in (True, False):
        found: list[_Told] = []
        for family in told:
            if (by_family[family] > 0) is is_raising and len(found) < most:
                fitting = _fitting(registry, names, own, usual, families[family], is_raising=is_raising)
                found += [_Told(row, family, by_family[family], fitting)] if fitting else []
        if found:
            return found
    return []


def _fitting(
    registry: Registry, names: Sequence[str], own: Array, usual: Array, columns: Sequence[int], *, is_raising: bool
) -> list[int]:
    """Return which features of a family differ as one expects of what it does to the estimate.

    A sentence that says the opposite (« a rendu plus tôt ») would explain nothing.
    """
    return [
        column
        for column in columns
        if _differs(own[column], usual[column])
        and _expected(registry.features[names[column]], own[column] - usual[column], is_raising=is_raising)
    ]


def _reason(registry: Registry, told: _Told, name: str, value: float, usual: float) -> Reason:
    feature = registry.features[name]
    return Reason(
        told.family,
        feature.id,
        float(value),
        float(usual),
        round(told.moved, 6),
        feature.sentence(float(value), float(usual)),
        registry.families[told.family].remedy if told.moved > 0 else None,
    )


def _families(registry: Registry, names: Sequence[str]) -> Mapping[str, list[int]]:
    """Return where the features of each family are, in the registry's order."""
    found: dict[str, list[int]] = {family: [] for family in registry.families}
    for column, name in enumerate(names):
        if name in registry.features:
            found[registry.features[name].family].append(column)
    return {family: columns for family, columns in found.items() if columns}


def _differs(own: float, usual: float) -> bool:
    return not np.isnan(own) and not np.isnan(usual) and abs(own - usual) > _SAME


def _expected(feature: Feature, difference: float, *, is_raising: bool) -> bool:
    if feature.direction is Direction.NONE:
        return True
    return (difference > 0) == ((feature.direction is Direction.HIGHER) == is_raising)
