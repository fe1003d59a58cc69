"""`assidu cmi5`, and `assidu package` of a course of cmi5, as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assidu.cli import main
from lrs.organisations import Organisations
from lrs.services import Services
from tests.lrs.cmi5.building import Package, Unit

LEA = '{"account": {"homePage": "https://portail.exemple.fr", "name": "lea"}}'
PACKAGE = Package("commande")


@pytest.fixture
def assidu(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the command over the test's services, among files that hold courses."""
    Organisations(services.store, services.clock).create("principal", "Mon organisme")
    monkeypatch.chdir(tmp_path)
    broken = Package("faux", units=(Unit("un", "Un", url="absent.html"),))
    for name, content in (("cours.zip", PACKAGE.packed()), ("faux.zip", broken.packed())):
        (tmp_path / name).write_bytes(content)

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, words, obj=services)

    return call


def test_a_course_is_imported_launched_and_opened_by_a_link(assidu: Any) -> None:
    made = json.loads(assidu("cmi5", "import", "cours.zip", "--json").output)
    assert "there already" in assidu("cmi5", "import", "cours.zip").output
    assert "there already" in assidu("package", "add", "cours.zip").output
    (package,) = json.loads(assidu("package", "list", "--json").output)
    assert (package["id"], package["identifier"]) == (made["package"], PACKAGE.iri)

    launched = json.loads(assidu("cmi5", "launch", made["id"], LEA, "--json").output)
    link = json.loads(assidu("package", "launch", made["package"], LEA, "--mode", "Review", "--json").output)

    assert ".content.localhost:8080/unite/cs_" in launched["url"]
    assert ".content.localhost:8080/contenu/" in link["address"]
    assert assidu("package", "launch", made["package"], "lea@example.org").exit_code == 1


def test_what_is_wrong_is_lines_with_element_and_section(assidu: Any) -> None:
    refused = assidu("cmi5", "import", "faux.zip")

    assert refused.exit_code == 1
    assert "/courseStructure/block[1]/au[1]/url#1" in refused.output
    assert "absent.html" in refused.output
    assert (assidu("cmi5", "list").output, assidu("package", "list").output) == ("", "")
