"""The marks of one trainee in one slot, in the order in which they were recorded."""

from __future__ import annotations

from dataclasses import dataclass

from training.attendance.mark import Mark


@dataclass(frozen=True, slots=True)
class Trail:
    """Every mark of one trainee in one slot, oldest first, and the number that the next one takes."""

    history: tuple[Mark, ...] = ()
    number: int = 0

    @property
    def current(self) -> Mark | None:
        """The mark in effect."""
        return next((mark for mark in reversed(self.history) if not mark.is_voided), None)
