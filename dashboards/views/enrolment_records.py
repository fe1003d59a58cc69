"""The records that one enrolment's file is read with, as they are or as they were at an instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboards.views.lens import Lens
from lrs.clock import Micros
from lrs.errors import NotFound
from training.records.enrolment import Enrolment
from training.records.ids import SlotId
from training.records.kinds import Kind, Record
from training.records.person import Person
from training.records.programme import Programme
from training.records.session import TrainingSession
from training.records.slot import Slot
from training.rules.references import reference_key
from training.store import RecordReader

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class RecordsThen:
    """What one file needs of the records: of one enrolment, never of the whole organisation."""

    enrolment: Enrolment
    person: Person
    session: TrainingSession
    programme: Programme | None
    slots: Mapping[SlotId, Slot]


def read_records(lens: Lens, enrolment: Enrolment, as_of: int | None) -> RecordsThen:
    """Return the records of an enrolment within the scope; raises NotFound for what was not there then."""
    person = lens.person(enrolment.person_id)
    if as_of is None:
        session = lens.session(enrolment.session_id)
        slots = {slot.id: slot for slot in lens.records.slots_of(session.id)}
        return RecordsThen(enrolment, person, session, lens.records.programme_of(session.id), slots)
    past = _Past(lens, Micros(as_of))
    then = past.get(Kind.ENROLMENT, enrolment.id)
    held = past.get(Kind.TRAINING_SESSION, enrolment.session_id)
    # Whoever teaches the session that somebody is in now was not shown the one, or the person, that it was then.
    is_other = isinstance(then, Enrolment) and (then.session_id, then.person_id) != (
        enrolment.session_id, enrolment.person_id
    )  # fmt: skip
    is_hidden = is_other and not lens.scope.is_whole
    if not isinstance(then, Enrolment) or not isinstance(held, TrainingSession) or is_hidden:
        message = "There was no enrolment of this id then."
        raise NotFound(message)
    return RecordsThen(then, person, held, past.programme(held), past.slots(held))


class _Past:
    """Reads records as they were at one instant."""

    def __init__(self, lens: Lens, as_of: Micros) -> None:
        self._reader = RecordReader(lens.services.store, lens.services.clock)
        self._organisation = lens.viewer.organisation
        self._as_of = as_of

    def get(self, kind: Kind, name: str) -> Record:
        return self._reader.get(self._organisation, kind, name, self._as_of).record

    def programme(self, session: TrainingSession) -> Programme | None:
        """Return the programme at the version that a session keeps to, else as it was then."""
        kept = session.programme_version
        if kept is not None:
            found = self._reader.history(
                self._organisation, Kind.PROGRAMME, session.programme_id, after=kept - 1, limit=1
            )
            return next((item.record for item in found if isinstance(item.record, Programme)), None)
        try:
            record = self.get(Kind.PROGRAMME, session.programme_id)
        except NotFound:
            return None
        return record if isinstance(record, Programme) else None

    def slots(self, session: TrainingSession) -> dict[SlotId, Slot]:
        found: dict[SlotId, Slot] = {}
        key, after = reference_key(Kind.TRAINING_SESSION, session.id), ""
        while page := self._reader.page(
            self._organisation, Kind.SLOT, key=key, after=after, limit=_PAGE, as_of=self._as_of
        ):
            found |= {item.record.id: item.record for item in page if isinstance(item.record, Slot)}
            after = page[-1].record_id
        return found
