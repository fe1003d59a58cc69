"""The figures of the protocol from scored rows: how well, how true, how early, how steadily, and for whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.metrics.audit import audit
from analytics.risk.metrics.probability import brier, brier_constant, calibration_error, reliability
from analytics.risk.metrics.ranking import auc_difference, auc_estimate, average_precision
from analytics.risk.metrics.resampling import Estimate
from analytics.risk.metrics.workload import at_workload, flagged
from benchmarks.dropout.experiment import OURS, PLAIN_BOOSTING, PLAIN_LOGISTIC, RULE, SEED, Scored
from benchmarks.dropout.limits import gaps_at_best, precision_ahead
from benchmarks.dropout.records import key_of
from benchmarks.dropout.tables import Tables

Array = NDArray[np.float64]
WORKLOADS: Final = (0.05, 0.10, 0.20)
# What is audited; region and education are in the tables too, and in nothing else.
ATTRIBUTES: Final = ("gender", "age_band", "disability", "imd_band")
_GROUP_LEAST: Final = 200
_TENTH: Final = 0.10
_COMPARED: Final = (PLAIN_BOOSTING, PLAIN_LOGISTIC, RULE)


def ranking(scored: Scored, draws: int) -> dict[str, Any]:
    """Return how well each model ranks the rows of one day, and how far ours is ahead of each."""
    happened, people = scored.happened, list(scored.person)
    found: dict[str, Any] = {
        "rows": len(scored), "base": float(happened.mean()) if len(scored) else None, "models": {},
    }  # fmt: skip
    for name, score in scored.scores.items():
        best = auc_estimate(happened, score, people, seed=SEED, draws=draws)
        found["models"][name] = {
            "auc": plain(best), "pr_auc": average_precision(happened, score),
            "workload": {
                str(share): at_workload(happened, score, share)._asdict() for share in WORKLOADS
            },
        }  # fmt: skip
        if name in _COMPARED:
            ahead = auc_difference(happened, scored.scores[OURS], score, people, seed=SEED, draws=draws)
            found["models"][name]["ahead"] = plain(ahead)
        if name == RULE:
            right = precision_ahead(scored, OURS, RULE, _TENTH, draws)
            found["models"][name]["precision_ahead"] = plain(right)
    return found


def truth(happened: Array, chance: Array) -> dict[str, Any]:
    """Return how true probabilities are: Brier score beside the constant's, calibration error, reliability."""
    known = ~np.isnan(chance)
    happened, chance = happened[known], chance[known]
    if not len(happened):
        return {"rows": 0}
    return {
        "rows": len(happened), "said": float(chance.mean()), "happened": float(happened.mean()),
        "brier": brier(happened, chance), "brier_constant": brier_constant(happened),
        "error": calibration_error(happened, chance),
        "reliability": [row._asdict() for row in reliability(happened, chance)],
    }  # fmt: skip


def groups(scored: Scored, tables: Tables, draws: int, share: float) -> dict[str, Any]:
    """Return how groups fare when the highest-ranked `share` of each presentation are called, by attribute."""
    called = np.zeros(len(scored), dtype=bool)
    for presentation in np.unique(scored.presentation):
        rows = np.flatnonzero(scored.presentation == presentation)
        called[rows] = flagged(scored.scores[OURS][rows], share)
    found = {}
    for attribute in ATTRIBUTES:
        told = [tables.students[key_of(name)].audit[attribute] for name in scored.enrolment]
        result = audit(attribute, told, scored.happened, scored.chance, called, list(scored.person), seed=SEED,
                       draws=draws, least=_GROUP_LEAST)  # fmt: skip
        found[attribute] = {
            "true_positive_gap": plain(result.true_positive_gap), "calibration_gap": plain(result.calibration_gap),
            "too_few": list(result.too_few), "gaps_at_best": gaps_at_best(scored, tables, attribute, _GROUP_LEAST),
            "groups": [
                {"group": item.group, "count": item.count, "true_positive_rate": plain(item.true_positive_rate),
                 "false_positive_rate": plain(item.false_positive_rate), "flagged": plain(item.flagged_share),
                 "calibration_gap": plain(item.calibration_gap)}
                for item in result.groups
            ],
        }  # fmt: skip
    return found


def lead_time(scored: Scored, tables: Tables, share: float) -> dict[str, Any]:
    """Return how long before they left those who left were first among the highest-ranked `share`, in days.

    Of whoever left after the first day that is looked at; those never called have no lead.
    """
    first: dict[str, int] = {}
    leavers: set[str] = set()
    for day in sorted(set(scored.day.tolist())):
        for presentation in np.unique(scored.presentation):
            rows = scored.on(day, presentation)
            called = flagged(rows.scores[OURS], share)
            for name, is_called in zip(rows.enrolment.tolist(), called.tolist(), strict=True):
                if tables.students[key_of(name)].left_day is not None:
                    leavers.add(name)
                    if is_called:
                        first.setdefault(name, day)
    leads = np.array([(tables.students[key_of(name)].left_day or 0) - day for name, day in first.items()], np.float64)
    quarters = np.percentile(leads, (25, 50, 75)).tolist() if len(leads) else [None] * 3
    return {"left": len(leavers), "called": len(leads), "days": quarters, "share": share}


def churn(flags: Sequence[Mapping[str, bool]]) -> dict[str, Any]:
    """Return which share of those called at one look are not called at the next, of whoever is still there."""
    shares, sizes = [], []
    for before, after in pairwise(flags):
        there = [name for name, is_called in before.items() if is_called and name in after]
        if there:
            shares.append(float(np.mean([not after[name] for name in there])))
            sizes.append(len(there))
    mean = float(np.mean(shares)) if shares else None
    return {"looks": len(flags), "mean": mean, "worst": max(shares, default=None), "called": sizes}


def plain(found: Estimate) -> list[float]:
    """Return an estimate as value, low, high."""
    return [found.value, found.low, found.high]
