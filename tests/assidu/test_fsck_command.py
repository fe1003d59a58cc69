"""`assidu fsck`, as a person and as a script call it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from bson.binary import Binary
from click.testing import CliRunner, Result

from assidu.cli import main
from lrs.caller import Caller
from lrs.services import Services
from lrs.store.statements import statement_key
from lrs.versions import Version

NAMES = ("5b1e5a0c-0000-4000-8000-000000000001", "5b1e5a0c-0000-4000-8000-000000000002")


@pytest.fixture
def assidu(services: Services, caller: Caller) -> Any:
    """Call the command over two stored statements."""
    for name in NAMES:
        statement = {
            "id": name,
            "actor": {"mbox": "mailto:lea@exemple.fr"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://campus.example/modules/1"},
        }
        services.ingest.post(caller, Version.V1_0_3, json.dumps(statement).encode())

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, ["fsck", *words], obj=services)

    return call


def tamper(services: Services, caller: Caller, name: str) -> None:
    statements = services.store.collection("statements")
    where = {"_id": statement_key(caller.organisation, UUID(name)), "o": caller.organisation}
    row = statements.find_one(where)
    assert row is not None
    changed = bytes(row["b"]).replace(b"completed", b"completeD")
    assert changed != row["b"]
    statements.update_one(where, {"$set": {"b": Binary(changed)}})


def test_what_holds_ends_with_0_and_says_how_much_was_looked_at(assidu: Any) -> None:
    result = assidu()

    assert result.exit_code == 0
    assert "Everything holds." in result.output
    assert "2 statements" in result.output


def test_a_changed_statement_is_named_and_no_other(assidu: Any, services: Services, caller: Caller) -> None:
    tamper(services, caller, NAMES[1])

    result = assidu()

    assert result.exit_code == 1
    assert f"organisation {caller.organisation}, statement {NAMES[1]}" in result.output
    assert NAMES[0] not in result.output


def test_a_script_reads_what_was_found(assidu: Any, services: Services, caller: Caller) -> None:
    tamper(services, caller, NAMES[0])

    result = assidu("--json")

    assert result.exit_code == 1
    assert NAMES[0] in json.dumps(json.loads(result.stdout))


def test_an_organisation_that_is_not_there_is_no_clean_result(assidu: Any) -> None:
    result = assidu("--organisation", "nulle-part")

    assert result.exit_code not in (0, 1)
    assert "nulle-part" in result.output
