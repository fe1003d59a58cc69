"""No operation of `/api/v1` shows or changes anything of another organisation."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lrs.caller import Caller, Scope
from lrs.credential import Settings
from lrs.errors import Problem
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.versions import Version
from training.records import Person
from training.records.kinds import Kind
from training.store import Change, Register

LABEL = "Le secret des voisins"
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
    return {"key": issued.credential.key, "held_id": str(held)}


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
        response = client.open(path, method=method, json=bodies.get(method), headers=auth)

        # A record of ours may have any name, also one that a neighbour's has.
        is_ours = "<" not in rule or ("record_id" in rule and method in {"PUT", "POST"})
        assert response.status_code in ({200, 201, 400, 404} if is_ours else {404}), (method, rule)
        assert LABEL not in response.text
        assert neighbours["key"] not in response.text
        assert neighbours["held_id"] not in response.text
    assert len(routes) == 105
    assert _everything(services) == before
