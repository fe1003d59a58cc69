"""Half-day slots: the times for which attendance is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from training.records.ids import ModuleId, PersonId, SessionId, SlotId
from training.records.modality import Modality


class HalfDay(StrEnum):
    """The part of a day that one signature stands for."""

    AM = "AM"
    PM = "PM"
    EVENING = "EVENING"


class CancelledBy(StrEnum):
    """Who gave a slot up: a slot that the provider cancelled is not due from anybody."""

    PROVIDER = "PROVIDER"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """That a slot was not held, by whose doing, and why."""

    by: CancelledBy
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One half-day of a training session.

    `starts_at` and `ends_at` are aware; `held_on` is the date on which it starts, in the session's time zone.
    """

    id: SlotId
    session_id: SessionId
    held_on: date
    half_day: HalfDay
    starts_at: datetime
    ends_at: datetime
    mode: Modality = Modality.IN_PERSON
    module_id: ModuleId | None = None
    trainer_id: PersonId | None = None
    place: str = ""
    cancelled: Cancellation | None = None

    @property
    def planned_seconds(self) -> int:
        """How long the slot lasts, in elapsed seconds (the clocks' change included)."""
        return int(self.ends_at.timestamp() - self.starts_at.timestamp())

    @property
    def is_due(self) -> bool:
        """Whether presence is due: unless the provider cancelled it."""
        return self.cancelled is None or self.cancelled.by is not CancelledBy.PROVIDER
