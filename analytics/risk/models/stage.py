"""One question of a model (« left by day 14 ? »), answered by a weighted sum of parts: lines, trees, the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.models.linear import Linear
from analytics.risk.models.moving import Moving
from analytics.risk.models.rule import Rule
from analytics.risk.models.trees import Trees

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

Part = Linear | Trees | Moving | Rule
_KINDS: Final[Mapping[str, type[Part]]] = {"linear": Linear, "trees": Trees, "moving": Moving, "rule": Rule}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A part, how much it counts, and which inputs of the model it was fitted on, in its order."""

    part: Part
    counts: float
    inputs: Whole

    def margin(self, values: Array, share: Array) -> Array:
        """Return what the part adds for each row."""
        return self.counts * self.part.margin(values[:, self.inputs], share)


@dataclass(frozen=True, slots=True)
class Stage:
    """The log-odds of one question, as the sum of its parts.

    For leaving, stages are the intervals of a discrete-time hazard: each is about those still there when it begins
    (J. D. Singer and J. B. Willett, Journal of Educational Statistics 18 (1993) 155-195).
    """

    parts: tuple[Weighed, ...]

    def margin(self, values: Array, share: Array) -> Array:
        """Return the log-odds of each row of the model's inputs, of shape [n, inputs]; of shape [n]."""
        total = np.zeros(len(values))
        for part in self.parts:
            total += part.margin(values, share)
        return total

    def moved(self, inputs: Whole, counts: float) -> Stage:
        """Return the stage within a larger model: `inputs` says where each of its inputs is there."""
        return Stage(tuple(Weighed(item.part, item.counts * counts, inputs[item.inputs]) for item in self.parts))

    def plain(self) -> list[dict[str, Any]]:
        """Return the stage as what JSON can hold."""
        names = {kind: name for name, kind in _KINDS.items()}
        return [
            {
                "kind": names[type(item.part)],
                "counts": item.counts,
                "inputs": item.inputs.tolist(),
                "part": item.part.plain(),
            }
            for item in self.parts
        ]

    @classmethod
    def read(cls, plain: Sequence[Mapping[str, Any]], inputs: int) -> Stage:
        """Return what `plain` gave. Raises KeyError, TypeError or ValueError for what it never gives."""
        found = []
        for row in plain:
            part = _KINDS[row["kind"]].read(row["part"])
            where = np.asarray(row["inputs"], dtype=np.int64)
            asked = _asked(part)
            if _outside(where, inputs) or _outside(asked, len(where)):
                message = "A part of the model asks for an input that there is not."
                raise ValueError(message)
            found.append(Weighed(part, float(row["counts"]), where))
        return cls(tuple(found))


def _asked(part: Part) -> Whole:
    if isinstance(part, Trees | Moving):
        return part.asked
    return np.concatenate([part.columns, part.marked]) if isinstance(part, Linear) else part.columns


def _outside(numbers: Whole, count: int) -> bool:
    return bool(len(numbers)) and not (numbers.min() >= 0 and numbers.max() < count)
