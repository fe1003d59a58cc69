"""`assidu forward` and `assidu webhook`, as a person and as a script call them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from assidu.cli import main
from lrs.forwarding.outlet import Kind
from lrs.organisations import Organisations
from lrs.sending.outlets import Outlets
from lrs.services import Services
from lrs.store.deliveries import Aside

URL = "https://lrs.example.org/xapi"
SECRET = "mot-de-passe-du-destinataire"
LETTER = UUID("7d444840-9dc0-41d1-b245-5ffdce74fad2")


@pytest.fixture
def assidu(services: Services) -> Any:
    """Call the command over the test's services."""
    Organisations(services.store, services.clock).create("principal", "Mon organisme")

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, words, obj=services)

    return call


@pytest.fixture
def secret(tmp_path: Path) -> str:
    (tmp_path / "secret").write_text(SECRET + "\n")
    return str(tmp_path / "secret")


def test_a_forward_is_added_changed_paused_and_removed(assidu: Any, services: Services, secret: str) -> None:
    added = assidu(
        "forward", "add", "Groupe", URL, "--user", "moi", "--secret-from", secret, "--verb", "http://x/v", "--json"
    )
    assert added.exit_code == 0, added.output
    made = json.loads(added.output)
    assert (made["sign_in"], made["filter"]["verbs"], made["state"]) == ("basic", ["http://x/v"], "active")
    assert SECRET not in added.output

    outlet = Outlets(services).get(Organisations(services.store, services.clock).get_by_slug("principal").number,
                                   Kind.FORWARD, made["id"])  # fmt: skip
    assert Outlets(services).open_secrets(outlet) == [SECRET]
    changed = json.loads(
        assidu("forward", "change", made["id"], "--label", "Autre", "--speaks", "1.0.3", "--json").output
    )
    assert (changed["label"], changed["speaks"], changed["filter"]) == ("Autre", "1.0.3", made["filter"])
    elsewhere = assidu("forward", "change", made["id"], "--url", "https://ailleurs.example.org/")
    assert "/secret" in elsewhere.output
    assert elsewhere.exit_code == 1

    assert json.loads(assidu("forward", "pause", made["id"], "--json").output)["reason"] == "by_hand"
    assert json.loads(assidu("forward", "resume", made["id"], "--json").output)["state"] == "active"
    assert json.loads(assidu("forward", "test", made["id"], "--json").output)["health"]["tested"] is not None
    assert "Autre" in assidu("forward", "list").output
    assert assidu("forward", "remove", made["id"]).output == f"Removed {made['id']}.\n"
    assert json.loads(assidu("forward", "list", "--json").output) == []
    assert "There is no such forward." in assidu("forward", "show", made["id"]).output


def test_a_webhook_s_secret_is_shown_once_and_rotated(assidu: Any) -> None:
    shown = assidu("webhook", "add", "SI", "https://si.example.org/", "--event", "feed.silent")
    assert "whsec_" in shown.output
    (listed,) = json.loads(assidu("webhook", "list", "--json").output)
    assert listed["events"] == ["feed.silent"]
    assert "secret" not in listed

    again = json.loads(assidu("webhook", "rotate", listed["id"], "--json").output)
    assert again["secret"].startswith("whsec_")
    assert again["secret"] not in shown.output
    assert [item["until"] is None for item in again["secrets"]] == [True, False]
    changed = json.loads(assidu("webhook", "change", listed["id"], "--event", "alert.opened", "--json").output)
    assert changed["events"] == ["alert.opened"]


def test_dead_letters_are_listed_and_sent_again(assidu: Any, services: Services) -> None:
    made = json.loads(assidu("forward", "add", "Groupe", URL, "--json").output)
    number = Organisations(services.store, services.clock).get_by_slug("principal").number
    letters = [Aside(LETTER, 400, "http_400", "no")]
    Outlets(services).deliveries.put_aside(number, made["id"], letters, services.clock.now_micros())

    (letter,) = json.loads(assidu("forward", "letters", made["id"], "--json").output)
    assert (letter["id"], letter["error"], letter["answer"]) == (str(LETTER), "http_400", "no")
    assert assidu("forward", "replay", made["id"], str(LETTER)).output == "1 to be sent again.\n"
    assert assidu("forward", "replay", made["id"]).output == "0 to be sent again.\n"
    assert "waiting" in assidu("forward", "deliveries", made["id"]).output
    assert "There is no dead letter" in assidu("forward", "replay", made["id"], str(LETTER)).output


@pytest.mark.parametrize("url", ["http://lrs.example.org/", "https://127.0.0.1/", "nulle part"])
def test_an_address_that_may_not_be_asked_is_refused_with_what_would_be_taken(assidu: Any, url: str) -> None:
    refused = assidu("webhook", "add", "SI", url)

    assert refused.exit_code == 1
    assert "/url" in refused.output
    assert "https://example.org/path" in refused.output
