"""Two organisations: no request of one ever shows or changes anything of the other. Over every route there is."""

from __future__ import annotations

import base64
import io
import itertools
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

import bson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.store.feed import FeedFacts
from analytics.store.follow import follow
from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from lrs.caller import Caller, Scope
from lrs.credential import Settings
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.lrs.http import tenancy_cmi5, tenancy_evidence, tenancy_outlets, tenancy_packages, tenancy_shown
from tests.lrs.http.tenancy_evidence import Evidence, keep
from training.accounts import Accounts

Json = dict[str, Any]
# Stands in every text of the other organisation; no answer to us may hold it.
MARK = "SecretDesVoisins"
PASSWORD = "une phrase de passe"
AGENT = {"mbox": "mailto:commun@example.org"}
ACTIVITY = "https://example.org/cours-commun"
REGISTRATION = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
ID, VOIDED, VOIDING = (f"12345678-1234-4234-8234-12345678900{at}" for at in (1, 2, 3))
ATTACHMENT, LARGE = f"{MARK} en pièce jointe".encode(), MARK.encode() * 700_000
VERSION = {"X-Experience-API-Version": "1.0.3"}


def statement(mark: str, **changes: Any) -> Json:
    return {
        "actor": {**AGENT, "name": mark},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"fr": mark}},
        "object": {"id": ACTIVITY, "definition": {"name": {"fr": mark}, "extensions": {"urn:x": mark}}},
        "result": {"response": mark},
        "context": {"registration": REGISTRATION},
        "timestamp": "2026-01-05T07:00:00Z",
        **changes,
    }


def reference(target: str) -> Json:
    return {"objectType": "StatementRef", "id": target}


def described(content: bytes) -> Json:
    return {
        "usageType": "urn:u",
        "display": {},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": sha256(content).hexdigest(),
    }


def multipart(value: Json, *contents: bytes) -> bytes:
    parts = [b"Content-Type: application/json\r\n\r\n" + json.dumps(value).encode()] + [
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: %b\r\n\r\n%b"
        % (sha256(content).hexdigest().encode(), content)
        for content in contents
    ]
    return b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"


@dataclass
class Tenant:
    """An organisation, a credential of it with every scope, and what a neighbour might know of it."""

    number: OrganisationId
    headers: Json
    key: str
    email: str
    more: list[str] = field(default_factory=list)
    held: str = ""
    next: str = ""
    token: str = ""
    mark: str = ""
    sheet: str = ""
    door: str = ""
    launch: str = ""
    package: str = ""
    package_link: str = ""
    cmi5: tenancy_cmi5.Made = field(default_factory=tenancy_cmi5.Made)
    outlets: tenancy_outlets.Made = field(default_factory=tenancy_outlets.Made)
    evidence: Evidence = field(default_factory=lambda: Evidence((ID, VOIDED, VOIDING)))


STATE = {"activityId": ACTIVITY, "agent": json.dumps(AGENT), "stateId": "s"}
DOCUMENTS = {
    "/xapi/activities/state": STATE,
    "/xapi/activities/profile": {"activityId": ACTIVITY, "profileId": "s"},
    "/xapi/agents/profile": {"agent": json.dumps(AGENT), "profileId": "s"},
}


