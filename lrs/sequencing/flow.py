"""Going on and back through the tree: SB.2.1 to SB.2.3."""

from __future__ import annotations

from typing import Literal, NamedTuple

from lrs.sequencing.refusals import Refused
from lrs.sequencing.rules import check, refusal
from lrs.sequencing.state import Run
from lrs.sequencing.tree import ROOT

Direction = Literal["forward", "backward"]


class _Step(NamedTuple):
    """Where a step leads, and which way it went: in a cluster that goes forward only, backward becomes forward."""

    at: int
    direction: Direction


def flow(run: Run, index: int, direction: Direction, *, into: bool) -> int | Refused:
    """Return the first activity that can be delivered on the way from `index`, or why there is none (SB.2.3).

    `into` says whether its own children are on the way.
    """
    found = _step(run, index, direction, None, into=into)
    return found if isinstance(found, Refused) else _deliverable(run, found.at, found.direction, None)


def _step(run: Run, index: int, direction: Direction, before: Direction | None, *, into: bool) -> _Step | Refused:
    """Return the next activity of the tree, whether or not it may be delivered (SB.2.1)."""
    is_turned = False
    if before == "backward" and direction == "forward" and run.siblings(index)[-1] == index and index != ROOT:
        # Its cluster was entered backward, and is gone through forward: past its end, back to what is before it.
        direction, index, is_turned = "backward", run.siblings(index)[0], True
    children = run.children(index)
    if into and not run.is_leaf(index):
        if not children:
            return Refused.EMPTY
        if direction == "forward":
            return _Step(children[0], "forward")
        if run[index].definition.control.forward_only:
            return _Step(children[0], "forward")
        return _Step(children[-1], "backward")
    if direction == "forward":
        return _after(run, index)
    return _before(run, index, is_turned=is_turned)


def _after(run: Run, index: int) -> _Step | Refused:
    parent = run[index].parent
    if parent is None:
        return Refused.END
    # SN 3.4.3: nothing that follows is reached from there, unless it is skipped itself.
    pre = run[index].definition.pre
    if check(run, index, pre, "stopForwardTraversal") and not check(run, index, pre, "skip"):
        return Refused.STOPPED
    siblings = run.siblings(index)
    at = siblings.index(index) + 1 if index in siblings else len(siblings)
    return _Step(siblings[at], "forward") if at < len(siblings) else _after(run, parent)


def _before(run: Run, index: int, *, is_turned: bool) -> _Step | Refused:
    parent = run[index].parent
    if parent is None:
        return Refused.START
    if not is_turned and run[parent].definition.control.forward_only:
        return Refused.FORWARD_ONLY
    siblings = run.siblings(index)
    at = siblings.index(index) - 1 if index in siblings else -1
    return _Step(siblings[at], "backward") if at >= 0 else _before(run, parent, is_turned=False)


def _deliverable(run: Run, index: int, direction: Direction, before: Direction | None) -> int | Refused:
    """Return what is delivered of an activity that a step led to, or beyond it (SB.2.2)."""
    parent = run[index].parent
    if parent is not None and not run[parent].definition.control.flow:
        return Refused.NO_FLOW
    is_skipped = check(run, index, run[index].definition.pre, "skip") is not None
    if not is_skipped:
        if why := refusal(run, index):
            return why
        if run.is_leaf(index):
            return index
    found = _step(run, index, direction, before if is_skipped else None, into=not is_skipped)
    if isinstance(found, Refused):
        return found
    # A cluster that goes forward only, met on the way back, is gone through forward: then back to what is before it.
    was_backward = before == "backward" if is_skipped else direction == "backward"
    turned: Direction | None = "backward" if was_backward and found.direction == "forward" else None
    return _deliverable(run, found.at, found.direction, turned)
