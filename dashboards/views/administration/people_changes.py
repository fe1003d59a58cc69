"""Saying that two people on record are one, and that they are not: nothing is lost, and each undoes the other."""

from __future__ import annotations

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.records_changes import change_records
from dashboards.views.lens import Lens
from lrs.errors import Conflict, NotFound
from training.records.ids import PersonId
from training.records.kinds import Kind
from training.records.person import Person, merged, unmerged
from training.store import Change, RecordReader


def merge_people(lens: Lens, person_id: str, into: str) -> None:
    """Let whatever is known of one person count for another; raises InvalidRequest for a circle, NotFound."""
    person, version = _person(lens, person_id)
    change_records(lens, [Change(Kind.PERSON, person.id, merged(person, PersonId(into)), version)])


def split_people(lens: Lens, person_id: str) -> None:
    """Undo a merge; raises Conflict for somebody who was not merged, NotFound."""
    person, version = _person(lens, person_id)
    if person.merged_into is None:
        message = "This person was not merged into anybody."
        raise Conflict(message)
    change_records(lens, [Change(Kind.PERSON, person.id, unmerged(person), version)])


def _person(lens: Lens, person_id: str) -> tuple[Person, int]:
    lens.viewer.require(ADMINISTRATORS)
    reader = RecordReader(lens.services.store, lens.services.clock)
    entry = reader.get(lens.viewer.organisation, Kind.PERSON, person_id)
    if not isinstance(entry.record, Person):
        message = "There is no person of this id."
        raise NotFound(message)
    return entry.record, entry.version
