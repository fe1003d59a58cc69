"""Sequencing requests: which activity is to be delivered (SB.2.5 to SB.2.13)."""

from __future__ import annotations

from lrs.sequencing.choice import choice
from lrs.sequencing.flow import Direction, flow
from lrs.sequencing.refusals import Refused
from lrs.sequencing.rules import refusal
from lrs.sequencing.state import Run
from lrs.sequencing.tree import ROOT

__all__ = ["choice", "deliverable", "flowed", "jumped", "resumed", "retried", "started"]


def started(run: Run) -> int | Refused:
    """Return what a course begins with (SB.2.5)."""
    if run.state.current is not None:
        return Refused.UNFITTING
    return ROOT if run.is_leaf(ROOT) else flow(run, ROOT, "forward", into=True)


def resumed(run: Run) -> int | Refused:
    """Return what was suspended with the whole course (SB.2.6)."""
    if run.state.current is not None or run.state.suspended is None:
        return Refused.UNFITTING
    return run.state.suspended


def flowed(run: Run, direction: Direction) -> int | Refused:
    """Return what comes after the current activity, or before it (SB.2.7, SB.2.8)."""
    current = run.state.current
    if current is None:
        return Refused.UNFITTING
    parent = run[current].parent
    if parent is not None and not run[parent].definition.control.flow:
        return Refused.NO_FLOW
    return flow(run, current, direction, into=False)


def retried(run: Run) -> int | Refused:
    """Return what is delivered to who begins the current activity again (SB.2.10)."""
    current = run.state.current
    if current is None or run.info(current).is_active or run.info(current).is_suspended:
        return Refused.UNFITTING
    return current if run.is_leaf(current) else flow(run, current, "forward", into=True)


def jumped(run: Run, target: int) -> int | Refused:
    """Return an activity that content leads to, whatever is between (SB.2.13)."""
    if any(each not in run.siblings(each) for each in run.tree.path(target)) or not run.is_leaf(target):
        return Refused.UNAVAILABLE
    return target


def deliverable(run: Run, found: int | Refused) -> int | Refused:
    """Hold what was found to the rules and limits of all that it is in (DB.1.1)."""
    if isinstance(found, Refused):
        return found
    if not run.is_leaf(found) or not found:
        # The root alone would be a course without parts.
        return Refused.EMPTY
    for each in run.tree.path(found):
        if why := refusal(run, each):
            return why
    return found
