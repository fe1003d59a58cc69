"""Where else a person is at the same time."""

from __future__ import annotations

from training.attendance.roll import Roll
from training.attendance.sheets import Sheets
from training.records.enrolment import Enrolment


class Presences:
    """Looks at the marks of other slots."""

    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets

    def is_elsewhere(self, roll: Roll, enrolment: Enrolment) -> bool:
        """Say whether the person is marked present in another slot that overlaps this one."""
        others = self._sheets.rolls.elsewhere(roll, enrolment)
        if not others:
            return False
        wanted = [(other.slot.id, other.enrolment.id) for other in others]
        trails = self._sheets.marks.find(roll.organisation.number, roll.organisation.slug, wanted)
        return any(trail.current is not None and trail.current.status.is_present for trail in trails.values())
