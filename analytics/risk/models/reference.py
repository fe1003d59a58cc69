"""What a model was fitted on, as far as needed to see later whether today is still like it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_TENTHS: Final = 9
# A row is unlike anything seen when of the features that are usually known, more than this share is not known, or lies
# outside what was seen by more than the whole width of it.
_UNLIKE: Final = 0.3
_USUALLY: Final = 0.2
_ALIKE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Reference:
    """Of each feature: the least and the most, where tenths of its values were cut, and how often it was not known.

    Attributes:
        low: The least that was seen; 0 where nothing was. Of shape [features].
        high: The most.
        cuts: The nine cuts between tenths; of shape [features, 9].
        shares: The share of known values in each tenth (equal values are not parted); of shape [features, 10].
        missing: The share not known; of shape [features].
    """

    low: Array
    high: Array
    cuts: Array
    shares: Array
    missing: Array

    def unlike(self, values: Array) -> NDArray[np.bool_]:
        """Return which rows are unlike anything that was seen; of shape [n]."""
        usual = self.missing < _USUALLY
        if not usual.any():
            return np.zeros(len(values), dtype=bool)
        seen = values[:, usual]
        low, high = self.low[usual], self.high[usual]
        width = np.maximum(high - low, _ALIKE)
        with np.errstate(invalid="ignore"):
            outside = (seen < low - width) | (seen > high + width)
        return np.asarray((np.isnan(seen) | outside).mean(axis=1) > _UNLIKE)

    def plain(self) -> dict[str, Any]:
        """Return the reference as what JSON can hold."""
        return {name: getattr(self, name).tolist() for name in self.__slots__}

    @classmethod
    def read(cls, plain: Mapping[str, Any], features: int) -> Reference:
        """Return what `plain` gave. Raises KeyError, TypeError or ValueError for what it never gives."""
        found = cls(**{name: np.asarray(plain[name], dtype=np.float64) for name in cls.__slots__})
        wanted = ((features,), (features,), (features, _TENTHS), (features, _TENTHS + 1), (features,))
        given = tuple(getattr(found, name).shape for name in cls.__slots__)
        if features and given != wanted:
            message = "What the model was fitted on does not fit its features."
            raise ValueError(message)
        return found


def reference_of(values: Array) -> Reference:
    """Return what there is to remember of the features that a model was fitted on, of shape [n, features], n ≥ 1."""
    with warnings.catch_warnings():
        # A feature that nobody knows has no cuts.
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
        tenths = np.linspace(0, 1, _TENTHS + 2)[1:-1]
        cuts = np.nanquantile(values, tenths, axis=0, method="inverted_cdf").T
    cuts = np.nan_to_num(cuts)
    return Reference(
        np.nan_to_num(low),
        np.nan_to_num(high),
        cuts,
        np.stack([tenths_of(values[:, column], cuts[column]) for column in range(values.shape[1])]),
        np.isnan(values).mean(axis=0),
    )


def tenths_of(column: Array, cuts: Array) -> Array:
    """Return which share of the known values of one feature lies in each tenth; noughts where none is known."""
    known = column[~np.isnan(column)]
    counts = np.bincount(np.searchsorted(cuts, known, side="left"), minlength=len(cuts) + 1)
    return counts / max(1, len(known))
