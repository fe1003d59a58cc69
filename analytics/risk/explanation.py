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


def reasons(
    margin: Callable[[Array], Array], names: Sequence[str], own: Array, usual: Array, *, most: int
) -> tuple[Reason, ...]:
    """Return what moves the estimate of one row most, what raises it first.

    `margin` gives the log-odds of rows of shape [k, features]; `names` are these features, `own` the row, `usual` the
    medians of its session, NaN where not known, both of shape [features]. Each family of features in turn is put where
    it usually is. What lowers the estimate is told only where nothing raises it.
    """
    registry = load_registry()
    families = _families(registry, names)
    changed = np.repeat(own[None, :], len(families) + 1, axis=0)
    for at, columns in enumerate(families.values(), 1):
        changed[at, columns] = usual[columns]
    odds = margin(changed)
    moved = {family: float(odds[0] - odds[at]) for at, family in enumerate(families, 1)}
    told = sorted((family for family in families if abs(moved[family]) >= _TOLD_LEAST), key=lambda at: -abs(moved[at]))
    for is_raising in (True, False):
        found: list[Reason] = []
        for family in told:
            if (moved[family] > 0) is is_raising and len(found) < most:
                reason = _reason(margin, registry, names, own, usual, family, families[family], moved[family])
                found += [] if reason is None else [reason]
        if found:
            return tuple(found)
    return ()


def _reason(
    margin: Callable[[Array], Array], registry: Registry, names: Sequence[str], own: Array, usual: Array,
    family: str, columns: Sequence[int], moved: float,
) -> Reason | None:  # fmt: skip
    """Return the family's reason, told by the feature of it that weighs most; None where none can be told."""
    asked = [column for column in columns if _differs(own[column], usual[column])]
    if not asked:
        return None
    changed = np.repeat(own[None, :], len(asked) + 1, axis=0)
    for at, column in enumerate(asked, 1):
        changed[at, column] = usual[column]
    odds = margin(changed)
    weighs = {column: float(odds[0] - odds[at]) * np.sign(moved) for at, column in enumerate(asked, 1)}
    # A sentence that says the opposite of what one expects (« a rendu plus tôt ») would explain nothing.
    fitting = [
        column for column in asked if _expected(registry.features[names[column]], own[column] - usual[column], moved)
    ]
    if not fitting:
        return None
    column = max(fitting, key=lambda item: (weighs[item], -item))
    feature = registry.features[names[column]]
    value, middle = float(own[column]), float(usual[column])
    return Reason(
        family,
        feature.id,
        value,
        middle,
        round(moved, 6),
        feature.sentence(value, middle),
        registry.families[family].remedy if moved > 0 else None,
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


def _expected(feature: Feature, difference: float, moved: float) -> bool:
    if feature.direction is Direction.NONE:
        return True
    return (difference > 0) == ((feature.direction is Direction.HIGHER) == (moved > 0))
