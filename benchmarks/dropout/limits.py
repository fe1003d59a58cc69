"""What keeps figures from being better: what the data lack, and what calibration alone cannot mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.metrics.ranking import auc
from analytics.risk.metrics.resampling import Estimate, estimate, share
from analytics.risk.metrics.workload import flagged
from analytics.risk.newton import chance, fit_weights, log_odds
from analytics.risk.targets import Target
from benchmarks.dropout.experiment import MAIN, SEED, Laboratory, Scored
from benchmarks.dropout.plain import NAMES, plain_boosting
from benchmarks.dropout.records import key_of
from benchmarks.dropout.tables import Tables

Array = NDArray[np.float64]
# Plain features that follow from counts of clicks, and from work and marks.
_CLICKS: Final = ("clicks", "clicks_last", "click_days", "clicks_before")
_WORK: Final = (
    "due_missed", "due_missed_share", "due_missed_in_a_row", "due_last_missed", "handed_in_days_early",
    "handed_in_late_share", "score_mean", "score_lowest", "failed", "handed_in",
)  # fmt: skip
_LEFT_OUT: Final[Mapping[str, Sequence[str]]] = {
    "everything": (), "without clicks": _CLICKS, "without work and marks": _WORK,
}  # fmt: skip
# A level and a slope are hardly held: the set is large.
_HELD: Final = 0.01


def without(laboratory: Laboratory, target: Target = Target.AT_RISK) -> dict[str, Any]:
    """Return the AUC of plain boosting on each day of the test presentations, with parts of the features left out."""
    found: dict[str, Any] = {name: {} for name in _LEFT_OUT}
    for day in laboratory.days:
        (values, happened), (tested, came) = (
            _known(laboratory, presentations, day, target) for presentations in (MAIN.train, MAIN.test)
        )
        for name, left_out in _LEFT_OUT.items():
            spoilt, asked = values.copy(), tested.copy()
            for column in map(NAMES.index, left_out):
                spoilt[:, column] = asked[:, column] = 0.0
            model = plain_boosting().fit(spoilt, happened)
            found[name][str(day)] = auc(came, model.predict_proba(asked)[:, 1])
    return found


def precision_ahead(scored: Scored, ours: str, other: str, workload: float, draws: int) -> Estimate:
    """Return how much more often ours is right of those it calls than another model, on the same learners redrawn."""
    right = []
    for name in (ours, other):
        called = flagged(scored.scores[name], workload).astype(np.float64)
        right.append(share(called * scored.happened, called))
    return estimate(lambda weights: right[0](weights) - right[1](weights), list(scored.person), seed=SEED, draws=draws)


def gaps_at_best(scored: Scored, tables: Tables, attribute: str, least: int) -> dict[str, Any]:
    """Return what is said of each group less what happened: as fitted, and with the best level and slope of all.

    The latter are set by what became of these very rows, which nobody knows beforehand: no calibration of everybody
    together does better. What is left, only what is known of the learners could mend.
    """
    odds = log_odds(scored.chance)
    design = np.stack([odds, np.ones(len(scored))], axis=1)
    weight = fit_weights(design, scored.happened, np.full(2, _HELD))
    told = np.array([tables.students[key_of(name)].audit[attribute] or "" for name in scored.enrolment])
    found = {}
    for group in sorted(set(told.tolist()) - {""}):
        rows = told == group
        if rows.sum() >= least:
            happened = scored.happened[rows].mean()
            found[group] = {
                "count": int(rows.sum()), "as_fitted": float(scored.chance[rows].mean() - happened),
                "at_best": float(chance(design[rows] @ weight).mean() - happened),
            }  # fmt: skip
    return found


def _known(laboratory: Laboratory, presentations: Sequence[str], day: int, target: Target) -> tuple[Array, Array]:
    values = np.concatenate([laboratory.values(presentation, day) for presentation in presentations])
    happened = np.concatenate(
        [laboratory.snapshots.sample(presentation, day).outcome[target] for presentation in presentations]
    )
    known = ~np.isnan(happened)
    return values[known], happened[known]
