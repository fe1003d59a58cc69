"""What a first start prints for people: lines that can be pasted as they are."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from assidu.demo.accounts import ensure_visitors
from assidu.demo.records import year_records
from assidu.settings import Settings
from assidu.welcome import DEMONSTRATION, Guests, greet
from assidu.wiring import FirstStart
from lrs.clock import to_datetime
from lrs.organisations import Organisations
from lrs.services import Services
from tests.training.examples import change, organisation_records
from training.access import Role, Scope
from training.accounts import Accounts
from training.records.kinds import KINDS
from training.store import Change, RecordReader, Register

if TYPE_CHECKING:
    import pytest


def lines_of(output: str) -> list[list[str]]:
    """Return the words of each command line."""
    joined = output.replace("\\\n", " ")
    return [shlex.split(line) for line in joined.splitlines() if line.strip().startswith("curl ")]


def test_the_demonstration_is_shown_with_a_statement_and_a_document_to_try(
    services: Services, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    organisation = Organisations(services.store, services.clock).find_or_create(DEMONSTRATION, "Démonstration")
    Register(services.store, services.clock).write(
        organisation.number, [change(record) for record in organisation_records()], "essai"
    )
    where = replace(settings, database=services.store.database.name, port=8123)

    greet(where, FirstStart(organisation, "admin@exemple.fr"), Guests("cle", "secret", "demo@exemple.fr", "passe"))

    output = capsys.readouterr().out
    statement, asked, file = lines_of(output)
    assert "http://127.0.0.1:8123/xapi/statements" in statement
    assert json.loads(statement[-1])["verb"]["id"].endswith("/completed")
    assert json.loads(asked[-1]) == {"type": "ATTASS", "enrolment_id": "e1"}
    assert all(words[words.index("-u") + 1] == "cle:secret" for words in (statement, asked, file))
    assert re.search(r"/api/v1/documents/CODE/file$", file[-1])


def test_an_organisation_of_ones_own_has_nobody_to_attest_anything_of(
    services: Services, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    organisation = Organisations(services.store, services.clock).find_or_create("principal", "À nous")

    greet(settings, FirstStart(organisation, "admin@exemple.fr", "secret-initial"), Guests("local", None))

    output = capsys.readouterr().out
    assert len(lines_of(output)) == 1
    assert "local:THE-SECRET-YOU-CHOSE" in output
    assert "secret-initial   (shown only this once)" in output


def test_the_demonstration_has_somebody_of_each_role(services, organisation):
    until = to_datetime(services.clock.now_micros()).date()
    changes = [Change(KINDS[type(row)], row.id, row) for row in year_records(3, until, learners=30, months=4)]
    assert ensure_visitors(services, organisation, lambda email: f"pour {email}") == []
    Register(services.store, services.clock).write(organisation, changes, "essai")

    visitors = ensure_visitors(services, organisation, lambda email: f"pour {email}")

    assert {visitor.role for visitor in visitors} == set(Role) - {Role.ADMINISTRATOR}
    assert visitors == ensure_visitors(services, organisation, lambda email: f"pour {email}")
    accounts, records = Accounts(services.store, services.clock), RecordReader(services.store, services.clock)
    for visitor in visitors:
        viewer = accounts.sign_in(visitor.email, visitor.password, "192.0.2.1").viewer
        scope = Scope(viewer, records.records(organisation))
        assert viewer.role is visitor.role
        assert scope.enrolments, visitor.role
