"""`assidu organisations` and `assidu credentials`, as a person and as a script call them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assidu.cli import main
from assidu.commands.connection import with_database
from assidu.settings import Settings
from lrs.caller import Caller
from lrs.errors import Unauthenticated
from lrs.organisations import Organisations
from lrs.services import Services


@pytest.fixture
def assidu(services: Services) -> Any:
    """Call the command over the test's services."""
    Organisations(services.store, services.clock).create("principal", "Mon organisme")

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, words, obj=services)

    return call


def opens(services: Services, shape: dict[str, Any]) -> Caller:
    return services.credentials.authenticate_basic(shape["key"], shape["secret"])


def test_an_organisation_is_created_and_listed(assidu: Any) -> None:
    made = json.loads(assidu("organisations", "create", "greta", "Greta de Bretagne", "--json").output)

    listed = json.loads(assidu("organisations", "list", "--json").output)

    assert [each["slug"] for each in listed] == ["principal", "greta"]
    assert listed[1] == made
    assert "Greta de Bretagne" in assidu("organisations", "list").output


def test_a_created_credential_opens_and_its_secret_is_never_shown_again(assidu: Any, services: Services) -> None:
    result = assidu("credentials", "create", "Moodle", "--scope", "statements/write", "--scope", "state", "--json")

    made = json.loads(result.output)
    assert opens(services, made).scopes == {"statements/write", "state"}
    for words in (["list"], ["list", "--json"], ["show", made["key"]], ["show", made["key"], "--json"]):
        shown = assidu("credentials", *words)
        assert (shown.exit_code, made["key"] in shown.output, made["secret"] in shown.output) == (0, True, False)


def test_a_person_is_told_to_keep_the_secret(assidu: Any, services: Services) -> None:
    output = assidu("credentials", "create", "Moodle").output

    fields = dict(line.split("  ", 1) for line in output.splitlines() if "  " in line)
    shape = {"key": fields["key"].strip(), "secret": fields["secret"].strip()}
    assert opens(services, shape).scopes == {"all"}
    assert "Keep the secret now" in output


def test_every_option_reaches_the_credential(assidu: Any) -> None:
    agent = {"objectType": "Agent", "mbox": "mailto:moodle@example.fr"}

    made = json.loads(
        assidu(
            "credentials", "create", "Moodle", "--authority", json.dumps(agent), "--expires-days", "1", "--quarantine",
            "--origin", "https://a.fr", "--origin", "https://b.fr", "--requests-per-minute", "60",
            "--quiet-after-hours", "24", "--json",
        ).output
    )  # fmt: skip

    assert made["authority"] == agent
    assert made["expires"] == "2026-01-06T08:00:00.000000Z"
    assert made["origins"] == ["https://a.fr", "https://b.fr"]
    assert (made["quarantine"], made["requests_per_minute"], made["quiet_after_seconds"]) == (True, 60, 86_400)


def test_a_credential_is_rotated_and_revoked(assidu: Any, services: Services) -> None:
    made = json.loads(assidu("credentials", "create", "Moodle", "--json").output)

    rotated = json.loads(assidu("credentials", "rotate", made["key"], "--grace-seconds", "0", "--json").output)

    assert opens(services, rotated)
    with pytest.raises(Unauthenticated):
        opens(services, made)
    assert "Revoked" in assidu("credentials", "revoke", made["key"]).output
    with pytest.raises(Unauthenticated):
        opens(services, rotated)


def test_a_credential_of_another_organisation_is_not_found(assidu: Any) -> None:
    assidu("organisations", "create", "greta", "Greta")
    made = json.loads(assidu("credentials", "create", "Moodle", "--organisation", "greta", "--json").output)

    for verb in ("show", "rotate", "revoke"):
        assert assidu("credentials", verb, made["key"]).exit_code == 1
        assert assidu("credentials", verb, made["key"], "--organisation", "greta").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["organisations", "create", "Pas un slug", "x"], "/slug"),
        (["organisations", "create", "principal", "x"], "already"),
        (["credentials", "list", "--organisation", "nulle-part"], "nulle-part"),
        (["credentials", "create", " ", "--requests-per-minute", "0"], "/requests_per_minute"),
        (["credentials", "create", "a", "--authority", "{"], "/authority"),
        (["credentials", "create", "a", "--authority", "[]"], "/authority"),
        (["credentials", "create", "a", "--scope", "everything"], "everything"),
    ],
)
def test_a_refusal_is_lines_for_a_person(assidu: Any, words: list[str], said: str) -> None:
    result = assidu(*words)

    assert result.exit_code != 0
    assert said in result.output
    assert "Traceback" not in result.output


def test_without_a_database_a_command_says_what_to_do(tmp_path: Path) -> None:
    settings = Settings.from_environment({"ASSIDU_DATA": str(tmp_path)})

    with pytest.raises(Exception, match="ASSIDU_MONGODB_URI"):
        with_database(settings)


def test_a_command_finds_the_embedded_database_of_its_data_folder(tmp_path: Path, mongod_uri: str) -> None:
    port = mongod_uri.split(":")[2].split("/", maxsplit=1)[0]
    (tmp_path / "mongo").mkdir()
    (tmp_path / "mongo" / "port").write_text(port)

    settings = with_database(Settings.from_environment({"ASSIDU_DATA": str(tmp_path)}))

    assert settings.mongodb_uri is not None
    assert f":{port}/" in settings.mongodb_uri
