"""Which half-days there are, and how far each is: read without opening their sheets, of which a month has hundreds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from dashboards.attendance.calendar import Item
from lrs.clock import Clock
from lrs.errors import NotFound
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.attendance import SheetState
from training.attendance.openings import Opening, Openings
from training.records.kinds import Kind
from training.records.programme import Programme
from training.records.session import TrainingSession
from training.records.slot import Slot
from training.rules.references import reference_key
from training.store import RecordReader

# How many half-days are read from the register at a time.
_PAGE = 500


@dataclass(frozen=True, slots=True)
class _Kept:
    """What an organisation's records said when `change` was their last: half-days by day, courses and titles."""

    change: int
    days: dict[date, list[Slot]]
    courses: dict[str, tuple[ZoneInfo, str, str]]


class Agenda:
    """The half-days of every organisation."""

    def __init__(self, services: Services) -> None:
        self._clock: Clock = services.clock
        self._records = RecordReader(services.store, services.clock)
        self._openings = Openings(services)
        self._kept: dict[OrganisationId, _Kept] = {}

    def items(self, organisation: OrganisationId, since: date, until: date) -> list[Item]:
        """Return the half-days held from one day to another, both included, in order of time."""
        kept = self._current(organisation)
        found = [slot for day, slots in kept.days.items() if since <= day <= until for slot in slots]
        found.sort(key=lambda slot: (slot.starts_at, slot.id))
        return [self._item(organisation, kept, slot) for slot in found]

    def course(self, organisation: OrganisationId, session_id: str) -> tuple[TrainingSession, str, list[Slot]]:
        """Return a training session, its title and its half-days in order of time; raises NotFound."""
        course = self._session(organisation, session_id)
        slots = self._slots(organisation, reference_key(Kind.TRAINING_SESSION, session_id))
        return course, self._title(organisation, course), sorted(slots, key=lambda slot: (slot.starts_at, slot.id))

    def _item(self, organisation: OrganisationId, kept: _Kept, slot: Slot) -> Item:
        if slot.session_id not in kept.courses:
            course = self._session(organisation, slot.session_id)
            title = self._title(organisation, course)
            kept.courses[slot.session_id] = (course.zone, title, course.title if course.title != title else "")
        zone, title, session = kept.courses[slot.session_id]
        opening = self._openings.find(organisation, slot.id)
        signed = self._openings.countersignature_id(organisation, slot.id) is not None
        return Item(slot, title, zone, self._state(opening), signed, session=session)

    def _state(self, opening: Opening | None) -> SheetState:
        if opening is None:
            return SheetState.NOT_OPENED
        return SheetState.OPEN if opening.is_open(self._clock.now_micros()) else SheetState.CLOSED

    def _current(self, organisation: OrganisationId) -> _Kept:
        """Return what is kept of an organisation's records, read again only when they have changed."""
        change = self._records.head(organisation).change
        kept = self._kept.get(organisation)
        if kept is None or kept.change != change:
            days: dict[date, list[Slot]] = {}
            for slot in self._slots(organisation):
                days.setdefault(slot.held_on, []).append(slot)
            kept = self._kept[organisation] = _Kept(change, days, {})
        return kept

    def _slots(self, organisation: OrganisationId, key: str | None = None) -> list[Slot]:
        found: list[Slot] = []
        after = ""
        while page := self._records.page(organisation, Kind.SLOT, key=key, after=after, limit=_PAGE):
            found.extend(entry.record for entry in page if isinstance(entry.record, Slot))
            after = page[-1].record_id
        return found

    def _session(self, organisation: OrganisationId, session_id: str) -> TrainingSession:
        record = self._records.get(organisation, Kind.TRAINING_SESSION, session_id).record
        if not isinstance(record, TrainingSession):
            raise NotFound("There is no training session of this id.")
        return record

    def _title(self, organisation: OrganisationId, course: TrainingSession) -> str:
        """Return the title that its sheets have: the programme's, at the version that the session keeps to."""
        kept = course.programme_version
        entries = [self._records.get(organisation, Kind.PROGRAMME, course.programme_id)]
        if kept is not None:
            entries += self._records.history(organisation, Kind.PROGRAMME, course.programme_id, after=kept - 1, limit=1)
        programme = entries[-1].record
        return (programme.title if isinstance(programme, Programme) else "") or course.title or course.id
