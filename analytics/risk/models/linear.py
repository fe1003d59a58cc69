"""A logistic model as plain arrays: features cut to what was seen, standardised, with marks for what is not known."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.moments import hats
from analytics.risk.newton import fit_weights

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# Beyond these shares of what was fitted on, a value counts as the share itself.
_EDGE: Final = 0.005
# A mark for "not known" is learnt where between 1 % and 99 % of rows do not know.
_RARE: Final = 0.01
# How strongly weights are held to nought, and those of one moment to those of all: 1 / variance. The first grows when
# little happened: with few events a hundred features would learn them by heart. Both grow with the rows too: many rows
# are the same learners on other days, and sessions differ by more than chance does, however many rows they have.
_HELD: Final = 3.0
_HELD_BY_FEW: Final = 30.0
_FEW_EVENTS: Final = 1000.0
_HELD_TO_ALL: Final = 10.0
_HELD_A_ROW: Final = 0.01
_HELD_TO_ALL_A_ROW: Final = 0.003
_HELD_LEVEL: Final = 0.1
# Inputs that are levels (of a programme) are known from whole sessions: they are hardly held.
_HELD_FREE: Final = 5.0
_REAL: Final = ("low", "high", "mean", "spread", "weight")


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of standardised features; what is not known counts as the mean, and may have a weight of its own.

    Values beyond `low` and `high` count as those: a thousand connections more than anybody before are no thousand times
    less risk. Weights stand at the moments of `moments.KNOTS` and move in between.

    Attributes:
        columns: Which inputs have a weight; of shape [used], as are those that follow.
        low: The least that counts.
        high: The most that counts.
        mean: What is usual.
        spread: One standard deviation.
        marked: Which inputs have a mark for "not known"; of shape [marked].
        weight: Of used, then of marked, then the level; of shape [knots, used + marked + 1].
    """

    columns: Whole
    low: Array
    high: Array
    mean: Array
    spread: Array
    marked: Whole
    weight: Array

    def design(self, values: Array) -> Array:
        """Return the columns that the weights belong to; of shape [n, used + marked + 1]."""
        seen = np.clip(values[:, self.columns], self.low, self.high)
        seen = np.nan_to_num((seen - self.mean) / self.spread)
        unknown = np.isnan(values[:, self.marked]).astype(np.float64)
        return np.hstack([seen, unknown, np.ones((len(values), 1))])

    def margin(self, values: Array, share: Array) -> Array:
        """Return the log-odds of each row; `share` says how far into its session each was taken. Of shape [n]."""
        return np.asarray(((self.design(values) @ self.weight.T) * hats(share)).sum(axis=1))

    def plain(self) -> dict[str, Any]:
        """Return the model as what JSON can hold."""
        return {name: getattr(self, name).tolist() for name in self.__slots__}

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Linear:
        """Return what `plain` gave. Raises KeyError, TypeError or ValueError for what it never gives."""
        columns, marked = (np.asarray(plain[name], dtype=np.int64) for name in ("columns", "marked"))
        low, high, mean, spread, weight = (np.asarray(plain[name], dtype=np.float64) for name in _REAL)
        found = cls(columns, low, high, mean, spread, marked, weight)
        width = len(found.columns) + len(found.marked) + 1
        if found.weight.shape != (hats(np.zeros(1)).shape[1], width):
            message = "The weights of the logistic model do not fit its features."
            raise ValueError(message)
        return found


def fit_linear(
    values: Array, share: Array, happened: Array, *, moves: bool = True, levels: Collection[int] = ()
) -> Linear:
    """Return the model of `happened`, 0 or 1, of shape [n]; without `moves` its weights are the same at all moments.

    `levels` are inputs that say which of several levels a row has.
    """
    frame = _standard(values)
    design, at = frame.design(values), hats(share)
    width = design.shape[1]
    events = float(min(happened.sum(), len(happened) - happened.sum()))
    by_few = _HELD_BY_FEW * _FEW_EVENTS / (_FEW_EVENTS + events)
    free = np.isin(np.concatenate([frame.columns, frame.marked]), list(levels))
    held = np.where(free, _HELD_FREE, _HELD + by_few + _HELD_A_ROW * len(happened))
    to_all = np.where(free, _HELD_TO_ALL, _HELD_TO_ALL + by_few + _HELD_TO_ALL_A_ROW * len(happened))
    knots = at.shape[1]
    # First what holds at all moments, each with its own level …
    everywhere = np.hstack([design[:, :-1], at])
    common = fit_weights(everywhere, happened, np.append(held, np.full(knots, _HELD_LEVEL)))
    weight = np.stack([np.append(common[: width - 1], common[width - 1 + knot]) for knot in range(knots)])
    if moves:
        # … then by how much each moment differs, from the rows that are near it.
        away = np.append(to_all, _HELD_LEVEL)
        for knot in range(knots):
            near = at[:, knot] > 0
            if near.any():
                part = design[near]
                weight[knot] += fit_weights(
                    part, happened[near], away, offset=part @ weight[knot], weight=at[near, knot]
                )
    return Linear(frame.columns, frame.low, frame.high, frame.mean, frame.spread, frame.marked, weight)


def _standard(values: Array) -> Linear:
    """Return a model without weights: which inputs vary, where they are cut, and what is usual."""
    with warnings.catch_warnings():
        # Inputs that nobody knows are looked for here, and left out.
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = np.nanquantile(values, [_EDGE, 1 - _EDGE], axis=0)
        cut = np.clip(values, low, high)
        mean, spread = np.nanmean(cut, axis=0), np.nanstd(cut, axis=0)
    columns = np.flatnonzero(np.nan_to_num(spread) > 1e-9)  # noqa: PLR2004 - as good as constant
    missing = np.isnan(values).mean(axis=0) if len(values) else np.zeros(values.shape[1])
    marked = np.flatnonzero((missing > _RARE) & (missing < 1 - _RARE))
    return Linear(
        columns, low[columns], high[columns], mean[columns], spread[columns], marked,
        np.zeros((hats(np.zeros(1)).shape[1], len(columns) + len(marked) + 1)),
    )  # fmt: skip
