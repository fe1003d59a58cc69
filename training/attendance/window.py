"""When a slot may be signed: from a little before it starts to a little after it ends, and late with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from training.attendance.roll import Roll


class Moment(StrEnum):
    """Where an instant lies beside the window."""

    EARLY = "early"
    IN_TIME = "in_time"
    LATE = "late"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Window:
    """The bounds, each included. After `closes_at` a signature is late; after `ends_at` it is outside."""

    opens_at: datetime
    closes_at: datetime
    ends_at: datetime

    def moment(self, now: datetime) -> Moment:
        """Say where `now` lies."""
        if now < self.opens_at:
            return Moment.EARLY
        if now <= self.closes_at:
            return Moment.IN_TIME
        return Moment.LATE if now <= self.ends_at else Moment.OVER


def window_of(roll: Roll) -> Window:
    """Return the window of a slot, by the values that hold on its day."""
    slot = roll.slot
    late = max(roll.number("attendance.late_signing_seconds"), roll.number("attendance.closes_after_seconds"))
    return Window(
        slot.starts_at - timedelta(seconds=roll.number("attendance.opens_before_seconds")),
        slot.ends_at + timedelta(seconds=roll.number("attendance.closes_after_seconds")),
        slot.ends_at + timedelta(seconds=late),
    )
