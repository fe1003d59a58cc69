"""`assidu package`, as a person and as a script call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assidu.cli import main
from lrs.organisations import Organisations
from lrs.services import Services
from tests.lrs.packages.building import ONE, SEVERAL, packed


@pytest.fixture
def assidu(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the command over the test's services, among files that hold packages."""
    Organisations(services.store, services.clock).create("principal", "Mon organisme")
    monkeypatch.chdir(tmp_path)
    for name, content in (("un.zip", packed(ONE)), ("plusieurs.zip", packed(SEVERAL)), ("rien.zip", b"rien")):
        (tmp_path / name).write_bytes(content)

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, ("package", *words), obj=services)

    return call


def test_a_package_is_added_listed_opened_and_retired(assidu: Any) -> None:
    made = json.loads(assidu("add", "plusieurs.zip", "--json").output)
    assert (made["is_new"], made["newest"], len(made["version"]["parts"])) == (True, 1, 3)
    assert "there already" in assidu("add", "plusieurs.zip").output
    assert "Alerter" in assidu("add", "plusieurs.zip").output
    assert [each["id"] for each in json.loads(assidu("list", "--json").output)] == [made["id"]]

    link = json.loads(assidu("launch", made["id"], "lea@example.org", "--json").output)

    assert link["address"].startswith("http://p")
    assert ".content.localhost:8080/contenu/" in link["address"]
    assert made["id"] in assidu("retire", made["id"]).output
    assert "retired" in assidu("list").output
    assert assidu("launch", made["id"], "lea@example.org").exit_code == 1


def test_what_is_wrong_is_lines_for_a_person(assidu: Any) -> None:
    refused = assidu("add", "rien.zip")

    assert refused.exit_code == 1
    assert "This is no zip archive." in refused.output
    assert assidu("launch", "pk_inconnu", "lea@example.org").exit_code == 1
    assert assidu("list").output == ""


def test_links_are_listed_and_revoked(assidu: Any) -> None:
    made = json.loads(assidu("add", "un.zip", "--json").output)["id"]
    link = json.loads(assidu("launch", made, "lea@example.org", "--json").output)["id"]
    assert "never opened" in assidu("links", made).output

    assert link in assidu("revoke", made, link).output

    (listed,) = json.loads(assidu("links", made, "--json").output)
    assert (listed["id"], listed["state"], listed["by"]) == (link, "revoked", "assidu package")
    assert assidu("revoke", made, "pl_inconnu").exit_code == 1
    assert assidu("links", "pk_inconnu").exit_code == 1
