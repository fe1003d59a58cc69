"""A small organisation with statements, a document and a person who may do things to them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from evidence.archive import Kind
from evidence.content import DocumentType
from evidence.issuing.code import new_code
from evidence.issuing.document import IssuedDocument, Status
from evidence.retention.classes import RetentionClass
from evidence.retention.erasing import Erasing
from evidence.retention.running import Retention
from evidence.store.issued import IssuedDocuments
from tests.analytics.store.campus import Campus

BY = "credential:essai"
YEAR = 366 * 86_400


class Office(Campus):
    """A campus that issues documents, erases and retains."""

    def __init__(self, services, caller) -> None:
        super().__init__(services, caller)
        self.erasing = Erasing(services)
        self.retention = Retention(services)
        self.codes: dict[str, str] = {}
        self.archive, self.holds, self.trail = self.erasing.archive, self.erasing.holds, self.erasing.trail

    def issue(self, name: str, *cited: UUID, enrolment_id: str = "e1", data: bytes = b"") -> str:
        """Put a document on file that includes some statements; return the address of its file."""
        code = self.codes[name] = new_code(self.services.ids)
        person = {"e1": "lea", "e2": "yann", "e3": "lea"}[enrolment_id]
        data = data or f"%PDF {name}".encode()
        about = [f"document:{code}", "training_session:janvier", f"enrolment:{enrolment_id}", f"person:{person}"]
        file = self.archive.put(
            self.organisation, Kind.DOCUMENT, "application/pdf", data, RetentionClass.DOCUMENTS, about
        )
        now = self.services.clock.now_micros()
        document = IssuedDocument(
            organisation=self.organisation, code=code, number=f"N-{code}", version=1, type=DocumentType.CERTREAL,
            status=Status.VALID, session_id="janvier", enrolment_id=enrolment_id, enrolments=(enrolment_id,),
            people=(person,), first_on=None, last_on=None, title="Droit du travail", holder="Léa Martin", provider="OF",
            as_of=now, issued_at=now, issued_by=BY, digest=file.sha256, size_bytes=len(data), evidence_digest="0" * 64,
            inputs=code, substance=code,
        )  # fmt: skip
        self.services.store.transaction(
            lambda session: IssuedDocuments(self.services.store).insert(document, code, cited, [], session)
        )
        return file.sha256

    def left(self) -> set[UUID]:
        """Return the statements that still have bytes, the product's own left out."""
        rows = self.services.store.collection("statements").find({"o": self.organisation, "b": {"$exists": True}})
        return {UUID(bytes=bytes(row["_id"])[4:]) for row in rows if row["k"] != "Effacement légal"}


@pytest.fixture
def office(services, organisation, caller) -> Office:
    """Two trainees in two sessions of January 2026, and somebody nobody knows."""
    found = Office(services, caller)
    found.furnish()
    return found


FIRST = date(2026, 1, 5)
