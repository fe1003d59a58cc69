"""How a model fares on sessions that it has not learnt from: figures by session and day, and beside another model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.risk.metrics.probability import brier, brier_constant, calibration_error
from analytics.risk.metrics.ranking import auc_difference, auc_estimate, average_precision
from analytics.risk.metrics.workload import at_workload
from analytics.risk.models import Model
from analytics.risk.targets import Sample, Target, stacked
from analytics.store.risk_samples import Finished
from analytics.store.risk_values import SessionFigures
from training.records.ids import SessionId

# The share that is called when precision and recall are told.
CALLED: Final = 0.1
_SEED: Final = 7


def whole(finished: Sequence[Finished]) -> Sample:
    """Return all snapshots of some sessions as one sample. There must be one at least."""
    return stacked([item for session in finished for item in session.snapshots.values()])


def figures_of(model: Model, finished: Sequence[Finished], draws: int) -> tuple[SessionFigures, ...]:
    """Return how a model fares: on everything together first, then on each day of each session."""
    found = [_figures(model, whole(finished), None, None, draws)]
    for session in finished:
        found += [_figures(model, item, session.session_id, day, draws) for day, item in session.snapshots.items()]
    return tuple(found)


def difference(
    model: Model, other: Model, finished: Sequence[Finished], draws: int
) -> tuple[float, float, float] | None:
    """Return by how much the AUC of `model` is above that of `other` on the same rows, with the 95 % interval.

    None where it is not defined: no row that both rank, or one outcome alone.
    """
    together = whole(finished)
    happened, rows = _outcome(together, model.target)
    ours, theirs = model.score(together.table).margin, other.score(together.table).margin
    rows &= np.isfinite(ours) & np.isfinite(theirs)
    if not _is_both(happened[rows]):
        return None
    people = _people(together, rows)
    found = auc_difference(happened[rows], ours[rows], theirs[rows], people, seed=_SEED, draws=draws)
    return found.value, found.low, found.high


def events_of(finished: Sequence[Finished], target: Target) -> tuple[int, int]:
    """Return how many enrolments there are whose outcome is known, and to how many of them it happened."""
    known: dict[str, bool] = {}
    for session in finished:
        for item in session.snapshots.values():
            outcome = item.outcome[target]
            for name, value in zip(item.table.enrolment_ids, outcome.tolist(), strict=True):
                if not math.isnan(value):
                    known[name] = known.get(name, False) or value > 0
    return len(known), sum(known.values())


def _figures(model: Model, item: Sample, session_id: SessionId | None, day: int | None, draws: int) -> SessionFigures:
    happened, rows = _outcome(item, model.target)
    scores = model.score(item.table)
    ranked = rows & np.isfinite(scores.margin)
    count = int(ranked.sum())
    if not count:
        return SessionFigures(session_id=session_id, day=day, count=0)
    truth, margin = happened[ranked], scores.margin[ranked]
    # Whether or not it may be shown: it is the model that is judged.
    believed = model.believed(item.table)
    probable = rows & np.isfinite(believed)
    said, came = believed[probable], happened[probable]
    auc = low = high = precise = None
    if _is_both(truth):
        estimate = auc_estimate(truth, margin, _people(item, ranked), seed=_SEED, draws=draws)
        auc, low, high = estimate.value, estimate.low, estimate.high
        precise = average_precision(truth, margin)
    called = at_workload(truth, margin, CALLED)
    return SessionFigures(
        session_id=session_id,
        day=day,
        count=count,
        base_rate=float(truth.mean()),
        auc=_number(auc),
        auc_low=_number(low),
        auc_high=_number(high),
        average_precision=_number(precise),
        brier=_number(brier(came, said)) if len(came) else None,
        brier_constant=_number(brier_constant(came)) if len(came) else None,
        calibration_error=_number(calibration_error(came, said)) if len(came) else None,
        precision=_number(called.precision),
        recall=_number(called.recall),
    )


def _outcome(item: Sample, target: Target) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    happened = item.outcome[target]
    return happened, np.isfinite(happened)


def _is_both(happened: NDArray[np.float64]) -> bool:
    return bool(len(happened)) and 0 < float(happened.mean()) < 1


def _people(item: Sample, rows: NDArray[np.bool_]) -> list[str]:
    return [name for name, is_in in zip(item.table.person_ids, rows.tolist(), strict=True) if is_in]


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
