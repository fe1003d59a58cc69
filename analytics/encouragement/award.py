"""A badge that was earned: when, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from training.records.ids import ActivityId, EnrolmentId, ModuleId, SlotId


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One badge of one enrolment, with the facts that gave it.

    `earned_on` is the local day on which the last of them was there; `module_id` the module that it is about, where it
    is about one. `statement_ids` are the statements that those facts rest on, at most once each.
    """

    badge: str
    enrolment_id: EnrolmentId
    earned_on: date
    module_id: ModuleId | None = None
    activity_ids: tuple[ActivityId, ...] = ()
    slot_ids: tuple[SlotId, ...] = ()
    statement_ids: tuple[UUID, ...] = ()
