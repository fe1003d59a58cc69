"""Leaving what is open: TB.2.1 to TB.2.3."""

from __future__ import annotations

from typing import Literal, NamedTuple

from lrs.sequencing.attempts import ended, ended_below
from lrs.sequencing.refusals import Refused
from lrs.sequencing.rollup import rolled_up
from lrs.sequencing.rules import check
from lrs.sequencing.state import Run
from lrs.sequencing.tree import ROOT

Termination = Literal["exit", "exitAll", "suspendAll", "abandon", "abandonAll"]
# What a post condition asks for next: a sequencing request, or that more is left.
Next = Literal["continue", "previous", "retry", "exit"]


class Terminated(NamedTuple):
    """What has been left, and what rules ask for next; `next` is "exit" where the session ends."""

    run: Run
    next: Next | None


def terminated(run: Run, request: Termination) -> Terminated | Refused:
    """Leave what is open (TB.2.3)."""
    current = run.state.current
    if current is None:
        return Refused.UNFITTING
    if request == "exit":
        return _exited(ended(run, current)) if run.info(current).is_active else Refused.UNFITTING
    if request == "exitAll":
        run = ended(run, current) if run.info(current).is_active else run
        return Terminated(_left_all(run), "exit")
    if request == "suspendAll":
        return Terminated(_suspended(run, current), "exit")
    if request == "abandon":
        return Terminated(run.noting(current, is_active=False, is_settled=True), None)
    for each in run.tree.path(current):
        run = run.noting(each, is_active=False)
    return Terminated(run.having(current=ROOT), "exit")


def _exited(run: Run) -> Terminated:
    """Apply exit rules above, then post conditions, as long as they lead further up (TB.2.3, 3)."""
    run = _exit_rules(run)
    while True:
        current = run.state.current
        assert current is not None  # noqa: S101 - by `terminated`
        action = None
        if not run.info(current).is_suspended:
            action = check(
                run, current, run[current].definition.post,
                "exitParent", "exitAll", "retry", "retryAll", "continue", "previous",
            )  # fmt: skip
        if action in ("exitAll", "retryAll"):
            # 4th Ed.: what is retried is the root, where all has been left.
            return Terminated(_left_all(run), "retry" if action == "retryAll" else "exit")
        parent = run[current].parent
        if action == "exitParent" and parent is not None:
            run = ended(run.having(current=parent), parent)
            continue
        found: Next | None = None
        if action == "continue" or action == "previous" or action == "retry":  # noqa: PLR1714 - which narrows
            found = action
        if current == ROOT and found != "retry":
            found = "exit"
        return Terminated(run, found)


def _exit_rules(run: Run) -> Run:
    """Leave the highest activity above whose exit rules say so (TB.2.1)."""
    current = run.state.current
    assert current is not None  # noqa: S101 - by `terminated`
    for each in run.tree.path(current)[:-1]:
        if check(run, each, run[each].definition.exits, "exit"):
            return ended(ended_below(run, each), each).having(current=each)
    return run


def _left_all(run: Run) -> Run:
    run = ended_below(run, ROOT)
    return ended(run, ROOT).having(current=ROOT)


def _suspended(run: Run, current: int) -> Run:
    """Leave everything as it is until all is taken up again (TB.2.3, 5)."""
    info = run.info(current)
    suspended = current
    if not (info.is_active or info.is_suspended):
        suspended = run[current].parent or ROOT
    else:
        run = rolled_up(run, current)
    for each in run.tree.path(suspended):
        run = run.noting(each, is_active=False, is_suspended=True)
    return run.having(current=ROOT, suspended=suspended)
