"""Going straight to an activity: SB.2.9 with SB.2.4, SB.2.9.1 and SB.2.9.2.

The book looks for what stops a traversal among siblings and ancestors alone. Here all that is gone past counts: a test
that stops what follows would else be gone round by choosing into the next chapter, or before anything is open.
"""

from __future__ import annotations

from lrs.sequencing.flow import flow
from lrs.sequencing.refusals import Refused
from lrs.sequencing.rules import check
from lrs.sequencing.state import Run
from lrs.sequencing.tree import ROOT


def choice(run: Run, target: int) -> int | Refused:
    """Return what is delivered to who chooses `target`, or why nothing is (SB.2.9).

    1. Whether it can be seen. 2. Whether it can be reached from where one is. 3. What of it is delivered.
    """
    # 1.
    if why := _unseen(run, target):
        return why
    # 2.
    if why := _unreached(run, run.state.current, target):
        return why
    # 3.
    return target if run.is_leaf(target) else flow(run, target, "forward", into=True)


def _unseen(run: Run, target: int) -> Refused | None:
    for each in run.tree.path(target):
        if each not in run.siblings(each):
            return Refused.UNAVAILABLE
        if check(run, each, run[each].definition.pre, "hiddenFromChoice"):
            return Refused.HIDDEN
    parent = run[target].parent
    return Refused.NO_CHOICE if parent is not None and not run[parent].definition.control.choice else None


def _unreached(run: Run, current: int | None, target: int) -> Refused | None:
    """Say what stands between where one is, if anywhere, and an activity."""
    if current == target:
        return None
    start = ROOT if current is None else current
    top = run.tree.common(start, target)
    leaving = run.tree.path(start)[len(run.tree.path(top)) :]
    are_siblings = len(leaving) == 1 and run[target].parent == top
    if not are_siblings:
        # Among siblings nothing is left but a leaf (SB.2.9, 7).
        if any(not run[each].definition.control.choice_exit for each in leaving):
            return Refused.NO_EXIT
        if why := _unconstrained(run, leaving, target):
            return why
        entered = run.tree.path(target)[len(run.tree.path(top)) : -1]
        if any(run[each].definition.prevent_activation and not run.info(each).is_active for each in entered):
            return Refused.PREVENTED
    if top in (start, target) or _follows(run, start, target):
        return _stopped(run, start, target) if top != target else None
    return Refused.FORWARD_ONLY if run[top].definition.control.forward_only else None


def _stopped(run: Run, start: int, target: int) -> Refused | None:
    """Say whether anything that is gone past on the way forward stops it (SB.2.4, 2)."""
    stops = [
        each.index
        for each in run.tree.activities
        if any(rule.action == "stopForwardTraversal" for rule in each.definition.pre)
    ]
    for each in stops:
        is_ahead = each == start or (_follows(run, start, each) and each != target)
        if not is_ahead or not _follows(run, each, target) or _is_skipped(run, each):
            continue
        if check(run, each, run[each].definition.pre, "stopForwardTraversal"):
            return Refused.STOPPED
    return None


def _is_skipped(run: Run, index: int) -> bool:
    """Say whether one never comes by: it is not there in this attempt, or skipped, or what it is in."""
    return any(
        each not in run.siblings(each) or check(run, each, run[each].definition.pre, "skip") is not None
        for each in run.tree.path(index)
    )


def _unconstrained(run: Run, leaving: tuple[int, ...], target: int) -> Refused | None:
    """Hold a choice to what is next to the nearest activity that constrains it (SB.2.9, 11.4; SB.2.9.1, SB.2.9.2)."""
    near = next((each for each in reversed(leaving) if run[each].definition.constrain_choice), None)
    if near is None:
        return None
    path = run.tree.path(target)
    return None if any(each in path for each in (near, *_neighbours(run, near))) else Refused.CONSTRAINED


def _neighbours(run: Run, index: int) -> tuple[int, ...]:
    """Return what comes right before and right after an activity, in its own cluster or those above."""
    found: list[int] = []
    for step in (-1, 1):
        at: int | None = index
        while at is not None:
            siblings = run.siblings(at)
            beside = siblings.index(at) + step if at in siblings else -1
            if 0 <= beside < len(siblings):
                found.append(siblings[beside])
                break
            at = run[at].parent
    return tuple(found)


def _follows(run: Run, one: int, other: int) -> bool:
    """Say whether an activity comes after another one, or is within it, in the order of this attempt."""
    before, after = run.tree.path(one), run.tree.path(other)
    for left, right in zip(before, after, strict=False):
        if left != right:
            siblings = run.siblings(left)
            return left in siblings and right in siblings and siblings.index(right) > siblings.index(left)
    return len(after) > len(before)