def settled(services: Services, client: FlaskClient, slug: str, mark: str) -> Tenant:
    """Make an organisation with one of everything, made through the routes."""
    number = Organisations(services.store, services.clock).create(slug, mark).number
    issued = services.credentials.create(
        number, Settings(mark, frozenset({Scope.ALL}), quarantine=True, quiet_after_seconds=1)
    )
    services.credentials.create(number, Settings(mark, frozenset({Scope.STATE})))
    pair = base64.b64encode(f"{issued.credential.key}:{issued.secret}".encode()).decode()
    headers = {**VERSION, "Authorization": f"Basic {pair}"}
    tenant = Tenant(number, headers, issued.credential.key, f"{slug}@example.org")
    Accounts(services.store, services.clock).ensure_administrator(number, tenant.email, PASSWORD, name=mark)

    def send(method: str, path: str, status: int = 200, **options: Any) -> Any:
        answer = client.open(path, method=method, headers={**headers, **options.pop("headers", {})}, **options)
        assert answer.status_code == status, answer.text
        return answer

    batch = [
        statement(mark, id=ID),
        statement(mark, id=VOIDED),
        statement(mark),
        statement(mark),
        statement(mark, object=reference(ID)),
    ]
    send("POST", "/xapi/statements", json=batch)
    voiding = statement(
        mark, id=VOIDING, verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=reference(VOIDED), context={}
    )
    send("POST", "/xapi/statements", json=voiding)
    for content in (ATTACHMENT, LARGE) if mark == MARK else (b"le mien",):
        value = statement(mark, attachments=[described(content)])
        send("POST", "/xapi/statements", data=multipart(value, content), content_type="multipart/mixed; boundary=b")
    send("POST", "/xapi/statements", 400, data=json.dumps({"response": mark}), content_type="application/json")
    for path, query in DOCUMENTS.items():
        sent = {"If-None-Match": "*", "Content-Type": "application/json"}
        send("PUT", path, 204, query_string=query, data=json.dumps({"mark": mark}), headers=sent)
    for query in ({"limit": 1}, {"limit": 1, "ascending": "true", "verb": statement(mark)["verb"]["id"]}):
        tenant.more.append(send("GET", "/xapi/statements", query_string=query).json["more"])
    for path, record in records(mark):
        send("POST", f"/api/v1/{path}", 201, json=record)
    send("POST", "/api/v1/people", 201, json={"id": "seul" if mark == MARK else "autre", "last_name": mark})
    tenant.held = send("GET", "/api/v1/quarantine").json["items"][0]["id"]
    attendance = "/api/v1/slots/t/attendance"
    tenant.door = send("POST", f"{attendance}/open").json["token"]
    marked = {"enrolment_id": "e", "status": "ABSENT_JUSTIFIED", "reason": mark}
    tenant.mark = send("POST", f"{attendance}/marks", json=marked).json["statement_id"]
    tenant.sheet = send("GET", attendance).json["sha256"]
    if mark == MARK:
        send("PUT", "/api/v1/sources/seule-source", json={"kind": "badge", "title": mark})
        only = {**records_of("slots")[0], "id": "seul-creneau", "held_on": "2026-01-07", "place": mark}
        times = {"starts_at": "2026-01-07T09:00:00+01:00", "ends_at": "2026-01-07T12:00:00+01:00"}
        send("POST", "/api/v1/slots", 201, json={**only, **times})
        alone = {**records_of("enrolments")[0], "id": "seule-inscription", "person_id": "seul"}
        send("POST", "/api/v1/enrolments", 201, json={**alone, "registration": ID})
    launched = {"actor": AGENT, "activity": {"id": ACTIVITY, "definition": {"name": {"fr": mark}}}, "label": mark}
    tenant.launch = send("POST", "/api/v1/scorm/launches", 201, json=launched).json["id"]
    tenant.package = tenancy_packages.keep(services, number, mark)
    tenant.package_link = tenancy_packages.link_of(services, number, tenant.package)
    tenant.outlets = tenancy_outlets.keep(services, number, mark)
    tenant.cmi5 = tenancy_cmi5.keep(services, number, mark)
    keep(services, send, tenant, mark, statement(mark), everything=mark == MARK)
    tenant.next = send("GET", "/api/v1/credentials?limit=1").json["next"]
    tenant.token = client.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=headers).json[
        "access_token"
    ]
    FeedFacts(services.store).hold(number, "essai", services.clock.now_micros())
    follow(services.store, number)
    ProgressOf(services.store).hold(number, "essai", services.clock.now_micros())
    keeper = Keeper(services.store, services.clock)
    while keeper.step(number).more:
        pass
    return tenant


def records(mark: str) -> list[tuple[str, Json]]:
    """One training record of each kind, under ids that both organisations use; only the words differ."""
    module = {"id": "m1", "title": mark, "activities": [{"id": "a1", "iri": ACTIVITY, "title": mark}]}
    days = {"starts_on": "2026-01-05", "ends_on": "2026-01-30"}
    times = {"starts_at": "2026-01-06T09:00:00+01:00", "ends_at": "2026-01-06T12:00:00+01:00"}
    enrolment = {"session_id": "s", "person_id": "p", "registration": REGISTRATION}
    return [
        ("completion-rules", {"id": "r", "title": mark}),
        (
            "funder-profiles",
            {"id": "fp", "family": "opco", "effective_from": "2026-01-01", "source": {"url": mark}, "schemes": [mark]},
        ),
        ("funders", {"id": "f", "name": mark}),
        ("people", {"id": "p", "last_name": mark, "identities": [AGENT]}),
        ("people", {"id": "double", "last_name": mark, "merged_into": "p"}),
        ("programmes", {"id": "g", "title": mark, "modules": [module], "completion_rule_id": "r"}),
        ("mapping-rules", {"id": "m", "matcher": "platform", "value": mark, "programme_id": "g"}),
        ("training-sessions", {"id": "s", "programme_id": "g", "title": mark, **days}),
        ("slots", {"id": "t", "session_id": "s", "held_on": "2026-01-06", "half_day": "AM", "place": mark, **times}),
        ("enrolments", {"id": "e", **enrolment, "exit": {"on": "2026-01-30", "reason": "COMPLETED", "detail": mark}}),
        (
            "law-overrides",
            {
                "id": "l",
                "provision": "contract.tolerance_seconds",
                "value": 60,
                "effective_from": "2026-01-01",
                "reason": mark,
            },
        ),
        (
            "providers",
            {
                "id": "of",
                "legal_name": mark,
                "signatories": [{"name": mark, "quality": "directrice", "since": "2026-01-01"}],
            },
        ),
    ]


