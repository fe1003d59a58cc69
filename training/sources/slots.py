"""Which half-days somebody may have been at: those of the session that is named, else of all they are enrolled in."""

from __future__ import annotations

from dataclasses import dataclass

from training.records.enrolment import Enrolment
from training.records.ids import PersonId
from training.records.slot import Slot
from training.sources.plan import Context


@dataclass(frozen=True, slots=True)
class Expected:
    """A half-day, and under which enrolment somebody may have been there."""

    slot: Slot
    enrolment: Enrolment


def expected_of(person: PersonId, context: Context) -> list[Expected]:
    """Return somebody's half-days in order of time, without those that were cancelled."""
    records, wanted = context.records, context.session_id
    found = [
        Expected(slot, enrolment)
        for enrolment in records.enrolments_of(person)
        if wanted is None or enrolment.session_id == wanted
        for slot in records.slots_of(enrolment.session_id)
        if slot.cancelled is None and (context.asked.slot_id is None or slot.id == context.asked.slot_id)
    ]
    return sorted(found, key=lambda item: (item.slot.starts_at, item.slot.id))
