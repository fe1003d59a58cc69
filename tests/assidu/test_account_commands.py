"""`assidu account`: somebody is invited, listed and closed without the pages."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result

from assidu.cli import main
from evidence.store.trail import Trail
from lrs.organisations import Organisations
from lrs.services import Services
from training.accounts.invitations import Invitations

PASSWORD = "une phrase de passe"


@pytest.fixture
def assidu(services: Services) -> Any:
    """Call the command over the test's services."""
    Organisations(services.store, services.clock).create("principal", "Mon organisme")

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, ("account", *words), obj=services)

    return call


def test_somebody_is_invited_by_a_link_that_opens_their_account(assidu: Any, services: Services) -> None:
    result = assidu("invite", "Lea@exemple.fr", "Léa Martin", "--role", "auditor", "--until", "2026-02-28")

    assert result.exit_code == 0, result.output
    token = result.output.strip().rpartition("/invitation/")[2]
    invitations = Invitations(services.store, services.clock, services.ids)
    assert invitations.accept(token, "Léa Martin", PASSWORD, "fr").email == "lea@exemple.fr"
    assert "lea@exemple.fr\tLéa Martin\tauditor\tactive\tpassword alone\tuntil 2026-03-01" in assidu("list").output


def test_an_account_is_closed_and_an_invitation_withdrawn_and_both_are_in_the_trail(
    assidu: Any, services: Services
) -> None:
    for email in ("lea@exemple.fr", "ines@exemple.fr"):
        token = assidu("invite", email, "Quelqu’un", "--role", "manager").output.strip().rpartition("/")[2]
    Invitations(services.store, services.clock, services.ids).accept(token, "Inès", PASSWORD, "fr")

    assert "Withdrew" in assidu("close", "lea@exemple.fr").output
    assert "Closed" in assidu("close", "Ines@exemple.fr").output

    assert "closed" in assidu("list").output
    assert "lea" not in assidu("list").output
    organisation = Organisations(services.store, services.clock).get_by_slug("principal").number
    changes = [entry.deed.details["change"] for entry in Trail(services.store, services.clock).entries(organisation)]
    assert changes == ["account_invited", "account_invited", "account_withdrawn", "account_closed"]


def test_what_cannot_be_is_told_in_lines(assidu: Any) -> None:
    refused = assidu("invite", "lea@exemple.fr", "Léa", "--role", "trainer")
    assert refused.exit_code == 1
    assert "/person_id" in refused.output
    assert assidu("close", "personne@exemple.fr").exit_code == 1
    assert assidu("list", "--organisation", "ailleurs").exit_code == 1