@pytest.fixture
def theirs(services: Services, client: FlaskClient, caller: Caller) -> Tenant:
    return settled(services, client, "voisins", MARK)


@pytest.fixture
def ours(services: Services, client: FlaskClient, theirs: Tenant) -> Tenant:
    """Ours has the same activities, agents, ids and documents; only the words are its own."""
    return settled(services, client, "nous", "Le nôtre")


def dump(services: Services, tenant: Tenant, *without: str) -> dict[str, list[str]]:
    """Return everything that is stored of an organisation, whatever its collection calls it."""
    prefix = tenant.number.to_bytes(4, "big")

    def is_theirs(row: Json) -> bool:
        key = row["_id"]
        return (
            row.get("o") == tenant.number
            or row.get("organisation") == tenant.number
            or (row.get("_id") == tenant.number and not isinstance(key, bool))
            or (isinstance(key, bytes) and key.startswith(prefix))
        )

    found, codec = {}, services.store.database.codec_options
    for name in sorted(set(services.store.database.list_collection_names()) - set(without)):
        if name.startswith("system."):
            continue  # the database's own: a profile that another test asked for
        rows = list(services.store.database[name].find())
        shared = name.startswith("attachments.")  # the bytes of large attachments are theirs alone here
        kept = [bson.encode(row, codec_options=codec) for row in rows if shared or is_theirs(row)]
        found[name] = sorted(sha256(row).hexdigest() for row in kept)
    return found


# What a request of ours may try with what is theirs: (query, options) for each method of each route.
Attempt = tuple[str, Json]
Attempts = Callable[[Tenant, Tenant], Iterator[Attempt]]
CASES: dict[tuple[str, str], Attempts] = {
    **tenancy_evidence.CASES,
    **tenancy_cmi5.CASES,
    **tenancy_outlets.CASES,
    **tenancy_packages.CASES,
    **tenancy_shown.CASES,
}
# What is tried there is theirs alone.
THEIRS = (
    *tenancy_cmi5.REFUSED, *tenancy_evidence.REFUSED, *tenancy_outlets.REFUSED, *tenancy_packages.REFUSED,
)  # fmt: skip
# Last, in this order: once ours is erased there is little left to try with, and what is held is not erased.
LAST = ("/api/v1/erasures", "/api/v1/legal-holds")


def case(rule: str, *methods: str) -> Callable[[Attempts], Attempts]:
    def add(attempts: Attempts) -> Attempts:
        for method in methods:
            CASES[(rule, method)] = attempts
        return attempts

    return add


def nothing(rule: str) -> Attempts:
    """A route that knows no organisation: it is asked, and must say nothing of any."""

    def attempts(_: Tenant, __: Tenant) -> Iterator[Attempt]:
        yield "x" if "<" in rule else "", {}

    return attempts


for _rule in (
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/docs",
    "/api/v1/openapi.json",
    "/login",
    "/xapi/about",
    "/xapi/about/",
):
    case(_rule, "GET")(nothing(_rule))
for _rule in ("/api/docs/<string:name>", "/login/static/<path:filename>"):
    case(_rule, "GET")(nothing(_rule))
for _rule in ("/xapi/about", "/xapi/about/"):
    case(_rule, "PUT", "POST", "DELETE", "PATCH")(nothing(_rule))


QUERIES = [
    {},
    {"limit": 500},
    {"ascending": "true"},
    {"statementId": ID},
    {"voidedStatementId": VOIDED},
    {"statementId": VOIDING},
    {"agent": json.dumps(AGENT)},
    {"agent": json.dumps(AGENT), "related_agents": "true"},
    {"activity": ACTIVITY},
    {"activity": ACTIVITY, "related_activities": "true"},
    {"verb": "http://adlnet.gov/expapi/verbs/completed"},
    {"registration": REGISTRATION},
    {"since": "2000-01-01T00:00:00Z"},
    {"until": "2100-01-01T00:00:00Z"},
    {"format": "ids"},
    {"format": "canonical"},
    {"attachments": "true"},
    {"attachments": "true", "limit": 500},
]


