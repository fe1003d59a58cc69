"""Fitting boosted trees with scikit-learn, and reading them off as plain arrays. Loads scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from analytics.risk.models.moving import Moving
from analytics.risk.models.trees import LEAF, Trees
from analytics.risk.moments import hats

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees are grown: how many, how fast, how large, and how many rows a leaf holds at least."""

    trees: int
    pace: float
    leaves: int
    least: int
    ridge: float
    features: float


# Small trees that see a third of the features each: what many days share, without learning sessions by heart.
OURS: Final = Growth(trees=120, pace=0.06, leaves=7, least=200, ridge=10.0, features=0.3)
# The same for the rows near one moment: fewer of them, and all much alike.
MOMENT: Final = Growth(trees=80, pace=0.06, leaves=7, least=100, ridge=10.0, features=0.3)
# What one gets who takes boosting as it comes, a little calmed.
PLAIN: Final = Growth(trees=150, pace=0.05, leaves=15, least=40, ridge=0.0, features=1.0)
# With few rows leaves are smaller: a fiftieth of them, and never fewer than this.
_LEAF_LEAST: Final = 10
_LEAF_SHARE: Final = 50


def fit_moving(values: Array, share: Array, happened: Array, *, whole: Trees, events_least: int, seed: int) -> Moving:
    """Return trees for each moment of `happened`, 0 or 1, of shape [n].

    A row counts for a moment by how near its `share` is. Moments near which it happened, or did not, less often than
    `events_least` have `whole`, the trees of all rows.
    """
    near = hats(share)
    grown, at = [whole], []
    for knot in range(near.shape[1]):
        rows = near[:, knot] > 0
        counts, hits = near[rows, knot], happened[rows]
        found = None
        if min(float(counts @ hits), float(counts @ (1 - hits))) >= events_least:
            found = fit_trees(values[rows], hits, growth=MOMENT, seed=seed, weight=counts)
        at.append(0 if found is None else len(grown))
        grown += [] if found is None else [found]
    used = sorted(set(at))
    return Moving(tuple(grown[place] for place in used), tuple(used.index(place) for place in at))


def fit_trees(
    values: Array, happened: Array, *, growth: Growth, seed: int, weight: Array | None = None
) -> Trees | None:
    """Return the trees of `happened`, 0 or 1, of shape [n]; None where no input takes two values.

    `weight`, [n], says how much each row counts.
    """
    varying = np.array([column for column in range(values.shape[1]) if _varies(values[:, column])], dtype=np.int64)
    if not len(varying):
        return None
    fitted = HistGradientBoostingClassifier(
        learning_rate=growth.pace,
        max_iter=growth.trees,
        max_leaf_nodes=growth.leaves,
        min_samples_leaf=max(_LEAF_LEAST, min(growth.least, len(values) // _LEAF_SHARE)),
        l2_regularization=growth.ridge,
        max_features=growth.features,
        early_stopping=False,
        random_state=seed,
    ).fit(values[:, varying], happened, sample_weight=weight)
    return read_off(fitted, varying)


def read_off(fitted: Any, columns: NDArray[np.int64]) -> Trees:  # noqa: ANN401 - scikit-learn has no types
    """Return the trees of a fitted classifier of two classes, whose inputs are those in `columns`."""
    parts, roots, start, depth = [], [], 0, 0
    for (tree,) in fitted._predictors:  # noqa: SLF001 - nothing public holds them; a test compares what they say
        nodes = tree.nodes
        roots.append(start)
        parts.append((nodes, start))
        start += len(nodes)
        depth = max(depth, int(nodes["depth"].max()))
    leaf = np.concatenate([nodes["is_leaf"] == 1 for nodes, _ in parts])
    here = np.arange(len(leaf))
    feature = np.concatenate([columns[nodes["feature_idx"]] for nodes, _ in parts])
    threshold = np.concatenate([nodes["num_threshold"] for nodes, _ in parts])
    left = np.concatenate([nodes["left"].astype(np.int64) + first for nodes, first in parts])
    right = np.concatenate([nodes["right"].astype(np.int64) + first for nodes, first in parts])
    return Trees(
        baseline=float(np.ravel(fitted._baseline_prediction)[0]),  # noqa: SLF001 - as above
        roots=np.array(roots, dtype=np.int64),
        feature=np.where(leaf, LEAF, feature),
        # Known or not is a question with an infinite threshold, which JSON does not hold.
        threshold=np.where(leaf, 0.0, np.nan_to_num(threshold)),
        missing_left=np.concatenate([nodes["missing_go_to_left"].astype(np.int64) for nodes, _ in parts]),
        left=np.where(leaf, here, left),
        right=np.where(leaf, here, right),
        value=np.where(leaf, np.concatenate([nodes["value"] for nodes, _ in parts]), 0.0),
        depth=depth,
    )


def _varies(column: Array) -> bool:
    known = column[~np.isnan(column)]
    return bool(len(known)) and bool(known.min() < known.max())
