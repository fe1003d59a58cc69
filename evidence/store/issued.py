"""Issued documents in MongoDB: every version, found by code, enrolment, session, type and status.

`issued_documents`: `_id` the code; the members of `evidence.issuing.document.IssuedDocument` beside it. `issued_series`:
what is asked again and again under one name (organisation, type, subject): its number, its current version, and who is
at work on the next one.
"""

from __future__ import annotations

from collections.abc import Sequence

from evidence.content import DocumentType
from evidence.issuing.document import IssuedDocument, Status
from lrs.caller import OrganisationId
from lrs.store.database import Store
from training.records.ids import EnrolmentId, SessionId

DOCUMENTS = "issued_documents"
SERIES = "issued_series"


class IssuedDocuments:
    """Reads issued documents."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(DOCUMENTS)

    def find(self, code: str) -> IssuedDocument | None:
        """Return a document by its code, of whatever organisation: the code is secret enough to be asked by anybody."""
        raise NotImplementedError

    def get(self, organisation: OrganisationId, code: str) -> IssuedDocument:
        """Return a document of an organisation; raises NotFound."""
        raise NotImplementedError

    def find_digest(self, organisation: OrganisationId, digest: str) -> IssuedDocument | None:
        """Return the document whose PDF has this SHA-256."""
        raise NotImplementedError

    def of_enrolment(self, organisation: OrganisationId, enrolment_id: EnrolmentId) -> list[IssuedDocument]:
        """Return every version of every document of an enrolment, oldest first; sheets it is on are the session's."""
        raise NotImplementedError

    def of_session(self, organisation: OrganisationId, session_id: SessionId) -> list[IssuedDocument]:
        """Return every version of every document of a session, those of its enrolments included, oldest first."""
        raise NotImplementedError

    def page(
        self,
        organisation: OrganisationId,
        *,
        enrolment_id: EnrolmentId | None = None,
        session_id: SessionId | None = None,
        types: Sequence[DocumentType] = (),
        statuses: Sequence[Status] = (),
        before: tuple[int, str] | None = None,
        limit: int = 50,
    ) -> list[IssuedDocument]:
        """Return documents, newest first; `before` is the `issued_at` and the code of the last one shown."""
        raise NotImplementedError
