"""Boosted trees as plain arrays: read off scikit-learn's when fitted, walked with numpy ever after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

LEAF: Final = -1
_WHOLE: Final = ("roots", "feature", "missing_left", "left", "right")
# Rows that are walked at once, through all trees: what is held is a few numbers for each row and tree.
_BLOCK: Final = 256


@dataclass(frozen=True, slots=True)
class Trees:
    """A sum of regression trees, all nodes of all trees one after the other.

    A row goes left where its value is at most the threshold, or is not known and `missing_left` says so. The margin of
    a row is `baseline` and the values of the leaves it ends in, one for each tree.

    Attributes:
        baseline: The log-odds before any tree.
        roots: Where each tree begins; of shape [trees].
        feature: The column that a node asks about, -1 for leaves; of shape [nodes], as are those that follow.
        threshold: What it compares with.
        missing_left: 1 where rows that do not have the value go left, else 0.
        left: Where to go on for rows that go left; leaves lead to themselves, so that walking may go on.
        right: The same for the others.
        value: What a leaf adds.
        depth: The most steps from a root to a leaf.
    """

    baseline: float
    roots: Whole
    feature: Whole
    threshold: Array
    missing_left: Whole
    left: Whole
    right: Whole
    value: Array
    depth: int

    def margin(self, values: Array, share: Array) -> Array:  # noqa: ARG002 - a part is asked with both
        """Return the log-odds of each row of `values`, of shape [n, inputs]; NaN is not known. Of shape [n]."""
        # A value that is not known is more than any, or less than any, as a node would have it.
        unknown = np.isnan(values)
        both = np.hstack([np.where(unknown, np.inf, values), np.where(unknown, -np.inf, values)])
        asked = np.maximum(self.feature, 0) + np.where(self.missing_left == 1, values.shape[1], 0)
        children = np.stack([self.right, self.left], axis=1).ravel()
        total = np.full(len(values), self.baseline)
        for first in range(0, len(values), _BLOCK):
            block = np.ascontiguousarray(both[first : first + _BLOCK])
            flat, start = block.reshape(-1), (np.arange(len(block)) * block.shape[1])[:, None]
            at = np.broadcast_to(self.roots, (len(block), len(self.roots)))
            for _ in range(self.depth):
                is_left = flat.take(start + asked.take(at)) <= self.threshold.take(at)
                at = children.take(2 * at + is_left)
            total[first : first + _BLOCK] += self.value.take(at).sum(axis=1)
        return total

    @property
    def asked(self) -> Whole:
        """Which inputs any of the trees looks at."""
        return self.feature[self.feature >= 0]

    def plain(self) -> dict[str, Any]:
        """Return the trees as what JSON can hold."""
        return {
            "baseline": self.baseline,
            "depth": self.depth,
            "roots": self.roots.tolist(),
            "feature": self.feature.tolist(),
            "threshold": self.threshold.tolist(),
            "missing_left": self.missing_left.tolist(),
            "left": self.left.tolist(),
            "right": self.right.tolist(),
            "value": self.value.tolist(),
        }

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Trees:
        """Return what `plain` gave. Raises KeyError, TypeError or ValueError for what it never gives."""
        whole = {name: np.asarray(plain[name], dtype=np.int64) for name in _WHOLE}
        trees = cls(
            baseline=float(plain["baseline"]),
            roots=whole["roots"],
            feature=whole["feature"],
            threshold=np.asarray(plain["threshold"], dtype=np.float64),
            missing_left=whole["missing_left"],
            left=whole["left"],
            right=whole["right"],
            value=np.asarray(plain["value"], dtype=np.float64),
            depth=int(plain["depth"]),
        )
        trees.check()
        return trees

    def check(self) -> None:
        """Raise ValueError where following the arrays could lead outside them."""
        nodes = len(self.feature)
        if not all(
            len(part) == nodes for part in (self.threshold, self.missing_left, self.left, self.right, self.value)
        ):
            message = "The arrays of the trees do not have the same length."
            raise ValueError(message)
        for part in (self.roots, self.left, self.right):
            if len(part) and not (part.min() >= 0 and part.max() < nodes):
                message = "A tree leads to a node that there is not."
                raise ValueError(message)
        if len(self.feature) and self.feature.min() < LEAF:
            message = "A node asks about a feature that there is not."
            raise ValueError(message)
