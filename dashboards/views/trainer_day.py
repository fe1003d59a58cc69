"""A trainer's half-days: today's and the next ones, and those that are over and still lack something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from dashboards.formats import PARIS
from dashboards.views.lens import Lens
from dashboards.views.session import session_title
from dashboards.views.session_half_days import SlotState, kind_of, state_of
from lrs.clock import to_datetime
from training.attendance import Line
from training.attendance.openings import Openings, Signing
from training.attendance.sheets import Sheets
from training.law import load_law
from training.records.ids import SessionId
from training.records.slot import Slot

# How far ahead a trainer prepares, and how far back a sheet can still be put right without digging.
AHEAD: Final = timedelta(days=7)
BACK: Final = timedelta(days=60)
# Of a whole organisation, what a screen holds.
_OPEN_MOST: Final = 20
UNFINISHED_MOST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Who of an open half-day has signed, is there without a signature, is away; and of whom nothing is known."""

    signed: tuple[str, ...]
    unsigned: tuple[str, ...]
    away: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def expected(self) -> int:
        """How many are expected."""
        return len(self.signed) + len(self.unsigned) + len(self.away) + len(self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtSlot:
    """One half-day. `names` is read live where it is being signed, None elsewhere.

    `present`, `absent` and `unknown` count the trainees of whom presence is due, as facts have them.
    """

    slot: Slot
    title: str
    module: str
    place: str
    state: SlotState
    was_opened: bool
    is_countersigned: bool
    present: int
    absent: int
    unknown: int
    names: Names | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachingDay:
    """What a trainer does now. `unfinished` lack something though they are over; `unfinished_more` are not shown."""

    today: date
    slots: tuple[TaughtSlot, ...]
    coming: tuple[TaughtSlot, ...]
    unfinished: tuple[TaughtSlot, ...]
    unfinished_more: int


def teaching_day(lens: Lens) -> TeachingDay:
    """Return the half-days that the viewer teaches; of whoever answers for the organisation, everybody's."""
    now = to_datetime(lens.now)
    today = now.astimezone(PARIS).date()
    taught = [slot for slot in taught_slots(lens) if today - BACK <= slot.held_on <= today + AHEAD]
    signings = Openings(lens.services).signings(lens.viewer.organisation, (slot.id for slot in taught))
    counts = _counts(lens, {slot.session_id for slot in taught if slot.held_on <= today})
    found = [_taught(lens, slot, signings.get(slot.id), counts.get(slot.id, Counter()), now) for slot in taught]
    late = [item for item in found if item.slot.held_on < today and lacks_something(item)]
    slots = [item for item in found if item.slot.held_on == today]
    return TeachingDay(
        today=today,
        slots=tuple(with_names(lens, slots)),
        coming=tuple(item for item in found if item.slot.held_on > today),
        unfinished=tuple(with_names(lens, late[:UNFINISHED_MOST])),
        unfinished_more=max(0, len(late) - UNFINISHED_MOST),
    )


def taught_slots(lens: Lens) -> list[Slot]:
    """Return the half-days of sessions within that the viewer teaches, in order of time."""
    records = lens.records
    me = None if lens.viewer.person_id is None else records.survivor(lens.viewer.person_id)

    def is_mine(slot: Slot) -> bool:
        named = (slot.trainer_id,) if slot.trainer_id is not None else records.sessions[slot.session_id].trainer_ids
        return any(records.survivor(name) == me for name in named)

    every = (slot for name in lens.scope.sessions for slot in records.slots_of(name))
    found = list(every) if lens.scope.is_whole else [slot for slot in every if is_mine(slot)]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.id))


def lacks_something(item: TaughtSlot) -> bool:
    """Say whether a half-day that is over wants something of its trainer."""
    return item.state in (SlotState.OPEN, SlotState.TO_SIGN, SlotState.TO_COUNTERSIGN)


def with_names(lens: Lens, items: Sequence[TaughtSlot]) -> list[TaughtSlot]:
    """Return half-days with who has signed, where that is happening now: read from the log, not from facts."""
    sheets = Sheets(lens.services, load_law())
    found, left = [], _OPEN_MOST
    for item in items:
        if item.state is SlotState.OPEN and left:
            left -= 1
            lines = sheets.get(lens.viewer.organisation, item.slot.id).sheet.lines
            found.append(replace(item, names=names_of(lines)))
        else:
            found.append(item)
    return found


def names_of(lines: Iterable[Line]) -> Names:
    """Sort the trainees of a sheet who are expected by what is known of them."""
    expected = [line for line in lines if line.is_expected]
    there = [line for line in expected if line.mark is not None and line.mark.status.is_present]
    return Names(
        signed=tuple(line.name for line in there if line.is_signed),
        unsigned=tuple(line.name for line in there if not line.is_signed),
        away=tuple(line.name for line in expected if line.mark is not None and not line.mark.status.is_present),
        missing=tuple(line.name for line in expected if line.mark is None),
    )


def _counts(lens: Lens, sessions: Iterable[SessionId]) -> dict[str, Counter[str]]:
    """Count who was there in the half-days of some sessions.

    Of a whole organisation this is not read: its managers have a page for that, and this one shows what is opened.
    """
    counts: dict[str, Counter[str]] = {}
    if not lens.scope.is_whole:
        for fact in lens.slots_of(sessions):
            counts.setdefault(fact.slot_id, Counter())[kind_of(fact)] += 1
    return counts


def _taught(lens: Lens, slot: Slot, signing: Signing | None, counts: Mapping[str, int], now: datetime) -> TaughtSlot:
    session = lens.records.sessions[slot.session_id]
    programme = lens.records.programme_of(session.id)
    module = None if programme is None else programme.find_module(slot.module_id or "")
    was_opened = signing is not None and signing.opening is not None
    is_countersigned = signing is not None and signing.countersignature_id is not None
    state = state_of(slot, signing, counts, now)
    # Signed and closed before its hour is over; or of a whole organisation, whose trainees are not counted here.
    is_signed = was_opened and state in (SlotState.UPCOMING, SlotState.DONE)
    if is_signed and (state is SlotState.UPCOMING or lens.scope.is_whole):
        state = SlotState.DONE if is_countersigned else SlotState.TO_COUNTERSIGN
    return TaughtSlot(
        slot=slot,
        title=session_title(lens.records, session),
        module="" if module is None else module.title or module.id,
        place=slot.place or session.place,
        state=state,
        was_opened=was_opened,
        is_countersigned=is_countersigned,
        present=counts.get("present", 0),
        absent=counts.get("absent", 0),
        unknown=counts.get("unknown", 0),
    )
