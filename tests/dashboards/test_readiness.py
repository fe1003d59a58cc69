"""A web process has at hand what pages need, as long as somebody is signed in."""

from __future__ import annotations

import pytest

from dashboards.readiness import Readiness
from dashboards.views.lens import build_sources
from tests.dashboards.test_sign_in import EMAIL, PASSWORD, sign_in
from training.accounts import Accounts


@pytest.fixture
def accounts(services, organisation):
    accounts = Accounts(services.store, services.clock)
    accounts.ensure_administrator(organisation, EMAIL, PASSWORD, name="Anne Leroy")
    return accounts


def test_nothing_is_built_or_read_before_somebody_signs_in(client, services, organisation, accounts):
    built = []
    sources = build_sources(services)
    readiness = Readiness(sources, accounts, lambda: built.append(True))
    assert readiness.look() == 0
    assert built == []

    assert sign_in(client).status_code == 303

    assert readiness.look() == 1
    assert built == [True]
    known = sources.facts.records(organisation)
    assert sources.facts.records(organisation) is known


def test_somebody_who_has_signed_out_keeps_nothing_at_hand(client, services, accounts):
    sign_in(client)
    readiness = Readiness(build_sources(services), accounts, lambda: None)
    assert readiness.look() == 1
    accounts.sessions.end_all(*_first(accounts))

    assert readiness.look() == 0


def _first(accounts: Accounts):
    (organisation,) = accounts.sessions.organisations()
    person = accounts.sign_in(EMAIL, PASSWORD, "127.0.0.1")
    return organisation, person.account_id
