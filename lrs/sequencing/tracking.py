"""What is known of activities and objectives, read through what they share (SN 4.2); what the gateway knows of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lrs.scorm.values import Standing
from lrs.sequencing.state import FACETS, NOTHING, Heard, ObjectiveInfo, Run
from lrs.sequencing.tree import Objective


def satisfied(run: Run, index: int, name: str = "") -> bool | None:
    """Return whether an objective is satisfied; None for what is not known, or not there."""
    objective = run[index].definition.objective(name)
    if objective is None:
        return None
    if objective.by_measure:
        # SN 4.2.1.2: while the activity is active its score decides only if the manifest lets it.
        if run.info(index).is_active and not run[index].definition.rollup.measure_if_active:
            return None
        score = _read(run, index, objective, "measure")
        return None if score is None else score >= objective.least
    found: bool | None = _read(run, index, objective, "satisfied")
    return found


def measure(run: Run, index: int, name: str = "") -> float | None:
    """Return the normalised score of an objective, -1 to 1; None for what is not known."""
    objective = run[index].definition.objective(name)
    return None if objective is None else _read(run, index, objective, "measure")


def completion(run: Run, index: int) -> bool | None:
    """Return whether the newest attempt on an activity is complete; None for what is not known."""
    info, least = run.info(index), run[index].definition.completed_from
    if info.is_progress_stale:
        return None
    if least is not None:
        return None if info.progress is None else info.progress >= least
    return info.completion


def progress(run: Run, index: int) -> float | None:
    """Return how far the newest attempt on an activity is, 0 to 1; None for what is not known."""
    info = run.info(index)
    return None if info.is_progress_stale else info.progress


def given(run: Run, index: int, objective: Objective) -> ObjectiveInfo:
    """Return all that content is told of an objective as it begins: its own, else what it reads from others."""
    return ObjectiveInfo(**{name: _read(run, index, objective, name) for name in FACETS})


def local(run: Run, index: int, objective: Objective) -> ObjectiveInfo:
    """Return what an activity itself knows of an objective."""
    info = run.info(index)
    return NOTHING if info.is_objective_stale else info.objectives.get(objective.id, NOTHING)


def setting(run: Run, index: int, objective: Objective, **changes: Any) -> Run:  # noqa: ANN401 - fields of ObjectiveInfo
    """Return the same with something else known of an objective."""
    info = run.info(index)
    changed = replace(info.objectives.get(objective.id, NOTHING), **changes)
    return run.noting(index, objectives={**info.objectives, objective.id: changed})


def published(run: Run, index: int) -> tuple[Run, frozenset[str]]:
    """Write what an activity knows into the global objectives that it writes; return which of them changed."""
    definition = run[index].definition
    shared, changed = dict(run.state.shared), set[str]()
    for objective in (definition.primary, *definition.objectives):
        own = local(run, index, objective).known()
        if objective.by_measure:
            own.pop("satisfied", None)
            if "measure" in own:
                own["satisfied"] = own["measure"] >= objective.least
        for each in objective.maps:
            before = shared.get(each.target, NOTHING)
            after = replace(before, **{name: value for name, value in own.items() if name in each.writes})
            if after != before:
                shared[each.target] = after
                changed.add(each.target)
    return (run.having(shared=shared) if changed else run), frozenset(changed)


def readers(run: Run, targets: frozenset[str]) -> tuple[int, ...]:
    """Return the activities that read any of these global objectives for what is rolled up."""
    return tuple(
        each.index
        for each in run.tree.activities
        if any(shared.target in targets and shared.reads for shared in each.definition.primary.maps)
    )


def heard(run: Run, index: int, said: Heard) -> Run:
    """Take over what the gateway knows of an attempt on a leaf: what it does not know stays as it is."""
    info, definition = run.info(index), run[index].definition
    if not info.attempts or info.is_settled or said.attempt <= info.floor:
        return run
    found = run
    for objective in (definition.primary, *definition.objectives):
        standing = said.objectives.get(objective.id) if objective.id else None
        values = {} if standing is None else _values(standing)
        if objective is definition.primary:
            # RTE 4.2.21, 4.2.22: what the SCO says of itself is what its rolled-up objective is.
            own = _values(said.standing)
            own.pop("completion", None), own.pop("progress", None)
            values |= own
        if values:
            found = setting(found, index, objective, **values)
    of = said.standing
    return found.noting(
        index,
        completion=info.completion if of.completion is None else of.completion,
        progress=info.progress if of.progress is None else of.progress,
        has_begun=True, is_over=said.is_over, asks_suspend=said.asks_suspend,
    )  # fmt: skip


def _read(run: Run, index: int, objective: Objective, name: str) -> Any:  # noqa: ANN401 - one of ObjectiveInfo's fields
    """Return one facet of an objective: its own, or where that is not known the one that it reads (SN 3.10.3)."""
    own = getattr(local(run, index, objective), name)
    if own is not None:
        return own
    for each in objective.maps:
        if name in each.reads and (found := getattr(run.state.shared.get(each.target, NOTHING), name)) is not None:
            return found
    return None


def _values(standing: Standing) -> dict[str, Any]:
    score = standing.score
    values = {
        "satisfied": standing.success, "completion": standing.completion, "progress": standing.progress,
        "measure": None if score is None else score.scaled, "raw": None if score is None else score.raw,
        "min": None if score is None else score.min, "max": None if score is None else score.max,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}
