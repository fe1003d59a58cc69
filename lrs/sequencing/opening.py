"""Where a learner comes to who opens a course, and what they can open from there."""

from __future__ import annotations

from dataclasses import dataclass

from lrs.sequencing.attempts import ended
from lrs.sequencing.overall import Outcome, Request, answer, is_open
from lrs.sequencing.refusals import Refused
from lrs.sequencing.requests import choice, deliverable, jumped, retried
from lrs.sequencing.state import Run
from lrs.sequencing.termination import terminated
from lrs.sequencing.tracking import completion


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be opened now: for each activity, why not; and whether one can go on, and back.

    `jumps` are the activities that content may lead to. All is worked out as if what is open were left now.
    """

    refused: tuple[Refused | None, ...]
    jumps: frozenset[int]
    goes_on: bool
    goes_back: bool


def outlook(run: Run) -> Outlook:
    """Return what can be opened now, and why not."""
    current, left = run.state.current, run
    if is_open(run):
        done = terminated(run, "exit")
        left = run if isinstance(done, Refused) else done.run
        if left.state.current != current:
            # Rules lead away from here as one leaves; what is chosen is looked at from where one was all the same.
            left = left.having(current=current)
    refused: list[Refused | None] = []
    jumps = set[int]()
    for activity in run.tree.activities:
        at = activity.index
        if at == current and is_open(run) and not is_done(run, at):
            refused.append(None)
            continue
        found = deliverable(left, choice(left, at))
        refused.append(found if isinstance(found, Refused) else None)
        if current is not None and not isinstance(deliverable(left, jumped(left, at)), Refused):
            jumps.add(at)
    return Outlook(
        tuple(refused), frozenset(jumps), answer(run, Request.CONTINUE).found is not None,
        answer(run, Request.PREVIOUS).found is not None,
    )  # fmt: skip


def is_done(run: Run, index: int) -> bool:
    """Say whether content has ended the attempt on it for good, though nobody has gone on yet."""
    info = run.info(index)
    return info.has_begun and info.is_over and not info.asks_suspend


def opening(run: Run) -> Outcome:
    """Return what somebody finds who opens the course; `found` is None where nothing may be opened.

    1. What is open, or was suspended with all; once more what its content has ended without being complete. 2. What the
    course begins with, or what comes next. 3. The first part that can be chosen and is not complete. 4. What is over,
    once more. 5. Whatever can be chosen.
    """
    # 1.
    current = run.state.current
    if current is not None and is_open(run) and not is_done(run, current):
        return Outcome(run, current)
    is_undone = current is not None and is_open(run) and completion(run, current) is not True
    found = (_again(run) if is_undone else None) or answer(run, Request.RESUME_ALL)
    # 2.
    if found.found is None:
        found = first = answer(run, Request.START if current is None else Request.CONTINUE)
    # 3. to 5.
    if found.found is None:
        found = _other(run) or Outcome(run, refused=first.refused or Refused.END)
    return found


def _other(run: Run) -> Outcome | None:
    """Return what else than the course's own way leads to somewhere."""
    refused = outlook(run).refused
    parts = [at for at, why in enumerate(refused) if why is None and at and run.is_leaf(at)]
    chosen = [(at, found) for at in parts if (found := answer(run, Request.CHOICE, at)).found is not None]
    todo = [found for at, found in chosen if completion(run, at) is not True]
    again = [found for found in (_again(run),) if found is not None]
    return next(iter([*todo, *again, *(found for _, found in chosen)]), None)


def _again(run: Run) -> Outcome | None:
    """Return a new attempt on what is over, if there may be one; whoever opens a course again is let in again."""
    current = run.state.current
    if current is None:
        return None
    left = ended(run, current) if is_open(run) else run
    found = deliverable(left, retried(left))
    return None if isinstance(found, Refused) else Outcome(left, found)


def opened(run: Run, index: int) -> Outcome:
    """Return what becomes of who opens one part: it goes on, or it is what the course leads to, or it is chosen."""
    found = opening(run)
    return found if found.found == index else answer(run, Request.CHOICE, index)
