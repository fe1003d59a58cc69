"""Somebody who goes through a course: what the gateway would know of them, and what the processes answer."""

from __future__ import annotations

from lrs.scorm.values import Score, Standing
from lrs.sequencing.attempts import taken_over
from lrs.sequencing.opening import opened, opening, outlook
from lrs.sequencing.overall import Outcome, Request, answer
from lrs.sequencing.refusals import Refused
from lrs.sequencing.state import Heard, begin
from lrs.sequencing.tree import Tree


class Learner:
    """A learner in a tree; parts are called by their identifiers."""

    def __init__(self, tree: Tree, seed: str = "lea") -> None:
        self.tree = tree
        self.run = begin(tree, seed)
        self.heard: dict[int, Heard] = {}

    def at(self, name: str) -> int:
        """The place of a part."""
        found = self.tree.find(name)
        assert found is not None, name
        return found

    @property
    def current(self) -> str:
        """What is before the learner."""
        at = self.run.state.current
        return "" if at is None else self.tree[at].identifier

    def begin(self) -> str:
        """Open the course."""
        return self._take(opening(self.run))

    def open(self, name: str) -> str:
        """Open one part of it; return what comes, or why nothing does."""
        return self._take(opened(self.run, self.at(name)))

    def go(self, request: str, target: str | None = None) -> str:
        """Ask for something; return what comes, or why nothing does, or "over"."""
        return self._take(answer(self.run, Request(request), None if target is None else self.at(target)))

    def does(
        self,
        success: bool | None = None,
        completion: bool | None = True,
        score: float | None = None,
        *,
        suspends: bool = False,
        ends: bool = True,
        progress: float | None = None,
        **objectives: Standing,
    ) -> None:
        """What the content of the current part says, and that it ends."""
        at = self.run.state.current
        assert at is not None
        scored = None if score is None else Score(score, score * 100, 0, 100)
        before = self.heard.get(at)
        number = self.run.info(at).floor + 1 if before is None else max(before.attempt, self.run.info(at).floor + 1)
        standing = Standing(completion, success, scored, progress)
        self.heard[at] = Heard(number, standing, objectives, ends, suspends)
        self.run = taken_over(self.run, self.heard)

    def refused(self) -> dict[str, str]:
        """Why each part cannot be opened, empty for one that can."""
        look = outlook(self.run)
        return {
            each.identifier: "" if (why := look.refused[each.index]) is None else why.value
            for each in self.tree.activities
            if not each.children
        }

    def closed(self) -> list[str]:
        """The parts that cannot be opened."""
        return [name for name, why in self.refused().items() if why]

    def _take(self, outcome: Outcome) -> str:
        if outcome.found is None:
            self.run = outcome.run
            return "over" if outcome.is_over else (outcome.refused or Refused.END if outcome.refused else "")
        before = self.heard.get(outcome.found)
        self.run = outcome.deliver(0 if before is None else before.attempt)
        return self.tree[outcome.found].identifier
