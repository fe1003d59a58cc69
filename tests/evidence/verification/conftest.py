"""Real documents, issued and sealed once for all tests here: what they are made into is each test's business."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from evidence.content import DocumentType
from evidence.issuing.document import IssuedDocument
from evidence.verification.trust import Trust
from tests.evidence.issuing.conftest import LEA, Centre, authority, centre, layout, workshop

__all__ = ["authority", "centre", "layout", "workshop"]


@dataclass(frozen=True)
class Sealed:
    """One issued document: the file, what is known of it, and whom to trust."""

    pdf: bytes
    document: IssuedDocument
    trust: Trust


_KEPT: dict[DocumentType, Sealed] = {}


def issue(centre: Centre, kind: DocumentType) -> Sealed:
    issued = centre.issuer.issue(centre.organisation, kind, LEA, "account:7").document
    pdf = centre.workshop.archive.read(centre.organisation, issued.digest, "account:7", "essai")
    issuer = centre.workshop.seals._issuer
    assert issuer is not None
    root = issuer.root()
    key = centre.workshop.ledger.verifier_key(centre.organisation)
    assert key is not None
    return Sealed(pdf, issued, Trust((root,), (root,), (key,)))


@pytest.fixture
def sealed(request: pytest.FixtureRequest) -> Sealed:
    """A certificat de réalisation."""
    kind = DocumentType.CERTREAL
    if kind not in _KEPT:
        found: Centre = request.getfixturevalue("centre")
        found.is_taught()
        _KEPT[kind] = issue(found, kind)
    return _KEPT[kind]
