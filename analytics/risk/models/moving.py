"""Trees that move with the session, as the weights of the line do: some for each moment, blended in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.risk.models.trees import Trees
from analytics.risk.moments import KNOTS, hats

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moving:
    """Trees of several moments; a row between two moments is told by both, by how near it is to each.

    Attributes:
        grown: Trees, each fitted on what was near one moment, or on all rows where too little was near.
        at: For each moment of `moments.KNOTS` the place in `grown` of its trees; moments may share.
    """

    grown: tuple[Trees, ...]
    at: tuple[int, ...]

    def margin(self, values: Array, share: Array) -> Array:
        """Return the log-odds of each row of `values`, of shape [n, inputs]; `share` is of shape [n]. Of shape [n]."""
        near = hats(share)
        total = np.zeros(len(values))
        for place, trees in enumerate(self.grown):
            counts = near[:, [moment for moment, used in enumerate(self.at) if used == place]].sum(axis=1)
            rows = np.flatnonzero(counts > 0)
            if len(rows):
                total[rows] += counts[rows] * trees.margin(values[rows], share[rows])
        return total

    @property
    def asked(self) -> NDArray[np.int64]:
        """Which inputs any of the trees looks at."""
        return np.concatenate([trees.asked for trees in self.grown])

    def plain(self) -> dict[str, Any]:
        """Return the trees as what JSON can hold."""
        return {"grown": [trees.plain() for trees in self.grown], "at": list(self.at)}

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Moving:
        """Return what `plain` gave. Raises KeyError, TypeError or ValueError for what it never gives."""
        found = cls(tuple(Trees.read(item) for item in plain["grown"]), tuple(int(place) for place in plain["at"]))
        if len(found.at) != len(KNOTS) or not set(found.at) <= set(range(len(found.grown))):
            message = "The trees of the model do not fit its moments."
            raise ValueError(message)
        return found
