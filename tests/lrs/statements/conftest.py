"""A full and valid Statement of each version, and the helper that changes one thing in it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from lrs.errors import Problem
from lrs.statements.rules import statement_problems
from lrs.versions import Version

Json = dict[str, Any]
REMOVE = object()


def full_statement(version: Version) -> Json:
    """Return a statement that uses every property but `authority` as a Group."""
    context: Json = {
        "registration": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "instructor": {"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"},
        "team": {"objectType": "Group", "name": "Équipe", "member": [{"mbox": "mailto:lea@example.org"}]},
        "contextActivities": {
            "parent": {"id": "https://lms.example.org/cours/1"},
            "category": [{"objectType": "Activity", "id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}],
        },
        "revision": "1.2",
        "platform": "Moodle",
        "language": "fr-FR",
        "statement": {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"},
        "extensions": {"https://example.org/ext/salle": None},
    }
    if version is Version.V2_0_0:
        context["contextAgents"] = [
            {
                "objectType": "contextAgent",
                "agent": {"openid": "https://openid.example.org/tuteur"},
                "relevantTypes": ["https://example.org/types/tuteur"],
            },
        ]
        context["contextGroups"] = [
            {"objectType": "contextGroup", "group": {"objectType": "Group", "mbox": "mailto:groupe@example.org"}},
        ]
    return {
        "id": "12345678-1234-4234-8234-123456789012",
        "actor": {
            "objectType": "Agent",
            "name": "Léa",
            "account": {"homePage": "https://lms.example.org", "name": "42"},
        },
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"fr": "a répondu"}},
        "object": {
            "id": "https://lms.example.org/quiz/1/question/2",
            "definition": {
                "name": {"fr-FR": "Quelle sortie ?"},
                "description": {"fr": "Le plan d'évacuation"},
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "moreInfo": "https://lms.example.org/aide",
                "interactionType": "choice",
                "correctResponsesPattern": ["a"],
                "choices": [{"id": "a", "description": {"fr": "Nord"}}, {"id": "b"}],
                "extensions": {"https://example.org/ext/niveau": {"deep": [None, {"x": None}]}},
            },
        },
        "result": {
            "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
            "success": True,
            "completion": False,
            "response": "a",
            "duration": "PT1M30.25S",
            "extensions": {},
        },
        "context": context,
        "timestamp": "2026-01-05T08:00:00.123+01:00",
        "stored": "2026-01-05T08:00:01Z",
        "authority": {"mbox": "mailto:lms@example.org"},
        "version": "1.0.0",
        "attachments": [
            {
                "usageType": "https://example.org/usage/certificat",
                "display": {"fr": "Certificat"},
                "description": {"fr": "Scan"},
                "contentType": "application/pdf; charset=binary",
                "length": 27,
                "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
                "fileUrl": "https://example.org/certificat.pdf",
            },
        ],
    }


def changed(value: Any, pointer: str, new: object) -> Any:
    """Return a copy of `value` with `new` at the pointer, or without it (`REMOVE`)."""
    value = copy.deepcopy(value)
    *way, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    part = value
    for step in way:
        part = part[int(step)] if isinstance(part, list) else part.setdefault(step, {})
    if new is REMOVE:
        del part[last]
    else:
        part[int(last) if isinstance(part, list) else last] = new
    return value


Refusals = Callable[..., list[tuple[str, str]]]


@pytest.fixture(params=list(Version), ids=str)
def version(request: pytest.FixtureRequest) -> Version:
    """Each version of the standard in turn."""
    chosen: Version = request.param
    return chosen


@pytest.fixture
def full(version: Version) -> Json:
    """A statement that uses every property."""
    return full_statement(version)


@pytest.fixture
def problems_after(full: Json, version: Version) -> Callable[..., list[Problem]]:
    """Change the full statement at each pointer and return what is wrong then."""

    def problems(*changes: tuple[str, object]) -> list[Problem]:
        statement = full
        for pointer, new in changes:
            statement = changed(statement, pointer, new)
        return statement_problems(statement, version)

    return problems


@pytest.fixture
def removed() -> object:
    """What `problems_after` takes for: without it."""
    return REMOVE


@pytest.fixture(scope="session")
def full_statements() -> dict[Version, Json]:
    """The full statement of each version; not to be changed."""
    return {version: full_statement(version) for version in Version}
