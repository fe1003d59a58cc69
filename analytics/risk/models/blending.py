"""One question of a model is fitted: a line, trees that move with the session, and how much each counts.

Loads scikit-learn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.metrics.ranking import auc
from analytics.risk.models.boosting import OURS, PLAIN, fit_moving, fit_trees
from analytics.risk.models.inputs import Layout
from analytics.risk.models.linear import fit_linear
from analytics.risk.models.rule import rule_of
from analytics.risk.models.stage import Stage, Weighed
from analytics.risk.moments import hats

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Events that the later part must hold for the weights of the blend to be chosen there, and those that boosting needs
# to have a part at all: with fewer it learns its rows by heart.
_EVENTS_TO_WEIGH: Final = 50
_EVENTS_TO_BOOST: Final = 200
# How much trees may count beside the line, and how much where later data cannot say.
_SHARES: Final = (0.0, 0.1, 0.2, 0.3, 0.4)
_SHARE_UNKNOWN: Final = 0.25
# Where much happens, many shares rank nearly alike, and later data, which are one or two times of year, choose among
# them by chance: of those whose AUC is this close to the best the largest is taken. What errs differently is the safer
# guess together.
_ALIKE: Final = 0.002


class Kind(StrEnum):
    """Which model: ours, or one of those it is measured against."""

    BLEND = "blend"
    """Ours: a line and trees that move with the session, as a hazard where the target is leaving, blended."""
    LOGISTIC = "logistic"
    """Plain: one weight a feature, straight at the target."""
    BOOSTING = "boosting"
    """Plain: trees as they come, straight at the target."""
    RULE = "rule"
    """What a trainer would say: work missed, days without activity, half-days missed, failures. Learns no ranking."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What one stage is fitted on: inputs, how far into the session, what happened (NaN where the row has no part)."""

    layout: Layout
    inputs: Array
    share: Array
    happened: Array

    def part(self, rows: Flags) -> Rows:
        """Return some of them."""
        return Rows(self.layout, self.inputs[rows], self.share[rows], self.happened[rows])

    @property
    def known(self) -> Rows:
        """Only the rows that have a part."""
        return self.part(~np.isnan(self.happened))

    @property
    def events(self) -> int:
        """How often the rarer outcome is there."""
        happened = self.known.happened
        return int(min(happened.sum(), len(happened) - happened.sum()))


def fit_stage(
    rows: Rows, later: Flags, names: Sequence[str], kind: Kind, seed: int, *, is_rare: bool
) -> tuple[Stage, Stage | None]:
    """Return the stage fitted on all rows, and one fitted on the earlier ones alone, to be judged by the later.

    What is rare (`is_rare`: leaving within some weeks) happens too seldom near any moment for trees of its own.
    """
    before, after = rows.part(~later).known, rows.part(later).known
    can_judge = min(before.events, after.events) >= _EVENTS_TO_WEIGH
    if kind is not Kind.BLEND:
        return _plain(rows.known, names, kind, seed), _plain(before, names, kind, seed) if can_judge else None
    share = _SHARE_UNKNOWN
    held = None
    if can_judge:
        line, trees = (_blend(before, part, seed, is_rare=is_rare) for part in (0.0, 1.0))
        fared = _fared(line.margin(after.inputs, after.share), trees.margin(after.inputs, after.share), after)
        share = _chosen(fared, is_rare=is_rare)
        held = _blended(line, trees, share)
    return _blend(rows.known, share, seed, is_rare=is_rare), held


def _blend(rows: Rows, share: float, seed: int, *, is_rare: bool) -> Stage:
    """Return line and trees fitted on `rows`, of which trees count `share`; those that do not count are not fitted."""
    if rows.events < _EVENTS_TO_BOOST and share < 1:
        share = 0.0
    parts = []
    if share < 1:
        parts.append(_line(rows, 1 - share, moves=True))
    if share > 0:
        parts += _trees(rows, share, seed) if is_rare else _several(rows, share, seed)
    return Stage(tuple(parts)) if parts else Stage((_line(rows, 1.0, moves=True),))


def _blended(line: Stage, trees: Stage, share: float) -> Stage:
    everything = np.arange(1 + max(int(item.inputs.max(initial=0)) for item in (*line.parts, *trees.parts)))
    return Stage((*line.moved(everything, 1 - share).parts, *trees.moved(everything, share).parts))


def _plain(rows: Rows, names: Sequence[str], kind: Kind, seed: int) -> Stage:
    if kind is Kind.RULE:
        return Stage((Weighed(rule_of(names), 1.0, np.arange(len(names))),))
    if kind is Kind.BOOSTING:
        trees = fit_trees(rows.inputs, rows.happened, growth=PLAIN, seed=seed)
        if trees is not None:
            return Stage((Weighed(trees, 1.0, np.arange(rows.inputs.shape[1])),))
    return Stage((_line(rows, 1.0, moves=False),))


def _line(rows: Rows, counts: float, *, moves: bool) -> Weighed:
    # The day is no input of the line: its weights move with it.
    asked = np.delete(np.arange(rows.layout.count), rows.layout.day)
    levels = np.flatnonzero(asked > rows.layout.enrolled)
    fitted = fit_linear(rows.inputs[:, asked], rows.share, rows.happened, moves=moves, levels=levels.tolist())
    return Weighed(fitted, counts, asked)


def _trees(rows: Rows, counts: float, seed: int) -> list[Weighed]:
    """Return trees of all moments, that see how the whole session fares."""
    found = fit_trees(rows.inputs, rows.happened, growth=OURS, seed=seed)
    return [] if found is None else [Weighed(found, counts, np.arange(rows.inputs.shape[1]))]


def _several(rows: Rows, counts: float, seed: int) -> list[Weighed]:
    """Return trees of all moments and trees of each, in equal parts, that see the learner and not the session."""
    asked = rows.layout.own
    seen = rows.inputs[:, asked]
    whole = fit_trees(seen, rows.happened, growth=OURS, seed=seed)
    if whole is None:
        return []
    moving = fit_moving(seen, rows.share, rows.happened, whole=whole, events_least=_EVENTS_TO_BOOST, seed=seed)
    return [Weighed(whole, counts / 2, asked), Weighed(moving, counts / 2, asked)]


def _fared(line: Array, trees: Array, after: Rows) -> dict[float, float]:
    """Return how well each share of trees ranks the later rows: the AUC, on the mean over moments."""
    moment = hats(after.share).argmax(axis=1)
    groups = [rows for rows in (moment == knot for knot in np.unique(moment)) if after.happened[rows].sum() > 0]

    def fares(share: float) -> float:
        mixed = (1 - share) * line + share * trees
        found = np.array([auc(after.happened[rows], mixed[rows]) for rows in groups])
        return float(np.nanmean(found)) if np.isfinite(found).any() else 0.0

    return {share: fares(share) for share in _SHARES}


def _chosen(fared: Mapping[float, float], *, is_rare: bool) -> float:
    """Return how much trees should count, by how each share fared."""
    if is_rare:
        # Of shares that rank alike, the least: a line is easier to explain.
        return max(fared, key=lambda share: (round(fared[share], 4), -share))
    best = max(fared.values())
    return max(share for share in fared if fared[share] >= best - _ALIKE)
