"""The half-days of a training session: who signed, who is missing, and whether the trainer countersigned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from analytics.facts import Presence, SlotFact
from dashboards.views.lens import Lens
from lrs.clock import to_datetime
from training.attendance.openings import Openings, Signing
from training.records.ids import PersonId
from training.records.modality import Modality
from training.records.slot import Slot

_THERE = frozenset((Presence.PRESENT, Presence.PARTIAL, Presence.LATE, Presence.LEFT_EARLY))
_AWAY = frozenset((Presence.ABSENT_JUSTIFIED, Presence.ABSENT_UNJUSTIFIED))


class SlotState(StrEnum):
    """How far a half-day is.

    Attributes:
        CANCELLED: It is not held.
        UPCOMING: It has not ended, and nobody has opened it.
        OPEN: Trainees can sign.
        TO_SIGN: It is over, and of somebody nothing says whether they were there.
        TO_COUNTERSIGN: It is over, everybody is accounted for, and nobody has countersigned the sheet.
        DONE: It is over, and nothing is left to do.
    """

    CANCELLED = "cancelled"
    UPCOMING = "upcoming"
    OPEN = "open"
    TO_SIGN = "to_sign"
    TO_COUNTERSIGN = "to_countersign"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotLine:
    """One half-day. `present`, `absent` and `unknown` count the trainees of whom presence is due."""

    slot: Slot
    module: str
    trainer: str
    state: SlotState
    present: int
    absent: int
    unknown: int
    is_countersigned: bool


def half_days_of(lens: Lens, session_id: str, facts: Iterable[SlotFact]) -> tuple[SlotLine, ...]:
    """Return the half-days of a session within, in order of time; `facts` are those of its slots."""
    session = lens.session(session_id)
    slots = lens.records.slots_of(session.id)
    signings = Openings(lens.services).signings(lens.viewer.organisation, (slot.id for slot in slots))
    counts: dict[str, Counter[str]] = {}
    for fact in facts:
        counts.setdefault(fact.slot_id, Counter())[kind_of(fact)] += 1
    programme = lens.records.programme_of(session.id)
    now = to_datetime(lens.now)
    found = []
    for slot in slots:
        module = None if programme is None else programme.find_module(slot.module_id or "")
        count, signing = counts.get(slot.id, Counter()), signings.get(slot.id)
        found.append(
            SlotLine(
                slot=slot,
                module="" if module is None else module.title or module.id,
                trainer=_trainer(lens, slot, session.trainer_ids),
                state=state_of(slot, signing, count, now),
                present=count["present"],
                absent=count["absent"],
                unknown=count["unknown"],
                is_countersigned=signing is not None and signing.countersignature_id is not None,
            )
        )
    return tuple(found)


def kind_of(fact: SlotFact) -> str:
    """Return how a trainee counts in a half-day: present, absent, unknown, or beside where nothing is due."""
    if fact.presence in _THERE:
        return "present"
    if fact.presence in _AWAY:
        return "absent"
    return "unknown" if fact.presence is Presence.UNKNOWN and fact.is_due else "beside"


def state_of(slot: Slot, signing: Signing | None, counts: Mapping[str, int], now: datetime) -> SlotState:
    """Say how far a half-day is.

    A class at a distance that nobody opened for signing is done when its own log says who was there: such a log needs
    no countersignature (compliance 1.5).
    """
    if slot.cancelled is not None:
        return SlotState.CANCELLED
    opening = None if signing is None else signing.opening
    if opening is not None and opening.closed is None and to_datetime(opening.expires) > now:
        return SlotState.OPEN
    if slot.ends_at > now:
        return SlotState.UPCOMING
    if counts.get("unknown", 0):
        return SlotState.TO_SIGN
    is_logged = slot.mode is Modality.SYNC_REMOTE and opening is None
    if is_logged or (signing is not None and signing.countersignature_id is not None):
        return SlotState.DONE
    # Of a sheet on which nobody stands there is nothing to countersign.
    return SlotState.TO_COUNTERSIGN if counts.get("present", 0) or counts.get("absent", 0) else SlotState.DONE


def _trainer(lens: Lens, slot: Slot, usual: Iterable[PersonId]) -> str:
    """Return the names of whoever teaches a half-day: its own trainer, else those of the session."""
    people = lens.records.people
    names = [slot.trainer_id] if slot.trainer_id is not None else list(usual)
    found = [people[lens.records.survivor(name)] for name in names if lens.records.survivor(name) in people]
    return ", ".join(person.name or person.id for person in found)
