"""Records what was decided: one mark in effect, however often it is sent and whoever else is at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lrs.errors import Overloaded
from lrs.statements.multipart import Part
from training.attendance.decisions import Act, Decide
from training.attendance.mark import Mark
from training.attendance.marks import Marks, Raced
from training.attendance.roll import Roll
from training.attendance.trail import Trail
from training.attendance.writing import Json, write_mark, write_voiding

# Every lost race is somebody else's recorded act: more than a few at once about one trainee is a machine.
_TRIES: Final = 8


class Recorder:
    """Writes marks."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def record(
        self, act: Act, decide: Decide, *, reason: str = "", described: Sequence[Json] = (), parts: Sequence[Part] = ()
    ) -> tuple[Mark | None, bool]:
        """Let `decide` say what is to stand, and make it stand; return it, and whether it is new.

        The ids follow from what there is, so of two who decide at the same time one is refused by the log: it looks,
        and decides, again. `reason` is that of a voiding without replacement.
        """
        organisation = act.roll.organisation.number
        for _ in range(_TRIES):
            trail = self.trail(act)
            wanted = decide(trail)
            if wanted is not None and any(mark.statement_id == wanted.statement_id for mark in trail.history):
                return wanted, False
            current = trail.current
            if wanted is None and current is None:
                return None, False
            statements: list[dict[str, Any]] = []
            if current is not None:
                why = reason if wanted is None else wanted.correction_reason
                statements.append(write_voiding(current.statement_id, act.by, why, act.at))
            if wanted is not None:
                statements.append(write_mark(act.roll, act.enrolment, wanted, described))
            try:
                self._marks.append(organisation, statements, parts if wanted is not None else ())
            except Raced:
                continue
            return wanted, True
        message = "Others keep changing this mark; nothing of this was written. Send it again."
        raise Overloaded(message)

    def trail(self, act: Act) -> Trail:
        """Return the marks of the trainee that an act is about."""
        name = (act.roll.slot.id, act.enrolment.id)
        return self._marks.find(act.roll.organisation.number, act.roll.organisation.slug, [name])[name]

    def note(self, roll: Roll, statement: Json, parts: Sequence[Part] = ()) -> None:
        """Store what befell a sheet, unless it is there already, in whatever words."""
        try:
            self._marks.append(roll.organisation.number, [statement], parts)
        except Raced:
            return
