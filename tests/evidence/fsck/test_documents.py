"""Issued documents: `assidu fsck` holds what is known of them against their own bytes and the audit trail."""

from __future__ import annotations

import random

import pytest

from evidence.content import DocumentType
from evidence.fsck import Check, Findings, Kind, check_deployment
from evidence.fsck.documents import check_documents
from tests.evidence.fsck.mutations import Changed, places, with_change
from tests.evidence.issuing.conftest import LEA, Centre, authority, centre, layout, workshop

__all__ = ["authority", "centre", "layout", "workshop"]
WHO = "account:7"


@pytest.fixture
def issued(centre: Centre) -> Centre:
    """Two versions of one document, the second revoked, and another document."""
    centre.is_taught()
    centre.issuer.issue(centre.organisation, DocumentType.CERTREAL, LEA, WHO)
    person = next(item for item in _records(centre) if item.id == "lea")
    centre.edit(person, last_name="Martin-Duval")
    centre.work()
    centre.pass_time(hours=1)
    newest = centre.issuer.issue(centre.organisation, DocumentType.CERTREAL, LEA, WHO).document
    assert newest.version == 2
    centre.issuer.revoke(centre.organisation, newest.code, "erreur de nom", WHO)
    centre.issuer.issue(centre.organisation, DocumentType.ATTASS, LEA, WHO)
    return centre


def _records(centre: Centre) -> list:
    from tests.evidence.bundle.school import furniture

    return list(furniture())


def test_every_changed_member_of_what_is_known_of_a_document_is_named(issued: Centre):
    store = issued.services.store
    assert check_deployment(store, Check()).kept == []
    _change(issued, store.collection("issued_documents").find_one({"version": 1, "type": "CERTREAL"}), most=8)


@pytest.mark.full
def test_every_changed_member_of_every_document_is_named(issued: Centre):
    for row in list(issued.services.store.collection("issued_documents").find()):
        _change(issued, row)


def _change(issued: Centre, row: dict, most: int = 100) -> None:
    store, chance = issued.services.store, random.Random(7)
    members = {place.steps[0]: place for place in places("issued_documents", row) if place.carries_evidence}
    for place in chance.sample(sorted(members.values(), key=lambda item: item.steps[:1]), min(most, len(members))):
        findings = Findings()
        with Changed(store, place, with_change(place, chance)):
            check_documents(store, issued.organisation, findings)
        assert findings.total, (place.steps, row)


def test_a_changed_byte_of_a_document_is_named_with_its_code(issued: Centre):
    store = issued.services.store
    archived = store.collection("archive").find_one({"kind": "document"})
    data = bytearray(archived["b"])
    data[len(data) // 2] ^= 1
    store.collection("archive").update_one({"_id": archived["_id"]}, {"$set": {"b": bytes(data)}})

    findings = check_deployment(store, Check())

    assert findings.first is not None
    assert findings.first.kind is Kind.ARCHIVE
    assert findings.first.subject == archived["_id"][4:].hex()
    assert "digest" in findings.first.what


def test_a_document_that_is_gone_is_named(issued: Centre):
    store = issued.services.store
    gone = store.collection("issued_documents").find_one_and_delete({"version": 2})

    findings = check_deployment(store, Check())

    assert gone["_id"] in {finding.subject for finding in findings.kept}
