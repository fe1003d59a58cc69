"""Issued documents to read: rows and archived bytes as issuing leaves them; only their seals are missing."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from evidence.archive import Kind
from evidence.content import DocumentType
from evidence.issuing.code import new_code
from evidence.issuing.document import IssuedDocument, Status
from evidence.retention.classes import RetentionClass
from evidence.store.archive import Archive
from evidence.store.issued import IssuedDocuments
from evidence.store.trail import Trail
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, SessionId


def issue(
    services: Services,
    organisation: OrganisationId,
    session_id: str,
    *names: str,
    kind: DocumentType = DocumentType.CERTREAL,
    **given: Any,
) -> IssuedDocument:
    """Put a document on file that names these enrolments: of one, it is that one's; of several, their session's."""
    now, code = services.clock.now_micros(), new_code(services.ids)
    pdf = f"%PDF-1.7 {code}".encode()
    about = [f"document:{code}", f"training_session:{session_id}", *(f"enrolment:{name}" for name in names)]
    archive = Archive(services.store, services.clock, Trail(services.store, services.clock))
    archive.put(organisation, Kind.DOCUMENT, "application/pdf", pdf, RetentionClass.DOCUMENTS, about)
    fields: dict[str, Any] = {
        "organisation": organisation, "code": code, "number": f"{kind.value}-2026-{sha256(pdf).hexdigest()[:6]}",
        "version": 1, "type": kind, "status": Status.VALID, "session_id": SessionId(session_id),
        "enrolment_id": EnrolmentId(names[0]) if len(names) == 1 else None, "enrolments": names, "people": (),
        "first_on": None, "last_on": None, "title": "Prévention", "holder": ", ".join(names), "provider": "Atelier",
        "as_of": now, "issued_at": now, "issued_by": "assidu", "digest": sha256(pdf).hexdigest(),
        "size_bytes": len(pdf), "evidence_digest": "0" * 64, "inputs": code, "substance": code, "seal_level": "B-T",
    }  # fmt: skip
    document = IssuedDocument(**{**fields, **given})
    documents = IssuedDocuments(services.store)
    services.store.transaction(lambda session: documents.insert(document, code, (), (), session))
    return document
