"""Every refusal has one shape, every class of refusal a status, every answer its version."""

from __future__ import annotations

import importlib
import itertools
import json
import pkgutil
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pymongo import MongoClient

import analytics
import dashboards
import evidence
import lrs
import training
from assidu.app import create_app
from lrs.caller import Scope
from lrs.clock import Micros
from lrs.credential import Settings
from lrs.errors import AssiduError, MethodNotAllowed, Overloaded, Problem, TooManyRequests
from lrs.http.errors import STATUS, problem_response, status_of
from lrs.http.xapi import RESOURCES
from lrs.limits import Limits
from lrs.services import Services, build_services
from lrs.store.database import Store

Json = dict[str, Any]
VERSION = "X-Experience-API-Version"
STATEMENT = {"actor": {"mbox": "mailto:a@example.org"}, "verb": {"id": "urn:v"}, "object": {"id": "urn:a"}}
ID = "12345678-1234-4234-8234-123456789abc"
STATE = {"activityId": "urn:a", "agent": '{"mbox":"mailto:a@example.org"}', "stateId": "s"}


def assert_shape(answer: Any, status: int) -> Json:
    """Check that a refusal is in the one shape, and return it."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/json"
    body = json.loads(answer.data)
    assert list(body) == ["code", "status", "message", "errors", "request_id"]
    assert (body["code"], body["status"]) == (status, HTTPStatus(status).phrase)
    assert isinstance(body["message"], str)
    assert body["message"]
    assert body["request_id"] == answer.headers["X-Request-ID"] != ""
    for problem in body["errors"]:
        assert list(problem) == ["pointer", "message", "accepted", "requirement"]
        assert all(isinstance(value, str) for value in problem.values())
    return body


def refusals() -> set[type[AssiduError]]:
    """Return every class of refusal that is answered as JSON.

    Not those of the front door, which starts processes, nor those of pages, which say them beside a form.
    """
    for room in (lrs, training, analytics, evidence, dashboards):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    found: set[type[AssiduError]] = set()
    waiting = [AssiduError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if not kind.__module__.startswith(("assidu.", "dashboards.")):
                found.add(kind)
    return found


def test_every_class_of_refusal_has_a_status():
    assert refusals() >= set(STATUS)
    assert all(status_of(kind) for kind in refusals())
    assert all(400 <= status < 600 for status in STATUS.values())


@pytest.mark.parametrize("kind", STATUS, ids=lambda kind: kind.__name__)
def test_every_class_of_refusal_is_answered_in_the_one_shape(app: Flask, kind):
    problems = [Problem("/a", "m", "x", "XAPI-1"), Problem("", "n")]
    given = {TooManyRequests: 7, Overloaded: 7, MethodNotAllowed: ("GET", "PUT")}.get(kind, problems)
    with app.test_request_context():
        answer = problem_response(kind("Ce qui ne va pas.", given))

    body = json.loads(answer.data)
    assert (answer.status_code, body["code"], body["message"]) == (STATUS[kind], STATUS[kind], "Ce qui ne va pas.")
    if given == 7:
        assert answer.headers["Retry-After"] == "7"
    elif kind is MethodNotAllowed:
        assert answer.headers["Allow"] == "GET, PUT, HEAD, OPTIONS"
    else:
        assert body["errors"] == [
            {"pointer": "/a", "message": "m", "accepted": "x", "requirement": "XAPI-1"},
            {"pointer": "", "message": "n", "accepted": "", "requirement": ""},
        ]


@pytest.fixture(params=["1.0.3", "2.0.0"])
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def headers(auth: Json, version: str) -> Json:
    return {**auth, VERSION: version}


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("POST", "/xapi/statements", {"data": b"{"}, 400),
        ("POST", "/xapi/statements", {"json": [{"a": 1}, STATEMENT]}, 400),
        ("POST", "/xapi/statements", {"data": b"{}", "content_type": "text/plain"}, 400),
        ("PUT", "/xapi/statements", {"json": STATEMENT}, 400),
        ("GET", "/xapi/statements?limit=x", {}, 400),
        ("GET", "/xapi/statements/more/xyz", {}, 400),
        ("GET", f"/xapi/statements?statementId={ID}", {}, 404),
        ("DELETE", "/xapi/statements", {}, 405),
        ("PATCH", "/xapi/agents", {}, 405),
        ("BREW", "/xapi/statements", {}, 405),
        ("GET", "/xapi/activities", {}, 400),
        ("GET", "/xapi/agents?agent=x", {}, 400),
        ("GET", "/xapi/activities/state", {"query_string": STATE}, 404),
        ("PUT", "/xapi/activities/state", {"query_string": STATE, "data": b"x", "headers": {"If-Match": '"x"'}}, 412),
        ("GET", "/xapi/activities/profile", {}, 400),
        ("DELETE", "/xapi/agents/profile", {}, 400),
        ("GET", "/xapi/nothing", {}, 404),
        ("GET", "/xapi/statements/more/a/b", {}, 404),
        ("POST", "/xapi/about", {}, 405),
        ("GET", "/xapi/about?x=1", {}, 400),
    ],
)
def test_a_refusal_of_the_standards_resources_has_the_shape_and_the_version(
    client: FlaskClient, headers, version, method, path, options, status
):
    sent = {**headers, **options.get("headers", {})}
    answer = client.open(path, method=method, **{**options, "headers": sent})

    assert_shape(answer, status)
    assert answer.headers[VERSION] == version


@pytest.mark.parametrize(
    "authorization", [None, "", "Basic", "Basic !", "Basic YQ==", "Basic YTpi", "Bearer", "Bearer x", "Digest a"]
)
def test_who_is_not_known_is_told_how_to_be_and_the_version(client: FlaskClient, authorization):
    for path, version in itertools.product(RESOURCES, ("1.0.3", "2.0.0")):
        sent = {VERSION: version} if authorization is None else {VERSION: version, "Authorization": authorization}

        answer = client.get(f"/xapi{path}", headers=sent)

        assert_shape(answer, 401)
        assert answer.headers[VERSION] == version
        assert "Basic" in answer.headers["WWW-Authenticate"]
        assert "Bearer" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "sent", [None, "", "0.9", "1.1", "3.0", "x", "1.0.3, 2.0.0", "１.0.3".encode().decode("latin-1")]
)
def test_a_version_that_is_missing_or_unknown_is_refused_and_an_answer_still_names_one(client: FlaskClient, auth, sent):
    answer = client.get("/xapi/statements", headers=auth if sent is None else {**auth, VERSION: sent})

    assert_shape(answer, 400)
    assert answer.headers[VERSION] in {"0.9", "1.0.3", "2.0.0"}


def test_every_answer_names_its_version(client: FlaskClient, headers, version):
    methods = ("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH")
    for path, method in itertools.product((*RESOURCES, "/about", "/nothing"), methods):
        assert client.open(f"/xapi{path}", method=method, headers=headers).headers[VERSION] == version


def test_a_refusal_of_a_statement_says_all_that_is_wrong_with_pointer_requirement_and_remedy(client, headers):
    batch = [STATEMENT, {**STATEMENT, "verb": {"id": "x"}}, {**STATEMENT, "actor": {}}]

    body = assert_shape(client.post("/xapi/statements", json=batch, headers=headers), 400)

    assert {problem["pointer"].split("/")[1] for problem in body["errors"]} == {"1", "2"}
    assert all(problem["accepted"] and problem["requirement"] for problem in body["errors"])


def test_a_conflict_a_forbidden_one_and_one_too_many_have_the_shape(client, services, organisation, headers, version):
    client.post("/xapi/statements", json={**STATEMENT, "id": ID}, headers=headers)
    narrow = services.credentials.create(
        organisation, Settings("lent", frozenset({Scope.STATE}), requests_per_minute=1)
    )
    pair = (narrow.credential.key, narrow.secret)

    conflict = client.post("/xapi/statements", json={**STATEMENT, "id": ID, "verb": {"id": "urn:w"}}, headers=headers)
    forbidden = client.get("/xapi/statements", auth=pair, headers={VERSION: version})
    too_many = client.get("/xapi/statements", auth=pair, headers={VERSION: version})

    assert_shape(conflict, 409)
    assert_shape(forbidden, 403)
    assert_shape(too_many, 429)
    assert int(too_many.headers["Retry-After"]) > 0
    assert {answer.headers[VERSION] for answer in (conflict, forbidden, too_many)} == {version}


def test_a_body_over_the_limit_has_the_shape(settings, store, clock, ids, services, caller, headers, version):
    small = build_services(store, clock, ids, Limits(body_bytes=2_000, statement_bytes=1_000), services.secret_key)
    client = create_app(settings, small).test_client()
    large = {**STATEMENT, "result": {"response": "x" * 1_200}}

    for body in (large, [large, large]):
        answer = client.post("/xapi/statements", json=body, headers=headers)
        assert_shape(answer, 413)
        assert answer.headers[VERSION] == version


def test_a_store_that_is_away_is_a_refusal_that_says_when_to_come_again(settings, clock, ids, headers, version):
    nowhere: MongoClient[Json] = MongoClient("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=50")
    client = create_app(settings, build_services(Store(nowhere, "x"), clock, ids, Limits(), b"k" * 32)).test_client()

    for method, path in (("GET", "/xapi/statements"), ("POST", "/xapi/statements"), ("GET", "/api/v1/organisation")):
        answer = client.open(path, method=method, headers=headers)
        assert_shape(answer, 503)
        assert int(answer.headers["Retry-After"]) > 0
        if path.startswith("/xapi/"):
            assert answer.headers[VERSION] == version
    nowhere.close()


def test_a_failure_of_ours_is_told_without_its_insides(services: Services, client, caller, headers, version):
    client.post("/xapi/statements", json={**STATEMENT, "id": ID}, headers=headers)
    services.store.collection("statements").update_one({"o": caller.organisation}, {"$unset": {"b": 1}})

    answer = client.get(f"/xapi/statements?statementId={ID}", headers=headers)

    body = assert_shape(answer, 500)
    assert answer.headers[VERSION] == version
    assert "KeyError" not in answer.text
    assert body["errors"] == []


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/api/v1/credentials/x"])
def test_what_is_not_there_has_the_shape_everywhere(client: FlaskClient, auth, path):
    assert_shape(client.get(path, headers=auth), 404)


def test_a_browser_page_may_read_every_refusal(client: FlaskClient, headers):
    page = {"Origin": "https://cours.example.org"}
    for path, sent in (("/xapi/statements?x=1", headers), ("/xapi/statements", {}), ("/xapi/nothing", headers)):
        answer = client.get(path, headers={**sent, **page})
        assert answer.status_code >= 400
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_request_keeps_the_id_it_was_given_when_it_is_sane(client: FlaskClient, headers):
    sane = client.get("/xapi/statements?x=1", headers={**headers, "X-Request-ID": "abc-1.2_3"})
    mad = client.get("/xapi/statements?x=1", headers={**headers, "X-Request-ID": "<script>" * 20})

    assert assert_shape(sane, 400)["request_id"] == "abc-1.2_3"
    assert "<" not in assert_shape(mad, 400)["request_id"]


def test_no_instant_is_beyond_what_a_header_can_say(services: Services, client, caller, headers, clock):
    clock.micros = Micros(253_402_300_799_000_000 - 5)

    answer = client.post("/xapi/statements", json=STATEMENT, headers=headers)

    assert answer.status_code == 200
    assert client.get("/xapi/statements", headers=headers).headers["Last-Modified"].endswith("GMT")
