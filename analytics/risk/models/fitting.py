"""Fitting models; the only door to scikit-learn (with `blending` and `boosting`, which it imports)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analytics.risk.calibration import unjudged
from analytics.risk.models.blending import Kind, Rows, fit_stage
from analytics.risk.models.errors import NothingToLearn
from analytics.risk.models.inputs import Layout, layout_of
from analytics.risk.models.model import Model, outcome_by
from analytics.risk.models.pooling import joined
from analytics.risk.models.reference import reference_of
from analytics.risk.models.stage import Stage
from analytics.risk.moments import progress
from analytics.risk.targets import HORIZONS, Sample, Target, rows_of, stacked

__all__ = ["ROWS_MOST", "Kind", "fit", "fit_all"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Rows that a model is fitted on at most; beyond, enrolments are drawn. Keeps fitting under 2 GB and 5 minutes.
ROWS_MOST: Final = 150_000
_LATER: Final = 0.3
# With fewer sessions, how one differs from others says which one it is, and nothing else.
_SESSIONS_TO_COMPARE: Final = 3


def fit(
    samples: Sequence[Sample],
    *,
    target: Target,
    pooled: Model | None = None,
    seed: int = 0,
    kind: Kind = Kind.BLEND,
) -> Model:
    """Return a model of `target` fitted on `samples`, which must be in order of time.

    What blends and calibrates comes from the later part of them. Recalibrate the model on the latest finished session
    before showing probabilities. With `pooled` (a model of other organisations) the own data outweighs it gradually,
    by the number of events in `samples`; with no usable rows, or a single outcome, `pooled` comes back as it is. Raises
    `NothingToLearn` when there is no `pooled` either. The same samples and seed give the same bytes.
    """
    made = fit_all(samples, pooled=None if pooled is None else {target: pooled}, seed=seed, targets=[target], kind=kind)
    if target not in made:
        message = f"Nothing can be learnt of {target.value}: no rows of which both outcomes are known."
        raise NothingToLearn(message)
    return made[target]


def fit_all(
    samples: Sequence[Sample],
    *,
    pooled: Mapping[Target, Model] | None = None,
    seed: int = 0,
    targets: Sequence[Target] = tuple(Target),
    kind: Kind = Kind.BLEND,
) -> Mapping[Target, Model]:
    """Return a model for every target that can be learnt from `samples`, at less cost than one by one."""
    given = [item for item in samples if len(item.table)]
    others = pooled or {}
    found: dict[Target, Model] = {}
    if not given:
        return {target: others[target] for target in targets if target in others}
    # One thread: sums in another order would be another model, and two processes would wait for each other's threads.
    with threadpool_limits(limits=1):
        whole = _drawn(stacked(given), seed)
        later = _later(whole, _batches(given))
        for target in targets:
            model = _alike(found, target, kind) or _fitted(whole, later, target, kind, seed)
            if model is not None and target in others:
                model = joined(model, others[target])
            model = model or others.get(target)
            if model is not None:
                found[target] = model
    return found


def _alike(found: Mapping[Target, Model], target: Target, kind: Kind) -> Model | None:
    """Return the model of the other target about leaving, under this one's name: one hazard answers both."""
    twin = {Target.LEAVES: Target.LEAVES_SOON, Target.LEAVES_SOON: Target.LEAVES}.get(target)
    if kind is not Kind.BLEND or twin is None or twin not in found:
        return None
    return replace(found[twin], target=target) if found[twin].own == 1 else None


def _fitted(whole: Sample, later: Flags, target: Target, kind: Kind, seed: int) -> Model | None:
    names = whole.table.names
    ends = _ends(target, kind)
    is_told_of_sessions = kind is Kind.BLEND and len(set(whole.table.session_ids)) >= _SESSIONS_TO_COMPARE
    layout = layout_of(names, whole.table.programme_ids) if is_told_of_sessions else Layout(tuple(names), ())
    inputs = layout.of(whole.table)
    asked = [_rows(whole, target, ends, at, layout, inputs) for at in range(len(ends))]
    if not all(rows.events for rows in asked):
        return None
    stages: list[Stage] = []
    judged: list[Stage | None] = []
    for at, rows in enumerate(asked):
        stage, held = fit_stage(rows, later, names, kind, seed + at, is_rare=target is not Target.AT_RISK)
        stages.append(stage)
        judged.append(held)
    known = ~np.isnan(outcome_by(whole, target, target.horizon))
    model = Model(
        target=target,
        kind=kind.value,
        layout=layout,
        stages=tuple(stages),
        ends=ends,
        calibrations=tuple(unjudged() for _ in ends),
        reference=reference_of(whole.table.values[known]),
        events=_events(whole, target),
        own=1.0,
    )
    return _calibrated(model, judged, whole, later)


