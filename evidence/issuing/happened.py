"""What became of documents, as events: issued, replaced, withdrawn. Each stands once in the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from evidence.issuing.document import IssuedDocument
from evidence.store.issued import IssuedDocuments
from evidence.store.trail import Trail
from evidence.trail.entry import Act, TrailEntry
from lrs.clock import Clock, Micros
from lrs.errors import NotFound
from lrs.forwarding.event import Event
from lrs.sending.happenings import Followed
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

_KIND: Final = "document:"


class Documents:
    """Follows the trail by its numbers: they are dense and in the order of commits, so nothing is ever passed over."""

    name = "documents"

    def __init__(self, store: Store, clock: Clock) -> None:
        self._trail = Trail(store, clock)
        self._documents = IssuedDocuments(store)

    def end(self, organisation: OrganisationId) -> int:
        """Return how many entries the trail has."""
        return self._trail.head(organisation).count

    def after(self, organisation: OrganisationId, position: int, limit: int) -> Followed:
        """Return what became of documents in the next `limit` entries."""
        entries = list(self._trail.entries(organisation, after=position, limit=limit))
        events = [event for entry in entries for event in self._events(entry)]
        last = entries[-1].number if entries else position
        return Followed(events, last, more=len(entries) == limit, is_counted=True)

    def _events(self, entry: TrailEntry) -> Iterator[Event]:
        deed = entry.deed
        if deed.act not in (Act.ISSUED, Act.REVOKED) or not deed.what.startswith(_KIND):
            return
        try:
            document = self._documents.get(entry.organisation, deed.what.removeprefix(_KIND))
        except NotFound:
            return
        if deed.act is Act.REVOKED:
            yield _event("document.revoked", document, entry.at)
            return
        if document.replaces is not None:
            # First: whoever keeps documents takes the old one away before the new one comes.
            yield from self._replaced(document, entry.at)
        yield _event("document.issued", document, entry.at)

    def _replaced(self, document: IssuedDocument, at: Micros) -> Iterator[Event]:
        try:
            before = self._documents.get(document.organisation, document.replaces or "")
        except NotFound:
            return
        yield _event("document.replaced", before, at, replaced_by=document.code)


def _event(kind: str, document: IssuedDocument, at: Micros, **more: str) -> Event:
    """Return one event: what the document is and whose by id, with no name, no title and no reason."""
    data = {
        "code": document.code, "number": document.number, "document_version": document.version,
        "document_type": document.type.value, "session_id": document.session_id,
        "enrolment_id": document.enrolment_id, "sha256": document.digest, **more,
    }  # fmt: skip
    return Event(document.organisation, kind, document.code, f"document:{document.number}", at, data)
