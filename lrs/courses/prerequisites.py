"""Courses of SCORM 1.2 whose parts ask for others first: what they ask for is looked up among what was committed."""

from __future__ import annotations

from lrs.courses.plays import Opened, Plays
from lrs.courses.resuming import Resuming
from lrs.courses.sequencing import Answer, View
from lrs.packages.prerequisites import are_met
from lrs.scorm.values import Standing
from lrs.sequencing.overall import Request
from lrs.sequencing.refusals import Refused


class Prerequisites:
    """Goes through courses whose parts ask for others. Nothing is kept: all follows from what was done."""

    def __init__(self, plays: Plays, resuming: Resuming) -> None:
        self._plays = plays
        self._resuming = resuming

    def first(self, found: Opened) -> int | None:
        """Return the first part that may be opened and is not done, else the first that may be."""
        refused, done = self._look(found)
        open_ = [at for at, why in enumerate(refused) if why is None]
        return next(iter([*(at for at in open_ if not done[at]), *open_]), None)

    def view(self, found: Opened, number: int) -> View:
        """Return what can be opened now, from one part."""
        return _view(found, self._look(found)[0], number)

    def open(self, found: Opened, number: int) -> Answer:
        """Open a part, if it may be."""
        refused, _ = self._look(found)
        why = refused[number]
        return Answer(_view(found, refused, number), number if why is None else None, why)

    def ask(self, found: Opened, number: int, request: Request, target: str | None) -> Answer:
        """Work out what is asked from a part: the next that may be opened, the one before, or one that is named."""
        refused, _ = self._look(found)
        view = _view(found, refused, number)
        names = [item.identifier for item in found.launched]
        if request in (Request.CHOICE, Request.JUMP):
            wanted = names.index(target) if target in names else None
        elif request in (Request.CONTINUE, Request.PREVIOUS):
            wanted = _beside(refused, number, 1 if request is Request.CONTINUE else -1)
        else:
            return Answer(view, is_over=True)
        if wanted is None or refused[wanted] is not None:
            return Answer(view, refused=Refused.DISABLED if wanted is not None else Refused.END)
        return Answer(view, wanted)

    def _look(self, found: Opened) -> tuple[list[Refused | None], list[bool]]:
        """Return why each part may not be opened, and whether it is done."""
        items = found.version.manifest.items
        launches = [self._plays.unsaved(found, item) for item in items]
        standings = self._resuming.standings(found.play.organisation, launches)
        status = {item.identifier: _status(each) for item, each in zip(items, standings, strict=True)}

        def holds(name: str, wanted: str) -> bool:
            return status.get(name) in ("passed", "completed") if wanted == "done" else status.get(name) == wanted

        # A chapter is done once all that is in it, and can be done, is.
        for at, item in enumerate(items):
            if not item.href:
                below = _below([each.level for each in items], at)
                parts = [items[each] for each in below if items[each].is_sco]
                is_done = bool(parts) and all(holds(each.identifier, "done") for each in parts)
                status[item.identifier] = "completed" if is_done else "incomplete"
        asked = [item for item in items if item.href]
        refused = [
            Refused.DISABLED if item.prerequisites and not are_met(item.prerequisites, holds) else None
            for item in asked
        ]
        return refused, [holds(item.identifier, "done") or not item.is_sco for item in asked]


def _view(found: Opened, refused: list[Refused | None], number: int) -> View:
    open_ = tuple(item.identifier for item, why in zip(found.launched, refused, strict=True) if why is None)
    goes_on, goes_back = (_beside(refused, number, step) is not None for step in (1, -1))
    return View(tuple(refused), (False,) * len(refused), open_, open_, goes_on, goes_back, ())


def _beside(refused: list[Refused | None], number: int, step: int) -> int | None:
    """Return the next part that may be opened, in one direction or the other."""
    way = range(number + step, len(refused) if step > 0 else -1, step)
    return next((at for at in way if refused[at] is None), None)


def _below(levels: list[int], at: int) -> list[int]:
    end = next((each for each in range(at + 1, len(levels)) if levels[each] <= levels[at]), len(levels))
    return list(range(at + 1, end))


def _status(standing: Standing) -> str:
    """Return a standing as one status of SCORM 1.2."""
    if standing.success is not None:
        return "passed" if standing.success else "failed"
    if standing.completion is None:
        return "not attempted"
    return "completed" if standing.completion else "incomplete"
