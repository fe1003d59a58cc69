"""Schemathesis reads our own OpenAPI and tries to break the real application with it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lrs.caller import Caller, Scope
from lrs.credential import Settings
from lrs.errors import Problem
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.training.examples import change, organisation_records
from training.store import Register

# For each kind of record, one that is there.
RECORDS = {
    "people": "lea",
    "programmes": "prog",
    "training-sessions": "janvier",
    "slots": "matin",
    "enrolments": "e1",
    "funders": "opco",
    "funder-profiles": "opco-2026",
    "completion-rules": "regle",
    "mapping-rules": "moodle",
    "law-overrides": "tolerance",
    "providers": "of",
}

# What is uploaded is bytes, whatever they are called.
schemathesis.serializer.alias("application/zip", "application/octet-stream")

# positive_data_acceptance is out: what an Agent is, JSON Schema as OpenAPI has it cannot say.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture
def existing(services: Services, organisation: OrganisationId, caller: Caller) -> dict[str, str]:
    """What paths may name besides what schemathesis invents."""
    key = services.credentials.create(organisation, Settings("essai", frozenset({Scope.ALL}))).credential.key
    held = services.quarantine.hold(caller, Version.V2_0_0, "POST", "application/json", b"{}", [Problem("", "no")])
    records = [change(record) for record in organisation_records()]
    Register(services.store, services.clock).write(organisation, records, "essai")
    # Views of what pages show name their enrolments and sessions.
    shown = {"enrolment_id": "e1", "session_id": "janvier", "kind": "documents"}
    return {"key": key, "held_id": str(held), **shown}


def named_in(path: str, existing: dict[str, str]) -> dict[str, str]:
    """Return what a path may name: for a record, one of its own kind."""
    record = RECORDS.get(path.removeprefix("/api/v1").split("/")[1])
    known = existing if record is None else {**existing, "record_id": record}
    found = {name: known[name] for name in known if f"{{{name}}}" in path}
    return found if set(found) == set(in_path(path)) else {}


def in_path(path: str) -> list[str]:
    """Return the names of a path's parameters."""
    return re.findall(r"{(\w+)}", path)


def count_of_routes(app: Flask) -> int:
    """Return how many operations the application answers, documented or not."""
    return sum(
        len((rule.methods or set()) - {"OPTIONS", "HEAD"})
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
    )


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_gets_an_answer_that_is_not_documented(
    app: Flask, auth: dict[str, str], existing: dict[str, str], mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [result.ok() for result in schema.get_all_operations()]

    for operation in operations:
        named = named_in(operation.path, existing)
        cases = [operation.as_strategy(mode)]
        if named:
            cases.append(operation.as_strategy(mode, path_parameters=named))

        @given(case=st.one_of(cases))
        @settings(
            # The kinds of record are one code over ten shapes.
            max_examples=3 if operation.path.split("/")[3] in RECORDS else 10,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def attack(case: Case) -> None:
            response = case.call(headers=auth)
            case.validate_response(response, checks=CHECKS)

        attack()
    assert len(operations) == count_of_routes(app)


def test_no_operation_answers_without_a_credential(app: Flask, existing: dict[str, str]) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)

    for result in schema.get_all_operations():
        operation = result.ok()
        # Whoever has no credential is told so before anything is looked up: any name will do that the path takes.
        any_name = {name: existing["held_id"] if name.endswith("_id") else "1" for name in in_path(operation.path)}
        parameters: dict[str, Any] = {**any_name, **named_in(operation.path, existing)}
        case = operation.Case(path_parameters=parameters)
        response = case.call()
        case.validate_response(response, checks=[*CHECKS[:-1], ignored_auth])
        assert response.status_code == 401
