"""The words in which the standard's tests ask: one application for them all, an organisation for each test.

A test that is about one version asks for `lrs1` or `lrs2`; one that holds in both asks for `lrs`. `rules` is the same
as `lrs`, but shared: for tables of statements that are taken or refused, whatever else is stored.
"""

from __future__ import annotations

import base64
import copy
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pymongo import MongoClient
from werkzeug.test import TestResponse

from assidu.app import create_app
from assidu.settings import Settings
from lrs.caller import Caller
from lrs.clock import FixedClock, Micros, RandomIds
from lrs.limits import Limits
from lrs.organisations import Organisations
from lrs.services import Services, build_services
from lrs.store.database import Store
from lrs.store.statements import statement_key

Json = dict[str, Any]
VERSIONS = ("1.0.3", "2.0.0")
# 2026-01-05T08:00:00Z.
MONDAY = Micros(1_767_600_000_000_000)
SECRET = "un-secret-seulement-pour-les-essais"


@dataclass(frozen=True)
class Lrs:
    """One organisation's record store, asked in one version of the standard."""

    app: Flask
    services: Services
    clock: FixedClock
    version: str
    key: str
    client: FlaskClient = field(repr=False)
    refused: list[str] = field(default_factory=list, repr=False)

    @property
    def auth(self) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"{self.key}:{SECRET}".encode()).decode()}

    @property
    def headers(self) -> dict[str, str]:
        return {**self.auth, "X-Experience-API-Version": self.version}

    @property
    def caller(self) -> Caller:
        """The credential, as the store knows it."""
        return self.services.credentials.authenticate_basic(self.key, SECRET)

    def spoken(self, version: str) -> Lrs:
        """The same organisation, asked in another version."""
        return replace(self, version=version)

    def send(
        self, method: str, path: str, body: object = None, *, parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str | None] | None = None, content_type: str | None = None,
    ) -> TestResponse:  # fmt: skip
        """Send one request below /xapi. `body` is bytes or goes as JSON; a header that is None is not sent."""
        sent: dict[str, str | None] = dict(self.headers)
        if body is not None:
            sent["Content-Type"] = content_type or "application/json"
        sent |= headers or {}
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return self.client.open(
            f"/xapi{path}", method=method, query_string=dict(parameters) if parameters else None, data=data,
            headers={name: value for name, value in sent.items() if value is not None},
        )  # fmt: skip

    def post(self, body: object, **options: Any) -> TestResponse:
        return self.send("POST", "/statements", body, **options)

    def put(self, statement: Json, statement_id: str | None = None, **options: Any) -> TestResponse:
        parameters = {"statementId": statement_id or statement["id"]}
        return self.send("PUT", "/statements", statement, parameters=parameters, **options)

    def get(
        self, path: str = "/statements", headers: Mapping[str, str] | None = None, **parameters: Any
    ) -> TestResponse:
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        return self.send("GET", path, parameters=texts, headers=headers)

    def store(self, *statements: Json) -> list[str]:
        """Store statements, which must succeed, and return their ids."""
        answer = self.post(list(statements))
        assert answer.status_code == 200, answer.text
        return answer.json

    def read(self, statement_id: str, **parameters: Any) -> Json:
        """Return one stored statement."""
        answer = self.get(statementId=statement_id, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json

    def find(self, **parameters: Any) -> list[str]:
        """Return the ids of the statements that a search finds, in its order."""
        answer = self.get(**parameters)
        assert answer.status_code == 200, answer.text
        return [statement["id"] for statement in answer.json["statements"]]

    def wait(self, seconds: float = 1) -> None:
        """Let time pass."""
        self.clock.micros = Micros(self.clock.micros + round(seconds * 1_000_000))

    def check_taken(self, *statements: Json) -> Json:
        """Assert that statements are stored and come back as they were sent; return the last as it is stored."""
        shown = json.dumps(statements, ensure_ascii=False)
        answer = self.post(statements if len(statements) > 1 else statements[0])
        assert answer.status_code == 200, f"refused: {shown}\n{answer.text}"
        found = self.get(limit=len(statements), ascending="false").json["statements"][::-1]
        assert [stored["id"] for stored in found] == answer.json
        for statement, stored in zip(statements, found, strict=True):
            self.mended(stored["id"])
            for name, value in statement.items():
                if name not in ("stored", "authority"):
                    assert stored[name] == returned(value), f"{name} changed: {shown}"
        return found[-1]

    def check_refused(self, statement: object, pointer: str = "", requirement: str = "") -> list[Json]:
        """Assert that a statement is refused because of what is at `pointer`, and that nothing is stored."""
        shown = json.dumps(statement, ensure_ascii=False)
        answer = self.post(statement)
        assert answer.status_code == 400, f"not refused ({answer.status_code}): {shown}"
        assert answer.headers["X-Experience-API-Version"] == self.version
        problems = answer.json["errors"]
        there = [problem for problem in problems if problem["pointer"] == pointer]
        assert there, f"{pointer} is not among {[problem['pointer'] for problem in problems]}: {shown}"
        # In 2.0 a rule of a statement's shape has a clause where 1.0.3 has a number.
        found = [problem["requirement"] for problem in there]
        wanted = (requirement,) if self.version == "1.0.3" else (requirement or "9274.1.1", "9274.1.1")
        assert any(rule.startswith(wanted) for rule in found), f"{wanted} is not among {found} at {pointer}: {shown}"
        assert all(problem["message"] for problem in there)
        self.refused.extend(self._sent_ids(statement))
        return problems

    def mended(self, statement_id: str) -> None:
        """Note that what was refused under this id was mended and sent again."""
        self.refused[:] = [sent for sent in self.refused if sent != statement_id]

    def _sent_ids(self, body: object) -> Iterator[str]:
        for statement in body if isinstance(body, list) else [body]:
            sent = statement.get("id") if isinstance(statement, dict) else None
            if isinstance(sent, str) and is_uuid(sent):
                yield sent

    def check_nothing_refused_is_stored(self) -> None:
        """Assert that of all that was refused nothing is there; asked once, at the end of a test."""
        keys = [statement_key(self.caller.organisation, uuid.UUID(sent)) for sent in self.refused]
        self.refused.clear()
        assert not list(self.services.statements.collection.find({"_id": {"$in": keys}}, {"_id": 1}))


def is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def returned(value: Any) -> Any:
    """Return a property as an LRS gives it back: lone context activities stand in arrays (XAPI-00096)."""
    if not isinstance(value, dict):
        return value
    value = {name: returned(item) if name == "context" else item for name, item in value.items()}
    if isinstance(value.get("contextActivities"), dict):
        value["contextActivities"] = {
            kind: found if isinstance(found, list) else [found] for kind, found in value["contextActivities"].items()
        }
    return value


@dataclass(frozen=True)
class Standard:
    """The application and database that the whole folder shares."""

    app: Flask
    services: Services
    clock: FixedClock

    def lrs(self, version: str, **settings: Any) -> Lrs:
        """Return a new organisation's record store; `settings` are its credential's."""
        key = f"ak-{uuid.uuid4().hex}"
        organisation = Organisations(self.services.store, self.clock).create(key, "Organisme d’essai").number
        self.services.credentials.seed(organisation, key, SECRET)
        if settings:
            self.services.credentials.change(organisation, key, settings)
        return Lrs(self.app, self.services, self.clock, version, key, self.app.test_client())


@pytest.fixture(scope="session")
def standard(
    mongod_uri: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Standard]:
    """The record store under test, whole."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    mongo: MongoClient[Json] = MongoClient(mongod_uri, tz_aware=True, uuidRepresentation="standard")
    name = f"conformance_{worker}"
    mongo.drop_database(name)
    store, clock = Store(mongo, name), FixedClock(MONDAY)
    store.ensure_indexes()
    services = build_services(store, clock, RandomIds(), Limits(), b"a key for tests alone, 32 bytes.")
    folder: Path = tmp_path_factory.mktemp("conformance")
    settings = Settings.from_environment({"ASSIDU_DATA": str(folder), "ASSIDU_MONGODB_URI": mongod_uri})
    yield Standard(create_app(settings, services), services, clock)
    mongo.drop_database(name)
    mongo.close()


# The general fixtures, over the one application: building it for each test is most of what a small test costs.


@pytest.fixture
def clock(standard: Standard) -> FixedClock:
    standard.clock.micros = MONDAY
    return standard.clock


@pytest.fixture
def app(standard: Standard) -> Flask:
    return standard.app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def auth(standard: Standard) -> dict[str, str]:
    return standard.lrs("1.0.3").auth


@pytest.fixture(scope="session")
def _shared(standard: Standard) -> dict[str, Lrs]:
    return {version: standard.lrs(version) for version in VERSIONS}


@pytest.fixture(params=VERSIONS)
def rules(request: pytest.FixtureRequest, _shared: dict[str, Lrs]) -> Iterator[Lrs]:
    """A record store that other tests use too, in each version."""
    yield from _checked(_shared[request.param])


@pytest.fixture
def rules1(_shared: dict[str, Lrs]) -> Iterator[Lrs]:
    """The shared record store in 1.0.3."""
    yield from _checked(_shared["1.0.3"])


@pytest.fixture
def rules2(_shared: dict[str, Lrs]) -> Iterator[Lrs]:
    """The shared record store in 2.0.0."""
    yield from _checked(_shared["2.0.0"])


@pytest.fixture(params=VERSIONS)
def lrs(request: pytest.FixtureRequest, standard: Standard) -> Iterator[Lrs]:
    """An empty record store, in each version."""
    yield from _checked(standard.lrs(request.param))


@pytest.fixture
def lrs1(standard: Standard) -> Iterator[Lrs]:
    """An empty record store in 1.0.3."""
    yield from _checked(standard.lrs("1.0.3"))


@pytest.fixture
def lrs2(standard: Standard) -> Iterator[Lrs]:
    """An empty record store in 2.0.0."""
    yield from _checked(standard.lrs("2.0.0"))


def _checked(lrs: Lrs) -> Iterator[Lrs]:
    yield lrs
    if lrs.refused:
        lrs.check_nothing_refused_is_stored()


class Making:
    """Makes statements: small, full, or changed in one place."""

    def small(self, **properties: Any) -> Json:
        """A statement with the least that one has, a timestamp, and an id of its own."""
        return {
            "id": str(uuid.uuid4()),
            "actor": {"mbox": "mailto:lea@example.org"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/attended"},
            "object": {"id": "https://lms.example.org/cours/1"},
            "timestamp": "2026-01-05T07:30:00.000Z",
            **properties,
        }

    def full(self, **properties: Any) -> Json:
        """A statement with every property that both versions know, but attachments' bytes and a reference."""
        return copy.deepcopy(
            {
                **self.small(),
                "actor": {
                    "objectType": "Agent",
                    "name": "Léa Martin",
                    "account": {"homePage": "https://lms.example.org", "name": "42"},
                },
                "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"fr-FR": "a répondu"}},
                "object": {
                    "objectType": "Activity",
                    "id": "https://lms.example.org/quiz/1/question/2",
                    "definition": {
                        "name": {"fr": "Quelle sortie ?"},
                        "description": {"fr": "Le plan d’évacuation"},
                        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                        "moreInfo": "https://lms.example.org/aide",
                        "interactionType": "choice",
                        "correctResponsesPattern": ["nord"],
                        "choices": [{"id": "nord", "description": {"fr": "Nord"}}, {"id": "sud"}],
                        "extensions": {"https://example.org/ext/niveau": {"deep": [None, {}]}},
                    },
                },
                "result": {
                    "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
                    "success": True,
                    "completion": False,
                    "response": "nord",
                    "duration": "PT1M30.25S",
                    "extensions": {"https://example.org/ext/essai": 1},
                },
                "context": {
                    "registration": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                    "instructor": {"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"},
                    "team": {"objectType": "Group", "member": [{"openid": "https://openid.example.org/tom"}]},
                    "contextActivities": {"parent": [{"id": "https://lms.example.org/quiz/1"}]},
                    "revision": "1.2",
                    "platform": "Moodle",
                    "language": "fr-FR",
                    "statement": {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"},
                    "extensions": {"https://example.org/ext/salle": "B 12"},
                },
                "attachments": [
                    {
                        "usageType": "https://example.org/usage/certificat",
                        "display": {"fr": "Certificat"},
                        "description": {"fr": "Numérisé"},
                        "contentType": "application/pdf",
                        "length": 27,
                        "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
                        "fileUrl": "https://example.org/certificat.pdf",
                    },
                ],
                **properties,
            }
        )

    def around(self, pointer: str) -> Json:
        """A small statement with, in full, the property that a JSON Pointer leads into."""
        name = pointer.split("/")[1]
        return self.small(**({name: self.full()[name]} if name in self.full() else {}))

    def substatement(self, **properties: Any) -> Json:
        """A small statement whose object is a SubStatement with all that one may have."""
        inner = {name: value for name, value in self.full().items() if name != "id"}
        return self.small(object={"objectType": "SubStatement", **inner, **properties})

    def voiding(self, statement_id: str, **properties: Any) -> Json:
        """A statement that voids another."""
        return self.small(
            verb={"id": "http://adlnet.gov/expapi/verbs/voided"},
            object={"objectType": "StatementRef", "id": statement_id},
            **properties,
        )

    def changed(self, statement: Json, pointer: str, new: object) -> Json:
        """Return a copy with `new` at the JSON Pointer; `...` takes away what is there."""
        statement = copy.deepcopy(statement)
        *way, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        part: Any = statement
        for step in way:
            part = part[int(step)] if isinstance(part, list) else part.setdefault(step, {})
        if isinstance(part, list):
            part[int(last)] = new
        elif new is ...:
            del part[last]
        else:
            part[last] = new
        return statement


@pytest.fixture(scope="session")
def make() -> Making:
    """What makes statements."""
    return Making()