def statements_read(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    for query in QUERIES:
        yield f"?{urlencode(query)}", {}


def statements_written(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    # Their ids with our words; voidings and references of theirs; their attachments by hash alone.
    fresh = "12345678-1234-4234-8234-1234567890aa"
    voiding = statement(
        "x", id=fresh, verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=reference(ID), context={}
    )
    for value in (
        statement("x", id=ID),
        statement("x", object=reference(ID)),
        statement("x", attachments=[described(ATTACHMENT)]),
        statement(
            "x", attachments=[{**described(ATTACHMENT), "fileUrl": "urn:f"}, {**described(LARGE), "fileUrl": "urn:g"}]
        ),
        voiding,
    ):
        yield "", {"json": value}
    yield "", {"json": [statement("x"), statement("x", id=ID)]}
    yield "?method=GET", {"data": urlencode({"statementId": ID}), "content_type": "application/x-www-form-urlencoded"}
    yield "", {"data": multipart(statement("x"), b"other"), "content_type": "multipart/mixed; boundary=b"}


def statements_put(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    for named in (ID, VOIDED, VOIDING):
        yield f"?statementId={named}", {"json": statement("x")}


def statements_other(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    yield f"?statementId={ID}", {}


for _rule in ("/xapi/statements", "/xapi/statements/"):
    case(_rule, "GET")(statements_read)
    case(_rule, "POST")(statements_written)
    case(_rule, "PUT")(statements_put)
    case(_rule, "DELETE", "PATCH")(statements_other)


def links(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    for more in theirs.more:
        yield more.removeprefix("/xapi/statements/more/"), {}


for _rule in ("/xapi/statements/more/<token>", "/xapi/statements/more/<token>/"):
    case(_rule, "GET", "PUT", "POST", "DELETE", "PATCH")(links)


def documents(path: str) -> Attempts:
    def attempts(_: Tenant, __: Tenant) -> Iterator[Attempt]:
        query = DOCUMENTS[path]
        listed = {name: value for name, value in query.items() if name not in {"stateId", "profileId"}}
        tag = '"' + "0" * 40 + '"'
        yield f"?{urlencode(query)}", {}
        yield f"?{urlencode({**listed, 'since': '2000-01-01T00:00:00Z'})}", {}
        yield f"?{urlencode({**query, 'registration': REGISTRATION})}", {}
        for headers in ({}, {"If-Match": "*"}, {"If-Match": tag}, {"If-None-Match": "*"}):
            yield (
                f"?{urlencode(query)}",
                {"data": b'{"ours":1}', "headers": {**headers, "Content-Type": "application/json"}},
            )
        yield f"?{urlencode(listed)}", {}

    return attempts


def known(path: str) -> Attempts:
    def attempts(_: Tenant, __: Tenant) -> Iterator[Attempt]:
        query = {"activityId": ACTIVITY} if path.endswith("activities") else {"agent": json.dumps(AGENT)}
        yield f"?{urlencode(query)}", {}
        yield "", {}

    return attempts


for _path in DOCUMENTS:
    for _rule in (_path, f"{_path}/"):
        case(_rule, "GET", "PUT", "POST", "DELETE", "PATCH")(documents(_path))
for _path in ("/xapi/activities", "/xapi/agents"):
    for _rule in (_path, f"{_path}/"):
        case(_rule, "GET", "PUT", "POST", "DELETE", "PATCH")(known(_path))


@case("/api/v1/organisation", "GET")
def organisation_shown(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    yield "", {}
    yield f"?number={theirs.number}", {}


@case("/api/v1/credentials", "GET")
@case("/api/v1/senders", "GET")
@case("/api/v1/quarantine", "GET")
@case("/api/v1/statements/duplicates", "GET")
def listed(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    yield "", {}
    yield "?limit=200", {}
    yield f"?after={quote(theirs.next)}", {}


@case("/api/v1/credentials", "POST")
def credential_made(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    for more in ({}, {"organisation": theirs.number}, {"key": theirs.key}, {"o": theirs.number}):
        yield "", {"json": {"label": "x", "scopes": ["all"], **more}}


@case("/scorm/<string:token>/commit", "GET", "PUT", "POST", "DELETE", "PATCH")
def commits(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    # Whose token it is says whose commit it is: nobody else's is accepted, whatever the commit says.
    for token in ("x", theirs.launch, theirs.key):
        yield token, {"json": {"cmi": {"core": {"student_id": MARK}}}}


@case("/api/v1/scorm/launches", "GET")
def launches(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    yield f"?organisation={theirs.number}", {}
    yield f"?after={theirs.next}", {}


@case("/api/v1/scorm/launches", "POST")
def new_launches(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    yield "", {"json": {"actor": AGENT, "activity": {"id": ACTIVITY}}}


@case("/api/v1/scorm/launches/<string:launch>", "GET")
@case("/api/v1/scorm/launches/<string:launch>/revoke", "POST")
def one_launch(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    yield theirs.launch, {}


@case("/api/v1/credentials/<string:key>", "GET", "PATCH")
@case("/api/v1/credentials/<string:key>/revoke", "POST")
@case("/api/v1/credentials/<string:key>/rotate", "POST")
def credential_of_theirs(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    yield theirs.key, {"json": {}}
    yield theirs.key, {"json": {"label": "pris"}}
    yield theirs.key, {"json": {"grace_seconds": 0}}
    yield theirs.key, {}


@case("/api/v1/quarantine/<uuid:held_id>", "GET")
@case("/api/v1/quarantine/<uuid:held_id>/drop", "POST")
@case("/api/v1/quarantine/<uuid:held_id>/replay", "POST")
def held_of_theirs(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    yield theirs.held, {}
    yield theirs.held, {"json": {"body": json.dumps(statement("x"))}}


RECORD_PATHS = sorted({path for path, _ in records("")})
RECORD_IDS = ("p", "double", "seul", "g", "s", "t", "e", "f", "fp", "r", "m", "l", "absent")


def records_of(path: str) -> list[Json]:
    return [record for one, record in records("x") if one == path]


def records_listed(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    filters = ("session_id=s", "person_id=p", "programme_id=g", "completion_rule_id=r")
    for query in ("", "?limit=200", "?as_of=2026-01-05T08:00:00Z", *(f"?{one}" for one in filters)):
        yield query, {}


def records_made(path: str) -> Attempts:
    def attempts(_: Tenant, __: Tenant) -> Iterator[Attempt]:
        for record in records_of(path):
            yield "", {"json": record}
            yield "", {"json": {**record, "id": "neuf"}}
        # These name one that only they have.
        if path == "people":
            yield "", {"json": {"id": "fusion", "last_name": "x", "merged_into": "seul"}}
        if path == "enrolments":
            yield "", {"json": {**records_of(path)[0], "id": "e9", "person_id": "seul"}}

    return attempts


def record_shown(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    for record_id in RECORD_IDS:
        yield record_id, {}
        yield f"{record_id}?as_of=2026-01-05T08:00:00Z", {}


def record_changed(path: str) -> Attempts:
    def attempts(_: Tenant, __: Tenant) -> Iterator[Attempt]:
        for record, match in itertools.product(records_of(path), ({}, {"If-Match": "*"}, {"If-Match": '"1"'})):
            yield record["id"], {"json": record, "headers": match}
            yield "seul", {"json": {**record, "id": "seul"}, "headers": match}

    return attempts


for _path in RECORD_PATHS:
    case(f"/api/v1/{_path}", "GET")(records_listed)
    case(f"/api/v1/{_path}", "POST")(records_made(_path))
    case(f"/api/v1/{_path}/<string:record_id>", "GET")(record_shown)
    case(f"/api/v1/{_path}/<string:record_id>/history", "GET")(record_shown)
    case(f"/api/v1/{_path}/<string:record_id>", "PUT")(record_changed(_path))
    case(f"/api/v1/{_path}/<string:record_id>", "DELETE")(record_shown)


@case("/api/v1/people/<string:record_id>/merge", "POST")
@case("/api/v1/people/<string:record_id>/split", "POST")
def people_told_apart(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    for record_id in ("p", "double", "seul"):
        for body in (
            {"into": "seul"},
            {"into": "p"},
            {},
            {"identities": [AGENT], "person": {"id": "seul", "last_name": "x"}},
        ):
            yield record_id, {"json": body}


@case("/api/v1/imports/people", "POST")
@case("/api/v1/imports/sessions", "POST")
@case("/api/v1/imports/enrolments", "POST")
@case("/api/v1/imports/activities", "POST")
def files_imported(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    for query, text in itertools.product(
        ("?dry_run=true", ""),
        (
            "nom;prénom;e-mail\nx;x;commun@example.org\n",
            "id;nom;prénom\nseul;x;x\n",
            "session;stagiaire;heures foad\ns;seul;3\n",
            "session;e-mail;heures foad\ns;commun@example.org;3\n",
            "session;programme;date;début;fin\ns;g;07/01/2026;9h;12h\n",
            "programme;module;activité;titre\ng;m1;a1;x\n",
        ),
    ):
        yield query, {"data": text.encode(), "content_type": "text/csv"}


@case("/api/v1/training-sessions/<string:record_id>/meeting-reports", "POST")
def meetings_reported(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    head = "Name (Original Name),User Email,Join Time,Leave Time"
    lines = ("x,commun@example.org,2026-01-06 09:00,2026-01-06 12:00", "x,,2026-01-07 09:00,2026-01-07 12:00")
    body = "\n".join((head, *lines)).encode()
    for query in ("?dry_run=true", "", "?decisions=2:seul,3:p", "?slot_id=seul-creneau"):
        for session_id in ("s", "absent"):
            yield session_id + query, {"data": body, "content_type": "text/csv"}


SOURCE = "/api/v1/sources/<string:record_id>"


@case("/api/v1/sources", "GET")
@case("/api/v1/sources", "POST")
def sources_listed(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    yield "", {}
    yield "", {"json": {"kind": "badge", "title": "x", "session_id": "s"}}


@case(SOURCE, "GET")
@case(SOURCE, "PUT")
@case(SOURCE, "DELETE")
@case(f"{SOURCE}/runs", "GET")
@case(f"{SOURCE}/pulls", "POST")
def sources_of_theirs(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    yield "seule-source", {}
    yield "seule-source", {"json": {"kind": "badge", "title": "x"}}
    yield "seule-source?dry_run=true", {}


@case(f"{SOURCE}/runs/<string:run_id>", "GET")
def runs_of_theirs(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    yield "seule-source|seul", {}


@case(f"{SOURCE}/runs", "POST")
def files_of_sources(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    body = "badge;entrée;sortie\n0042;2026-01-06 09:00;2026-01-06 12:00\n".encode()
    for query in ("?dry_run=true", "", "?decisions=2:seul&remember=true", "?session_id=s"):
        yield "seule-source" + query, {"data": body, "content_type": "application/octet-stream"}


ATTENDANCE = "/api/v1/slots/<string:record_id>/attendance"
SLOTS = ("t", "seul-creneau")


@case(ATTENDANCE, "GET")
@case(f"{ATTENDANCE}.csv", "GET")
@case(f"{ATTENDANCE}/open", "POST")
@case(f"{ATTENDANCE}/close", "POST")
def sheets(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    for slot_id in SLOTS:
        yield slot_id, {}


@case(f"{ATTENDANCE}/marks", "POST")
@case(f"{ATTENDANCE}/corrections", "POST")
@case(f"{ATTENDANCE}/links", "POST")
@case(f"{ATTENDANCE}/countersignature", "POST")
def sheets_written(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    remark = {"status": "ABSENT_UNJUSTIFIED"}
    for slot_id, enrolment_id in itertools.product(SLOTS, ("e", "seule-inscription")):
        named = {"enrolment_id": enrolment_id}
        yield slot_id, {"json": {**named, **remark}}
        yield slot_id, {"json": named}
        yield slot_id, {"json": {**named, "replaces": theirs.mark, "reason": "x"}}
        yield slot_id, {"json": {**named, "replaces": theirs.mark, "reason": "x", "remark": remark}}
        yield slot_id, {"json": {"sheet_sha256": theirs.sheet}}


DESK = "/dashboards/attendance"
FORM = {"csrf": "essai"}


@case(DESK, "GET")
@case(f"{DESK}/", "GET")
def half_days_listed(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    yield "", {}
    yield "?week=2026-01-05", {}


@case(f"{DESK}/sessions/<session_id>", "GET")
@case(f"{DESK}/sessions/<session_id>.csv", "GET")
def courses_shown(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    yield "s", {}
    yield "s?month=2026-01", {}
    yield "seul-creneau", {}


@case(f"{DESK}/slots/<slot_id>", "GET")
@case(f"{DESK}/slots/<slot_id>/live", "GET")
@case(f"{DESK}/slots/<slot_id>/display", "GET")
@case(f"{DESK}/slots/<slot_id>/display/live", "GET")
@case(f"{DESK}/slots/<slot_id>/sheet", "GET")
@case(f"{DESK}/slots/<slot_id>/sheet.csv", "GET")
@case(f"{DESK}/slots/<slot_id>/close", "GET")
def half_days_shown(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    for slot_id in SLOTS:
        yield slot_id, {}


@case(f"{DESK}/slots/<slot_id>/open", "POST")
@case(f"{DESK}/slots/<slot_id>/close", "POST")
@case(f"{DESK}/slots/<slot_id>/sheet", "POST")
def half_days_changed(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    for slot_id in SLOTS:
        yield slot_id, {"data": {**FORM, "absent": "yes", "sheet": theirs.sheet, "agree": "yes"}}


PERSON = f"{DESK}/slots/<slot_id>/trainees/<enrolment_id>"


@case(PERSON, "GET", "POST")
@case(f"{PERSON}/void", "POST")
@case(f"{PERSON}/link", "POST")
def trainees_noted(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    named = {"replaced": theirs.mark, "voided": theirs.mark, "reason": "x", "correction": "x", "way": "show"}
    for slot_id, enrolment_id in itertools.product(SLOTS, ("e", "seule-inscription")):
        yield f"{slot_id}|{enrolment_id}", {}
        yield f"{slot_id}|{enrolment_id}", {"data": {**FORM, **named, "status": "ABSENT_UNJUSTIFIED"}}


@case("/emargement/<token>", "GET", "POST")
@case("/emargement/<token>/code", "GET", "POST")
def door_knocked_at(_: Tenant, ours: Tenant) -> Iterator[Attempt]:
    # Whoever holds their link is in their room, and that is what it is for: ours is tried with what is theirs.
    for token, way in itertools.product((ours.door, "seul-creneau", "t"), ("displayed", "mail", "link")):
        for choice in ("e", "seule-inscription", "seul", "p"):
            yield token, {"data": {**FORM, "choice": choice, "code": "123456", "way": way}}


@case("/emargement/", "GET")
@case("/emargement/signature", "GET", "POST")
@case("/emargement/leave", "POST")
def nobody_signing(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    yield "", {"data": {**FORM, "text": "x", "agree": "yes"}}


@case("/emargement/static/<path:filename>", "GET")
def looks_of_signing(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    yield "attendance.css", {}
    yield "../rendering.py", {}


@case("/api/v1/enrolments/<string:record_id>/facts", "GET")
def facts_asked(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    for enrolment_id in ("e", "seule-inscription"):
        yield enrolment_id, {}
        yield f"{enrolment_id}?as_of=2026-01-05T08:00:00Z", {}


@case("/api/v1/activities/unmapped", "GET")
@case("/api/v1/law", "GET")
def law_asked(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    yield "", {}
    yield "?on=2026-01-05", {}


@case("/oauth/token", "POST")
def token_asked(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    for client_id, secret in ((theirs.key, "x"), (theirs.key, ""), (theirs.key, theirs.key)):
        yield "", {"data": {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}}
        pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        yield "", {"data": {"grant_type": "client_credentials"}, "headers": {"Authorization": f"Basic {pair}"}}
    yield "", {"data": {"grant_type": "client_credentials", "scope": "all", "organisation": str(theirs.number)}}


@case("/login", "POST")
def signed_in_as_theirs(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    yield "", {"data": {"email": theirs.email, "password": "une autre phrase de passe"}}


@case("/logout", "POST")
def signed_out(_: Tenant, __: Tenant) -> Iterator[Attempt]:
    yield "", {}


@case("/dashboards/", "GET", "POST")
@case("/login/forgotten", "GET", "POST")
@case("/login/organisation", "GET", "POST")
@case("/login/organisation/return", "GET")
@case("/login/factor", "GET", "POST")
@case("/login/factor/passkey", "POST")
@case("/account", "GET", "POST")
@case("/account/confirm", "GET", "POST")
@case("/account/confirm/code", "POST")
@case("/account/confirm/passkey", "POST")
@case("/account/password", "POST")
@case("/account/recovery", "POST")
@case("/account/factors", "GET")
@case("/account/factors/code", "GET", "POST")
@case("/account/factors/passkey", "GET", "POST")
@case("/account/sessions/end", "POST")
def accounts_pages(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    yield f"?organisation={theirs.number}", {"data": {**FORM, "email": theirs.email, "slug": "theirs"}}


@case("/login/organisation/<slug>", "GET")
@case("/invitation/<token>", "GET", "POST")
@case("/reset/<token>", "GET", "POST")
@case("/account/factors/<factor_id>/remove", "POST")
@case("/account/sessions/<session_id>/end", "POST")
def accounts_by_name(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    for name in (theirs.token, theirs.key, str(theirs.number)):
        yield name, {"data": {**FORM, "password": PASSWORD, "name": "x"}}


@case("/dashboards/<path:path>", "GET", "POST")
def pages(theirs: Tenant, _: Tenant) -> Iterator[Attempt]:
    for path in ("", "_dash-layout", "_dash-dependencies", "_dash-update-component"):
        yield path, {}
        yield f"{path}?organisation={theirs.number}", {"json": {"organisation": theirs.number}}


def methods_of(app: Flask) -> set[tuple[str, str]]:
    return {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }


def test_every_method_of_every_route_has_its_case(app: Flask):
    assert methods_of(app) == set(CASES)


def path_of(rule: str, rest: str) -> str:
    """Put what is tried into the route: in place of its variables, with | between them, or behind it."""
    if "<" in rule:
        variables, mark, query = rest.partition("?")
        given = iter(variables.split("|"))
        return re.sub("<[^>]*>", lambda _: next(given), rule) + mark + query
    return rule + rest


def sign_in(client: FlaskClient, tenant: Tenant) -> None:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
    assert found is not None
    answer = client.post("/login", data={"csrf": found[1], "email": tenant.email, "password": PASSWORD})
    assert answer.status_code == 303


def said_by(answer: Any) -> bytes:
    """Return everything that an answer tells, what it has packed included."""
    said: bytes = answer.data + str(answer.headers).encode()
    if answer.data and answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
            said += b"".join(file.read(name) for name in file.namelist())
    return said


def assert_silent(answer: Any, theirs: Tenant, what: object) -> None:
    said = said_by(answer)
    if "/audit/trail" in str(what):
        # Our own trail repeats, as details, what we asked it for.
        said = re.sub(rb'"details":\{[^}]*\}', b"", said)
    named = (MARK, theirs.key, theirs.held, theirs.email, theirs.token)
    for secret in (*(text.encode() for text in named), *theirs.evidence.secrets):
        # A form gives back what was typed into it.
        assert secret in str(what).encode() or secret not in said, (what, secret)
    assert base64.b64encode(MARK.encode())[:-4] not in said, what
    # Dash answers 500 to a body that its own page would not send.
    assert answer.status_code < 500 or "/dashboards/_dash" in str(what), (what, answer.text)


def test_no_request_of_ours_shows_or_changes_anything_of_theirs(app, services, client, ours, theirs):
    before = dump(services, theirs)
    assert {name for name, rows in before.items() if rows} >= {
        "accounts",
        "activities",
        "agents",
        "archive",
        "attachments",
        "attachments.chunks",
        "attachments.files",
        "attendance_openings",
        "attendance_tokens",
        "credentials",
        "documents",
        "erasures",
        "fact_enrolments",
        "fact_progress",
        "fact_traces",
        "feed_counts",
        "heads",
        "issued_batch_items",
        "issued_batches",
        "issued_documents",
        "ledger_heads",
        "ledger_tiles",
        "ledgers",
        "legal_holds",
        "organisations",
        "outlet_deliveries",
        "outlets",
        "quarantine",
        "record_heads",
        "record_versions",
        "retention_runs",
        "statements",
        "tokens",
        "trail",
        "vault",
    }

    person = app.test_client()
    sign_in(person, ours)
    for (rule, method), attempts in sorted(CASES.items(), key=lambda one: (one[0][0].startswith(LAST), one[0])):
        for rest, options in attempts(theirs, ours):
            browser = person if rule.startswith("/dashboards") else app.test_client()
            if rule.startswith((DESK, "/emargement")):
                with browser.session_transaction() as session:
                    session["csrf"] = FORM["csrf"]  # a form of theirs, shown and sent back
            sent = {
                **({} if rule.startswith(("/dashboards", "/log", "/emargement")) else ours.headers),
                **options.get("headers", {}),
            }
            for verb in (method, "HEAD", "OPTIONS") if method == "GET" else (method,):
                answer = browser.open(path_of(rule, rest), method=verb, **{**options, "headers": sent})
                assert_silent(answer, theirs, (verb, path_of(rule, rest), options))
                if rule.startswith(THEIRS) and verb != "OPTIONS":
                    assert answer.status_code >= 400, (verb, path_of(rule, rest), answer.text)
        # Megabytes are compared once, at the end.
        chunks = "attachments.chunks"
        assert {**before, **dump(services, theirs, chunks)} == before, (rule, method)
    assert dump(services, theirs) == before


def test_the_same_requests_by_themselves_do_show_it(services, client, theirs):
    """A mark that nobody ever sees proves nothing."""
    for path in (
        "/xapi/statements",
        f"/xapi/statements?statementId={ID}",
        f"/xapi/agents?{urlencode({'agent': json.dumps(AGENT)})}",
        f"/xapi/activities?{urlencode({'activityId': ACTIVITY})}",
        f"/xapi/activities/state?{urlencode(STATE)}",
        "/xapi/statements?attachments=true",
        theirs.more[0],
        theirs.more[1],
        "/api/v1/organisation",
        "/api/v1/credentials",
        "/api/v1/senders",
        f"/api/v1/quarantine/{theirs.held}",
        "/api/v1/law",
        "/api/v1/slots/t/attendance",
        "/api/v1/slots/t/attendance.csv",
        *tenancy_evidence.shown(theirs),
        *(f"/api/v1/{path}" for path in RECORD_PATHS),
    ):
        answer = client.get(path, headers=theirs.headers)
        assert answer.status_code == 200
        assert MARK.encode() in said_by(answer), path
    assert MARK in client.get(f"/verify/{theirs.evidence.code}").text
    sign_in(client, theirs)
    assert MARK in client.get("/dashboards/_dash-layout").text
    for path in ("/", "/slots/t", "/slots/t/sheet", "/slots/t/sheet.csv", "/slots/t/trainees/e", "/sessions/s"):
        assert MARK in client.get(f"{DESK}{path}").text, path
    assert MARK in client.get(f"/emargement/{theirs.door}").text


def test_ids_that_both_have_are_each_ones_own(services, client, ours, theirs):
    for tenant, mark in ((ours, "Le nôtre"), (theirs, MARK)):
        answer = client.get(f"/xapi/statements?statementId={ID}", headers=tenant.headers)
        assert answer.json["result"] == {"response": mark}


def test_a_token_is_of_its_organisation_alone(services, client, ours, theirs):
    for tenant, mark in ((ours, "Le nôtre"), (theirs, MARK)):
        answer = client.get(
            f"/xapi/statements?statementId={ID}", headers={**VERSION, "Authorization": f"Bearer {tenant.token}"}
        )
        assert answer.json["result"] == {"response": mark}


def test_a_log_is_read_and_followed_by_its_organisation_alone(services, ours, theirs):
    for tenant, mark in ((ours, "Le nôtre"), (theirs, MARK)):
        # One of theirs was erased: nothing can be read of it.
        entries = [entry for entry in services.statements.since(tenant.number, 0) if not entry.is_erased]
        assert all(
            # What the desk writes has no response: the slot's name holds the programme's title.
            mark in json.dumps(json.loads(entry.body), ensure_ascii=False)
            for entry in entries
        )
        assert len(entries) >= 7
        assert len(services.statements.latest(tenant.number, 100)) == len(entries)


def test_what_one_sends_twice_is_no_duplicate_of_what_the_other_sent(services, ours, theirs):
    before = services.statements.duplicates(ours.number, 0, 100)
    sender = services.credentials.caller(ours.number, ours.key)

    services.ingest.post(sender, Version.V1_0_3, json.dumps(statement(MARK)).encode())

    own = {entry.statement_id for entry in services.statements.since(ours.number, 0)}
    assert {item.first_id for item in before} < own
    assert services.statements.duplicates(ours.number, 0, 100) == before