def _ends(target: Target, kind: Kind) -> tuple[int | None, ...]:
    if target is Target.AT_RISK or kind is not Kind.BLEND:
        return (target.horizon,)
    return (*HORIZONS, None)


def _rows(whole: Sample, target: Target, ends: Sequence[int | None], at: int, layout: Layout, inputs: Array) -> Rows:
    """Return what the stage that ends at `ends[at]` is fitted on: whoever was still there when it begins."""
    happened = outcome_by(whole, target, ends[at])
    if at:
        begins = ends[at - 1]
        happened = np.where(whole.leaves_in > (begins or 0), happened, np.nan)
    table = whole.table
    return Rows(layout, inputs, progress(table.day, table.length), happened)


def _calibrated(model: Model, judged: Sequence[Stage | None], whole: Sample, later: Flags) -> Model:
    """Return the model with the calibration that the later rows give to what was fitted on the earlier ones."""
    held = [stage for stage in judged if stage is not None]
    if len(held) < len(judged):
        return model
    found = replace(model, stages=tuple(held)).recalibrated(rows_of(whole, np.flatnonzero(later)))
    return replace(model, calibrations=found.calibrations)


def _batches(given: Sequence[Sample]) -> dict[str, int]:
    """Return which sessions go together: those that are first there in the same sample were there at the same time."""
    found: dict[str, int] = {}
    for at, item in enumerate(given):
        for name in item.table.session_ids:
            found.setdefault(name, at)
    return found


def _later(whole: Sample, batches: Mapping[str, int]) -> Flags:
    """Return which rows are the later part: the last sessions that hold a good share, or half of the only one.

    Sessions of the same time are on the same side, unless there are no others.
    """
    order = list(dict.fromkeys(whole.table.session_ids))
    groups: dict[int, list[str]] = {}
    for name in order:
        groups.setdefault(batches[name], []).append(name)
    parts = list(groups.values()) if len(groups) > 1 else [[name] for name in order]
    if len(order) == 1:
        names, owner = np.unique(np.asarray(whole.table.person_ids, dtype=str), return_inverse=True)
        return np.asarray(owner % 2 == 1) if len(names) > 1 else np.zeros(len(whole), dtype=bool)
    counts = dict.fromkeys(order, 0)
    for name in whole.table.session_ids:
        counts[name] += 1
    last: set[str] = set()
    for names_of_time in reversed(parts[1:]):
        last.update(names_of_time)
        if sum(counts[item] for item in last) >= _LATER * len(whole):
            break
    return np.array([name in last for name in whole.table.session_ids], dtype=bool)


def _drawn(whole: Sample, seed: int) -> Sample:
    """Return `whole`, or of too many rows those of enrolments drawn by chance, in their order."""
    if len(whole) <= ROWS_MOST:
        return whole
    names, owner = np.unique(np.asarray(whole.table.enrolment_ids, dtype=str), return_inverse=True)
    kept = np.random.default_rng(seed).random(len(names)) < ROWS_MOST / len(whole)
    return rows_of(whole, np.flatnonzero(kept[owner]))


def _events(whole: Sample, target: Target) -> int:
    """Return to how many enrolments it happened, or to how many it did not where these are fewer."""
    happened = outcome_by(whole, target, target.horizon)
    known = ~np.isnan(happened)
    names, owner = np.unique(np.asarray(whole.table.enrolment_ids, dtype=str)[known], return_inverse=True)
    hit = np.bincount(owner, weights=happened[known], minlength=len(names)) > 0
    return int(min(hit.sum(), len(names) - hit.sum()))
