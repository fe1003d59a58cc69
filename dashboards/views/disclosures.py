"""Who read what of an enrolment: what its learner is told, from the audit trail.

Readings of the enrolment itself and of the documents that it is in, sheets of its class included. What the trainee read
of themself is marked, not left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from dashboards.views.lens import Lens
from evidence.issuing.document import IssuedDocument
from evidence.store.trail import TrailQuery
from evidence.trail.entry import Act, TrailEntry
from lrs.clock import Micros
from training.access import Role
from training.accounts.readers import ReaderKind, TrailReader, find_readers
from training.records.ids import EnrolmentId


class Disclosed(StrEnum):
    """What was read: what is recorded and worked out of the enrolment, or one issued document."""

    RECORD = "record"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One reading.

    `reader` says what read, `role` as what, where that is known; `reader_name` is the funder's name or the label of
    another system's key, empty for somebody who works for the organisation: who exactly is the organisation's to say.
    `place` is where, as `Lens.note_reading` was told, or the purpose that was given. `number` is the trail's.
    """

    number: int
    at: Micros
    enrolment_id: EnrolmentId
    what: Disclosed
    document_code: str | None
    document_number: str | None
    reader: ReaderKind
    role: Role | None
    reader_name: str
    is_self: bool
    place: str


def disclosures(lens: Lens, enrolment_id: str) -> tuple[Disclosure, ...]:
    """Return who read what of an enrolment within the scope, newest first; raises NotFound."""
    name = lens.enrolment(enrolment_id).id
    organisation, sources = lens.viewer.organisation, lens.sources
    # Of a sheet of the class too, which the trainee may not read: who read it has read of them.
    documents = {f"archive:{item.digest}": item for item in sources.documents.of_enrolment(organisation, name)}
    queries = [TrailQuery(act=Act.READ, what=what) for what in (f"enrolment:{name}", *documents)]
    entries = list(chain.from_iterable(sources.trail.entries(organisation, query) for query in queries))
    readers = find_readers(sources.services, organisation, {entry.deed.who for entry in entries})
    found = [
        _disclosure(lens, name, entry, readers[entry.deed.who], documents.get(entry.deed.what)) for entry in entries
    ]
    return tuple(sorted(found, key=lambda item: item.number, reverse=True))


def _disclosure(
    lens: Lens, enrolment_id: EnrolmentId, entry: TrailEntry, reader: TrailReader, document: IssuedDocument | None
) -> Disclosure:
    records = lens.records
    trainee = records.survivor(records.enrolments[enrolment_id].person_id)
    funder = None if reader.funder_id is None else records.funders.get(reader.funder_id)
    return Disclosure(
        number=entry.number,
        at=entry.at,
        enrolment_id=enrolment_id,
        what=Disclosed.RECORD if document is None else Disclosed.DOCUMENT,
        document_code=None if document is None else document.code,
        document_number=None if document is None else document.number,
        reader=reader.kind,
        role=reader.role,
        reader_name=reader.label if funder is None else funder.name,
        is_self=reader.person_id is not None and records.survivor(reader.person_id) == trainee,
        place=entry.deed.why,
    )
