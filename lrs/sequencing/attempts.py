"""Attempts begin and end: UP.3, UP.4, DB.2, DB.2.1."""

from __future__ import annotations

from collections.abc import Mapping

from lrs.sequencing.rollup import rolled_up
from lrs.sequencing.state import Heard, Run
from lrs.sequencing.tracking import heard, local, setting


def ended(run: Run, index: int) -> Run:
    """End the attempt on an activity (UP.4): what content did not say is said for it, and what is above rolled up."""
    if run.is_leaf(index):
        info = run.info(index)
        # RTE 4.2.8: an attempt goes on if the content asks for it. One that was cut off does too.
        goes_on = info.has_begun and (info.asks_suspend or not info.is_over)
        run = run.noting(index, is_suspended=goes_on, is_settled=info.is_over)
        run = _unsaid(run, index)
    else:
        run = run.noting(index, is_suspended=any(run.info(each).is_suspended for each in run.rolled(index)))
    return rolled_up(run.noting(index, is_active=False), index)


def ended_below(run: Run, index: int) -> Run:
    """End the attempts on the way from the current activity up to `index`, which is not among them (UP.3)."""
    current = run.state.current
    if current is None:
        return run
    path = run.tree.path(current)
    top = run.tree.common(current, index)
    for each in reversed(path[path.index(top) + 1 :]):
        # The current one has been ended already if it is not active.
        if each != current or run.info(each).is_active:
            run = ended(run, each)
    return run


def delivered(run: Run, index: int, floor: int) -> Run:
    """Put content before the learner (DB.2); `floor` is the last attempt that the gateway has counted of it."""
    if run.state.suspended is not None and run.state.suspended != index:
        run = _forgotten(run, index)
    run = ended_below(run, index)
    for each in run.tree.path(index):
        if run.info(each).is_active:
            continue
        if run.info(each).is_suspended:
            # Whatever the gateway says of it counts again.
            run = run.noting(each, is_suspended=False, is_settled=False, is_over=False)
        else:
            run = _begun(run, each, floor)
        run = run.noting(each, is_active=True)
    return run.having(current=index, suspended=None)


def taken_over(run: Run, said: Mapping[int, Heard]) -> Run:
    """Take over what the gateway knows now; what came after its attempt had ended here is rolled up too."""
    for index, each in said.items():
        before = run.info(index)
        run = heard(run, index, each)
        if before.is_active or run.info(index) == before:
            continue
        if run.info(index).is_over:
            is_suspended = run.info(index).asks_suspend or run.state.suspended == index
            run = _unsaid(run.noting(index, is_settled=True, is_suspended=is_suspended), index)
        run = rolled_up(run, index)
    return run


def _begun(run: Run, index: int, floor: int) -> Run:
    """Begin an attempt: nothing is known of it, and what is known below is of an earlier one (SN 4.2.1.5)."""
    control = run[index].definition.control
    attempts = run.info(index).attempts + (1 if run[index].definition.delivery.tracked else 0)
    run = run.noting(
        index, attempts=max(1, attempts), completion=None, progress=None, objectives={}, floor=floor, has_begun=False,
        is_over=False, asks_suspend=False, is_settled=False, is_objective_stale=False, is_progress_stale=False,
    )  # fmt: skip
    for child in run[index].children:
        if run.info(child).attempts:
            run = run.noting(
                child, is_objective_stale=control.current_objectives, is_progress_stale=control.current_progress
            )
    return run


def _unsaid(run: Run, index: int) -> Run:
    """Say that a leaf is complete and satisfied if nobody did and its content was not meant to (UP.4, 1.1.1)."""
    definition, info = run[index].definition, run.info(index)
    if info.is_suspended or not definition.delivery.tracked:
        return run
    if not definition.delivery.completion_by_content and info.completion is None:
        run = run.noting(index, completion=True)
    primary = definition.primary
    if not definition.delivery.objective_by_content and local(run, index, primary).satisfied is None:
        run = setting(run, index, primary, satisfied=True)
    return run


def _forgotten(run: Run, index: int) -> Run:
    """Give up what was suspended with the whole course, as something else is delivered (DB.2.1)."""
    suspended = run.state.suspended
    assert suspended is not None  # noqa: S101 - by `delivered`
    path = run.tree.path(suspended)
    top = run.tree.common(suspended, index)
    for each in reversed(path[path.index(top) + 1 :]):
        stays = not run.is_leaf(each) and any(run.info(child).is_suspended for child in run[each].children)
        run = run.noting(each, is_suspended=stays)
    return run.having(suspended=None)
