"""Documents over `/api/v1`: asked for, listed, read, withdrawn; a session's at once."""

from __future__ import annotations

from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient

import evidence.http
import lrs.http.api
from evidence.bundle import parse_bundle, recompute
from lrs.errors import AssiduError
from lrs.http.errors import problem_response
from tests.evidence.issuing.conftest import Centre, authority, centre, layout, workshop

__all__ = ["authority", "centre", "layout", "workshop"]


@pytest.fixture
def desk(centre: Centre) -> FlaskClient:
    """The API over a centre where everything was taught."""
    app = Flask("essai")
    sections = evidence.http.sections(centre.workshop.seals, centre.workshop)
    lrs.http.api.register(app, centre.services, sections)
    app.register_error_handler(AssiduError, problem_response)
    centre.is_taught()
    return app.test_client()


ASK = {"type": "CERTREAL", "enrolment_id": "e1"}


def test_a_document_is_issued_listed_and_read(desk, auth):
    issued = desk.post("/api/v1/documents", json=ASK, headers=auth)
    again = desk.post("/api/v1/documents", json=ASK, headers=auth)

    document = issued.json["document"]
    assert (issued.status_code, issued.json["is_new"], again.json["is_new"]) == (200, True, False)
    assert again.json["document"] == document
    listed = desk.get("/api/v1/documents?session_id=janvier&type=CERTREAL&status=VALID", headers=auth).json
    assert [item["code"] for item in listed["items"]] == [document["code"]]
    assert desk.get(f"/api/v1/documents/{document['code']}", headers=auth).json == document
    file = desk.get(f"/api/v1/documents/{document['code']}/file", headers=auth)
    assert (file.content_type, sha256(file.data).hexdigest()) == ("application/pdf", document["sha256"])
    found = desk.get(f"/api/v1/documents/{document['code']}/evidence", headers=auth)
    assert sha256(found.data).hexdigest() == document["evidence_sha256"]
    assert recompute(parse_bundle(found.data)).holds


def test_what_is_missing_is_listed_in_french_and_refuses(desk, auth):
    ready = desk.get("/api/v1/documents/readiness?type=ATTSORT&enrolment_id=e1", headers=auth)
    refused = desk.post("/api/v1/documents", json={"type": "ATTSORT", "enrolment_id": "e1"}, headers=auth)

    assert (ready.json["is_ready"], [item["reason"] for item in ready.json["missing"]]) == (False, ["not_exited"])
    assert refused.status_code == 409
    assert refused.json["errors"][0]["message"] == "La sortie de formation n’est pas enregistrée, ni son motif."


def test_a_document_is_withdrawn_with_a_reason(desk, auth):
    code = desk.post("/api/v1/documents", json=ASK, headers=auth).json["document"]["code"]
    path = f"/api/v1/documents/{code}/revocation"

    assert desk.post(path, json={"reason": " "}, headers=auth).status_code == 400
    found = desk.post(path, json={"reason": "Mauvais dossier"}, headers=auth)

    assert (found.json["status"], found.json["revocation_reason"]) == ("REVOKED", "Mauvais dossier")


def test_a_batch_is_started_and_followed(desk, auth, centre):
    started = desk.post("/api/v1/document-batches", json={"type": "CERTREAL", "session_id": "janvier"}, headers=auth)
    while centre.batches.step():
        pass

    assert (started.status_code, started.json["waiting"]) == (202, 1)
    path = f"/api/v1/document-batches/{started.json['id']}"
    shown = desk.get(path, headers=auth).json
    assert (shown["issued"], shown["waiting"], shown["finished_at"] is None) == (1, 0, False)
    assert [item["state"] for item in desk.get(f"{path}/items", headers=auth).json["items"]] == ["ISSUED"]


@pytest.mark.parametrize("ask", [{"type": "CERTREAL"}, {"type": "X", "enrolment_id": "e1"},
                                 {**ASK, "session_id": "janvier"}, {**ASK, "first_on": "2026-01-01"}])  # fmt: skip
def test_what_cannot_be_meant_is_refused(desk, auth, ask):
    assert desk.post("/api/v1/documents", json=ask, headers=auth).status_code in {400, 422}


def test_what_there_is_not_is_not_found(desk, auth):
    assert desk.get("/api/v1/documents/ABC", headers=auth).status_code == 404
    assert desk.post("/api/v1/documents", json={**ASK, "enrolment_id": "x"}, headers=auth).status_code == 404
