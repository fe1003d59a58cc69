"""Documents in the application's own database, for the pages to say how they stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from evidence.content import DocumentType
from evidence.issuing.document import IssuedDocument, Status
from evidence.store.issued import IssuedDocuments
from lrs.clock import Micros
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.evidence.verification.conftest import Sealed, authority, centre, layout, sealed, workshop

__all__ = ["authority", "centre", "layout", "sealed", "workshop"]

CODE = "ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ"
NEWER = "ZYXWV-UTSRQ-PONML-KJIHG-FEDCBA"


@dataclass(frozen=True)
class Shelf:
    """Puts documents into the database as issuing does."""

    services: Services
    organisation: OrganisationId

    def put(self, document: IssuedDocument) -> IssuedDocument:
        store = self.services.store
        store.transaction(lambda session: IssuedDocuments(store).insert(document, document.code, (), (), session))
        return document

    def document(self, **members: Any) -> IssuedDocument:
        at = Micros(self.services.clock.now_micros())
        plain = IssuedDocument(
            organisation=self.organisation, code=CODE, number="CERTREAL-2026-000001", version=1,
            type=DocumentType.CERTREAL, status=Status.VALID, session_id="une-session", enrolment_id="une-inscription",
            enrolments=("une-inscription",), people=("une-personne",), first_on=None, last_on=None,
            title="Droit du travail", holder="Léa Martin", provider="Atelier des Savoirs SAS", as_of=at, issued_at=at,
            issued_by="account:7", digest="0123456789abcdef" * 4, size_bytes=1, evidence_digest="", inputs="",
            substance="", is_development=True,
        )  # fmt: skip
        return self.put(replace(plain, **members))


@pytest.fixture
def shelf(services: Services, organisation: OrganisationId) -> Shelf:
    return Shelf(services, organisation)


@pytest.fixture
def real(sealed: Sealed, shelf: Shelf) -> Sealed:
    """A sealed document, issued in this database."""
    if IssuedDocuments(shelf.services.store).find(sealed.document.code) is None:
        shelf.put(replace(sealed.document, organisation=shelf.organisation))
    return sealed
