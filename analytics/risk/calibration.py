"""From log-odds to probabilities that mean what they say, and whether they may be shown. Pure.

Platt's line (a slope and a level, Advances in Large Margin Classifiers, 1999), with a level for each moment of a
session, all held to "as the model says": few events move little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.metrics.probability import brier, brier_constant, calibration_error
from analytics.risk.moments import KNOTS, hats
from analytics.risk.newton import chance, curvature, fit_weights

Array = NDArray[np.float64]

# A probability is shown where it may be expected to miss by at most this on sessions to come …
ERROR_MOST: Final = 0.04
# … and is closer to what happened, by this share of the Brier score, than saying the base rate of everybody. Leaving
# within 28 days never gets there: rare, and nearly everybody's chance is alike.
SKILL_LEAST: Final = 0.02
EVENTS_LEAST: Final = 30

# How far slope, level and the levels of single moments are expected to lie from the model's: standard deviations.
_SLOPE_APART, _LEVEL_APART, _MOMENT_APART = 0.5, 1.0, 0.3
# How far the levels of sessions lie apart where too few were seen to say: log-odds, one standard deviation.
_SESSIONS_APART: Final = 0.25
_SESSIONS_LEAST: Final = 3
# The error is the mean over ten groups, or fewer where groups would have fewer enrolments than this.
_GROUP_LEAST, _GROUPS_LEAST, _GROUPS_MOST = 200, 2, 10
_SLOPE_LEAST: Final = 0.05
_WIDE: Final = 1.96


@dataclass(frozen=True, slots=True)
class Calibration:
    """How log-odds of one target become probabilities, how sure that is, and how it fared.

    Attributes:
        weight: Slope, level, and how much each moment's level differs, all as differences from the model's own.
        spread: The covariance of these.
        apart: How far the levels of sessions lie apart, one standard deviation in log-odds.
        events: How many enrolments it happened to among those that set it; 0 for none.
        error: The calibration error on rows that did not set it; NaN where there were none.
        skill: By which share the Brier score is below that of the base rate, on the same rows.
        error_before: What the error on these rows was before they set anything; NaN for the first time.
        sway: By how much probabilities miss, on average, where a session lies as far off as sessions usually do; 0
            where too few were seen to say.
    """

    weight: Array
    spread: Array
    apart: float = _SESSIONS_APART
    events: int = 0
    error: float = float("nan")
    skill: float = float("nan")
    error_before: float = float("nan")
    sway: float = 0.0

    @property
    def error_expected(self) -> float:
        """The error that sessions to come are expected to have; NaN where nothing was judged.

        As large as on rows that did not set it, as what was said before these sessions missed them by, and as sessions
        usually lie apart: the largest of these.
        """
        if np.isnan(self.error):
            return self.error
        return float(np.nanmax([self.error, self.error_before, self.sway]))

    @property
    def is_shown(self) -> bool:
        """Whether probabilities may be shown to people; where not, a rank is."""
        return self.events >= EVENTS_LEAST and self.error_expected <= ERROR_MOST and self.skill >= SKILL_LEAST

    def probability(self, margin: Array, share: Array) -> Array:
        """Return the calibrated probability of each row; NaN stays NaN."""
        return np.where(np.isnan(margin), np.nan, chance(self._odds(np.nan_to_num(margin), share)))

    def interval(self, margin: Array, share: Array, wider: Array) -> tuple[Array, Array]:
        """Return between which probabilities the true one lies, 95 times of 100; `wider` is added, in log-odds."""
        known = np.nan_to_num(margin)
        design = _design(known, share)
        odds = self._odds(known, share)
        variance = np.einsum("ij,jk,ik->i", design, self.spread, design) + self.apart**2 + wider**2
        reach = _WIDE * np.sqrt(variance)
        missing = np.isnan(margin)
        low, high = chance(odds - reach), chance(odds + reach)
        return np.where(missing, np.nan, low), np.where(missing, np.nan, high)

    def _odds(self, margin: Array, share: Array) -> Array:
        return np.asarray(margin + _design(margin, share) @ self.weight)

    def plain(self) -> dict[str, Any]:
        """Return the calibration as what JSON can hold; what is not a number is None."""
        numbers = {name: _none(getattr(self, name)) for name in ("error", "skill", "error_before")}
        return {
            "weight": self.weight.tolist(), "spread": self.spread.tolist(), "apart": self.apart,
            "events": self.events, "sway": self.sway, **numbers,
        }  # fmt: skip

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Calibration:
        """Return what `plain` gave. Raises KeyError, TypeError or ValueError for what it never gives."""
        weight, spread = (np.asarray(plain[name], dtype=np.float64) for name in ("weight", "spread"))
        if weight.shape != (2 + len(KNOTS),) or spread.shape != (len(weight), len(weight)):
            message = "The calibration does not have a weight for each moment."
            raise ValueError(message)
        numbers = {
            name: float("nan") if plain[name] is None else float(plain[name])
            for name in ("error", "skill", "error_before")
        }
        return cls(weight, spread, float(plain["apart"]), int(plain["events"]), sway=float(plain["sway"]), **numbers)


def unjudged() -> Calibration:
    """Return the calibration that believes the model, and is not shown."""
    penalty = _penalty()
    return Calibration(np.zeros(len(penalty)), np.diag(1 / penalty))


def calibrate(
    margin: Array, share: Array, happened: Array, enrolment_ids: Sequence[str], session_ids: Sequence[str],
    *, before: Calibration | None = None,
) -> Calibration:  # fmt: skip
    """Return what makes `margin` say how often it `happened` (0 or 1), all of shape [n], without NaN.

    Its error and skill are of halves of the enrolments set by the other halves. Rows of one enrolment count together
    as one when it comes to how sure the result is. With no rows the result is `before`, or `unjudged`.
    """
    if not len(margin):
        return before or unjudged()
    people, owner, counts = np.unique(np.asarray(enrolment_ids, dtype=str), return_inverse=True, return_counts=True)
    weight = 1.0 / counts[owner]
    # Halves by position among the sorted ids: the same for the same rows, in whatever order they come.
    is_first = (owner % 2) == 0
    crossed = np.empty(len(margin))
    for part in (is_first, ~is_first):
        half = _fitted(margin[~part], share[~part], happened[~part], weight[~part])
        crossed[part] = half.probability(margin[part], share[part])
    found = _fitted(margin, share, happened, weight)
    base = brier_constant(happened)
    measured = _apart(found, margin, share, happened, session_ids)
    apart = _SESSIONS_APART if measured is None else measured
    said = found.probability(margin, share)
    return Calibration(
        found.weight,
        found.spread,
        apart=apart,
        events=int((np.bincount(owner, weights=happened, minlength=len(people)) > 0).sum()),
        error=calibration_error(happened, crossed, _bins(len(people))),
        skill=1 - brier(happened, crossed) / base if base > 0 else 0.0,
        error_before=float("nan")
        if before is None or not before.events
        else calibration_error(happened, before.probability(margin, share), _bins(len(people))),
        # Of a normal deviation the mean is this part of the standard one.
        sway=0.0 if measured is None else float(np.sqrt(2 / np.pi) * apart * np.mean(said * (1 - said))),
    )


def _bins(enrolments: int) -> int:
    """Return how many groups the error is taken over: of a few people each it would be chance's and not the model's."""
    return max(_GROUPS_LEAST, min(_GROUPS_MOST, enrolments // _GROUP_LEAST))


def _fitted(margin: Array, share: Array, happened: Array, weight: Array) -> Calibration:
    design, penalty = _design(margin, share), _penalty()
    found = fit_weights(design, happened, penalty, offset=margin, weight=weight)
    # A slope that turned round would rank the other way: one that small says the ranking is worth nothing.
    found[0] = max(found[0], _SLOPE_LEAST - 1)
    probability = chance(margin + design @ found)
    spread = np.asarray(
        np.linalg.inv(curvature(design, weight * probability * (1 - probability), penalty)), dtype=np.float64
    )
    return Calibration(found, spread)


def _design(margin: Array, share: Array) -> Array:
    return np.hstack([margin[:, None], np.ones((len(margin), 1)), hats(share)])


def _penalty() -> Array:
    apart = np.array([_SLOPE_APART, _LEVEL_APART, *([_MOMENT_APART] * len(KNOTS))])
    return np.asarray(1.0 / apart**2)


def _apart(
    found: Calibration, margin: Array, share: Array, happened: Array, session_ids: Sequence[str]
) -> float | None:
    """Return how far the levels of sessions lie apart, beyond chance; None where too few were seen to say."""
    names, owner = np.unique(np.asarray(session_ids, dtype=str), return_inverse=True)
    odds = found._odds(margin, share)  # noqa: SLF001 - its own module
    levels = [
        fit_weights(np.ones((int(rows.sum()), 1)), happened[rows], np.ones(1), offset=odds[rows])[0]
        for rows in (owner == number for number in range(len(names)))
        if rows.sum() >= EVENTS_LEAST
    ]
    if len(levels) < _SESSIONS_LEAST:
        return None
    return float(np.clip(np.std(levels, ddof=1), _SESSIONS_APART / 2, 1.0))


def _none(value: float) -> float | None:
    return None if np.isnan(value) else value
