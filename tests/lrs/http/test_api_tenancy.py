"""No operation of `/api/v1` shows or changes anything of another organisation."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from evidence.archive import Kind as Kept
from evidence.content import DocumentType
from evidence.issuing.batch import Batch
from evidence.issuing.code import new_code
from evidence.issuing.document import IssuedDocument, Status
from evidence.retention.erasing import Erasing
from evidence.retention.holds import HoldScope
from evidence.retention.running import Retention
from evidence.store.batches import Batches
from evidence.store.issued import IssuedDocuments
from lrs.caller import Caller, Scope
from lrs.clock import Micros
from lrs.credential import Settings
from lrs.erasure import Order
from lrs.errors import Problem
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.store.erasure import Ground
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.lrs.http import tenancy_packages
from training.records import Person
from training.records.ids import EnrolmentId, SessionId
from training.records.kinds import Kind
from training.sources.definition import parse_source
from training.sources.store import Sources
from training.store import Change, Register

LABEL = "Le secret des voisins"
# What an operation cannot do without, besides its path.
SHOWN_WITH = {
    "/api/v1/dashboards/audit/sample/<string:enrolment_id>": {"entered": "voisine"},
    "/api/v1/dashboards/statements/<string:statement_id>": {"enrolment_id": "voisine"},
}
STATEMENT = {
    "actor": {"mbox": "mailto:voisin@example.fr"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://example.fr/voisins"},
    "timestamp": "2026-01-05T07:00:00Z",
}


@pytest.fixture
def neighbours(client: FlaskClient, services: Services) -> dict[str, str]:
    """Another organisation with one of everything; what its paths are called."""
    other = Organisations(services.store, services.clock).create("voisins", LABEL).number
    settings = Settings(LABEL, frozenset({Scope.ALL}), quiet_after_seconds=1)
    issued = services.credentials.create(other, settings)
    theirs = services.credentials.caller(other, issued.credential.key)
    pair = base64.b64encode(f"{issued.credential.key}:{issued.secret}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "X-Experience-API-Version": "1.0.3"}
    for _ in range(2):
        client.post("/xapi/statements", json=STATEMENT, headers=headers)
    held = services.quarantine.hold(
        theirs, Version.V1_0_3, "POST", "application/json", LABEL.encode(), [Problem("", LABEL)]
    )
    register = Register(services.store, services.clock)
    register.write(other, [Change(Kind.PERSON, "voisine", Person("voisine", LABEL))], "essai")
    badges = parse_source("voisine", {"kind": "badge", "title": LABEL})
    Sources(services.store, services.clock, services.ids).put(other, badges, "essai")
    document = _document(services, other)
    batch_id = _batch(services, other)
    kept = _kept(services, other)
    kept["package"] = tenancy_packages.keep(services, other, LABEL)
    return {
        "key": issued.credential.key, "held_id": str(held), "code": document.code, "batch_id": str(batch_id), **kept
    }  # fmt: skip


def _document(services: Services, other: OrganisationId) -> IssuedDocument:
    """A document of theirs; nothing of what it says matters here."""
    document = IssuedDocument(
        organisation=other, code=new_code(services.ids), number="CERTREAL-2026-000001", version=1,
        type=DocumentType.CERTREAL, status=Status.VALID, session_id=SessionId("voisine"), enrolment_id=None,
        enrolments=(), people=(), first_on=None, last_on=None, title=LABEL, holder=LABEL, provider=LABEL,
        as_of=Micros(1),
        issued_at=Micros(1), issued_by="essai", digest="0" * 64, size_bytes=1, evidence_digest="0" * 64, inputs="0",
        substance="0",
    )  # fmt: skip
    documents = IssuedDocuments(services.store)
    services.store.transaction(lambda session: documents.insert(document, "voisine", (), (), session))
    return document


def _kept(services: Services, other: OrganisationId) -> dict[str, str]:
    """A file, a hold, a retention run and an erasure of theirs."""
    erasing, retention = Erasing(services), Retention(services)
    file = erasing.archive.put(other, Kept.DOCUMENT, "text/plain", LABEL.encode(), "retention.documents", ["person:v"])
    run = retention.run(retention.begin(other, LABEL, "essai"))
    order = Order(Ground.MISTAKE, LABEL, "essai")
    erasure = erasing.run(erasing.erase(other, order, erasing.of_statements(other, []), "statements"))
    hold = erasing.holds.place(other, HoldScope.EVERYTHING, "", LABEL, "essai")
    return {
        "address": file.sha256, "hold_id": str(hold.hold_id), "run_id": str(run.run_id),
        "erasure_id": str(erasure.erasure_id),
    }  # fmt: skip


def _batch(services: Services, other: OrganisationId) -> UUID:
    batch = Batch(
        organisation=other, id=services.ids.new_uuid(), type=DocumentType.CERTREAL, session_id=SessionId("voisine"),
        period=None, as_of=Micros(1), started_at=Micros(1), started_by="essai", counts={},
    )  # fmt: skip
    Batches(services.store).start(batch, [EnrolmentId("voisine")])
    return batch.id


def _routes(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}
    ]


def _everything(services: Services) -> list[Any]:
    names = sorted(set(services.store.database.list_collection_names()) - {"rates"})
    return [
        sorted(map(repr, services.store.collection(name).find({"$or": [{"o": 2}, {"organisation": 2}]})))
        for name in names
    ]


def test_no_operation_crosses(
    app: Flask,
    client: FlaskClient,
    services: Services,
    caller: Caller,
    auth: dict[str, str],
    neighbours: dict[str, str],
) -> None:
    assert caller.organisation != 2
    before = _everything(services)
    bodies: dict[str, dict[str, Any]] = {"POST": {}, "PATCH": {"label": "taken over"}}

    # Those that make something come last.
    routes = sorted(_routes(app))
    for method, rule in routes:
        path = rule.replace("<string:key>", neighbours["key"]).replace("<uuid:held_id>", neighbours["held_id"])
        path = path.replace("<string:record_id>", "voisine")
        path = path.replace("<string:code>", neighbours["code"]).replace("<uuid:batch_id>", neighbours["batch_id"])
        for name in ("address", "hold_id", "run_id", "erasure_id", "package"):
            path = path.replace(f"<uuid:{name}>", neighbours[name]).replace(f"<string:{name}>", neighbours[name])
        path = path.replace("<string:statement_id>", neighbours["held_id"])
        for name in ("enrolment_id", "session_id", "kind"):
            path = path.replace(f"<string:{name}>", "voisine")
        body = {"reason": "essai"} if rule.endswith(("/revocation", "/release")) else bodies.get(method)
        path = path.replace("<string:launch>", "pl_voisin")
        if rule.endswith("<string:package>/launches"):
            body = {"actor": STATEMENT["actor"]}
        asked = {"purpose": "essai"} if "/dossier" in rule or "/archive/" in rule else SHOWN_WITH.get(rule, {})
        response = client.open(path, method=method, json=body, headers=auth, query_string=asked)

        # A record of ours may have any name, also one that a neighbour's has.
        is_ours = "<" not in rule or ("record_id" in rule and method in {"PUT", "POST"})
        # What a learner is shown of themself is nobody else's, whatever they may do.
        wanted = {400, 403} if rule.startswith("/api/v1/dashboards/me") else {200, 201, 400, 404} if is_ours else {404}
        assert response.status_code in wanted, (method, rule, response.status_code)
        assert LABEL not in response.text
        assert neighbours["key"] not in response.text
        assert neighbours["held_id"] not in response.text
        assert neighbours["code"] not in response.text
    assert len(routes) == 241
    assert _everything(services) == before
