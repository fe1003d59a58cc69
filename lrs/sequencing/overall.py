"""A navigation request from its beginning to its end: NB.2.1 and OP.1."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lrs.sequencing.attempts import delivered, ended_below
from lrs.sequencing.refusals import Refused
from lrs.sequencing.requests import choice, deliverable, flowed, jumped, resumed, retried, started
from lrs.sequencing.state import Run
from lrs.sequencing.termination import Next, Termination, terminated
from lrs.sequencing.tree import ROOT


class Request(StrEnum):
    """What a learner, or content for them, asks for (SN 5.6)."""

    START = "start"
    RESUME_ALL = "resumeAll"
    CONTINUE = "continue"
    PREVIOUS = "previous"
    CHOICE = "choice"
    JUMP = "jump"
    EXIT = "exit"
    EXIT_ALL = "exitAll"
    SUSPEND_ALL = "suspendAll"
    ABANDON = "abandon"
    ABANDON_ALL = "abandonAll"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: `run` is how the learner stands now.

    `found` is what is to be delivered; it is not yet, for who delivers says what has been counted of it (DB.2).
    """

    run: Run
    found: int | None = None
    refused: Refused | None = None
    is_over: bool = False

    def deliver(self, floor: int) -> Run:
        """Return how the learner stands once it is before them; `floor` as in `attempts.delivered`."""
        return self.run if self.found is None else delivered(self.run, self.found, floor)


_LEAVING: dict[Request, Termination] = {
    Request.EXIT: "exit", Request.EXIT_ALL: "exitAll", Request.SUSPEND_ALL: "suspendAll",
    Request.ABANDON: "abandon", Request.ABANDON_ALL: "abandonAll",
}  # fmt: skip


def answer(run: Run, request: Request, target: int | None = None) -> Outcome:
    """Work a request out (OP.1): 1. whether it fits, 2. leave what is open, 3. find what comes, 4. hold it to rules.

    What is refused leaves everything as it was. What rules ask for as one leaves comes before what was asked.
    """
    # 1.
    if why := _unfitting(run, request, target):
        return Outcome(run, refused=why)
    # 2.
    left, following = run, None
    if request in _LEAVING or is_open(run):
        done = terminated(run, _LEAVING.get(request, "exit"))
        if isinstance(done, Refused):
            return Outcome(run, refused=done)
        left, following = done
    # 3. and 4.
    if following == "exit":
        return _over(left)
    if request in _LEAVING and following is None:
        return _over(left) if left.state.current == ROOT else Outcome(left)
    found = deliverable(left, _sequenced(left, following, request, target))
    if found is Refused.END:
        return _over(ended_below(left, ROOT))
    return Outcome(run, refused=found) if isinstance(found, Refused) else Outcome(left, found)


def is_open(run: Run) -> bool:
    """Say whether there is an activity that an attempt is going on with."""
    return run.state.current is not None and run.info(run.state.current).is_active


def _sequenced(run: Run, following: Next | None, request: Request, target: int | None) -> int | Refused:
    if following is not None:
        request = Request.CONTINUE if following == "continue" else Request.PREVIOUS
    if following == "retry":
        return retried(run)
    if target is not None and request in (Request.CHOICE, Request.JUMP):
        return choice(run, target) if request is Request.CHOICE else jumped(run, target)
    if request in (Request.START, Request.RESUME_ALL):
        return started(run) if request is Request.START else resumed(run)
    return flowed(run, "forward" if request is Request.CONTINUE else "backward")


def _unfitting(run: Run, request: Request, target: int | None) -> Refused | None:
    """Say why a request is not one that can be made now (NB.2.1)."""
    current = run.state.current
    if request in (Request.CHOICE, Request.JUMP) and (target is None or not 0 <= target < len(run.tree.activities)):
        return Refused.UNAVAILABLE
    is_fit = {
        Request.START: current is None,
        Request.RESUME_ALL: current is None and run.state.suspended is not None,
        Request.CHOICE: True,
    }.get(request, current is not None)
    if not is_fit:
        return Refused.UNFITTING
    if current is None or request not in (Request.CONTINUE, Request.PREVIOUS):
        return None
    parent = run[current].parent
    if parent is None or not run[parent].definition.control.flow:
        return Refused.UNFITTING if parent is None else Refused.NO_FLOW
    is_back = request is Request.PREVIOUS and run[parent].definition.control.forward_only
    return Refused.FORWARD_ONLY if is_back else None


def _over(run: Run) -> Outcome:
    """End the session: nothing is current any more (SB.2.11, OP.1)."""
    return Outcome(run.having(current=None), is_over=True)
