"""Have documents issued for a session or for somebody in it: started here, made by the worker's processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboards.views.lens import Lens
from dashboards.views.session import person_name
from evidence.content import DocumentType
from evidence.issuing.batch import Batch, BatchItem
from evidence.issuing.batches import BatchOrder, start_batch
from evidence.issuing.gathering import Gathering
from evidence.store.archive import Archive
from evidence.store.batches import Batches
from lrs.errors import InvalidRequest, Problem
from training.access import STAFF

_ITEMS_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Made:
    """One document of a batch, with the name of whom it is for; empty for a sheet of everybody."""

    item: BatchItem
    name: str


def issue(lens: Lens, document_type: str, session_id: str, enrolment_id: str | None = None) -> Batch:
    """Start to issue a kind of document for everybody in a session, or for one enrolment of it.

    Whoever is not ready is refused with everything that is missing; who has a document that says the same keeps it.
    Raises Forbidden but for STAFF, NotFound outside the scope, InvalidRequest for no kind of document.
    """
    lens.viewer.require(STAFF)
    session = lens.session(session_id)
    only = None if enrolment_id is None else frozenset((lens.enrolment(enrolment_id).id,))
    if document_type not in set(DocumentType):
        message = "There is no such kind of document."
        raise InvalidRequest(message, [Problem("/type", message, ", ".join(DocumentType))])
    services = lens.services
    order = BatchOrder(DocumentType(document_type), session.id, lens.viewer.trail_name, only=only)
    gathering = Gathering(services.store, services.clock)
    return start_batch(
        Batches(services.store), gathering, services.clock, services.ids, lens.viewer.organisation, order
    )


def made_in(lens: Lens, batch: Batch) -> tuple[Made, ...]:
    """Return what became of each document of a batch of a session within, in order."""
    lens.viewer.require(STAFF)
    lens.session(batch.session_id)
    items = Batches(lens.services.store).items(lens.viewer.organisation, batch.id, limit=_ITEMS_MOST)
    records = lens.records
    return tuple(
        Made(item, "" if item.enrolment_id is None else person_name(records, records.enrolments[item.enrolment_id]))
        for item in items
        if item.enrolment_id is None or item.enrolment_id in records.enrolments
    )


def read_document(lens: Lens, code: str, why: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a document within the scope; the trail says who read it, and `why`.

    Raises NotFound, and Conflict for a file that was destroyed in its time.
    """
    document = lens.document(code)
    archive = Archive(lens.services.store, lens.services.clock, lens.sources.trail)
    content = archive.read(lens.viewer.organisation, document.digest, lens.viewer.trail_name, why)
    return f"{document.number}-v{document.version}.pdf", content
