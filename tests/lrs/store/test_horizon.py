"""How far a log is consistent: asked seldom, and never more than is true."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from lrs.services import build_services
from lrs.statements.query import PageQuery
from lrs.store import horizon as horizon_module
from lrs.store.heads import consistent_head
from lrs.store.horizon import Horizon, Horizons
from lrs.versions import Version

TARGET = str(UUID(int=(1 << 80) | (4 << 76) | (9 << 60)))


@pytest.fixture
def hour(monkeypatch):
    """What was read stays fresh for longer than any test."""
    monkeypatch.setattr(horizon_module, "FRESH_SECONDS", 3600.0)


def post(services, caller, **changes):
    value = {"actor": {"mbox": "mailto:a@example.org"}, "verb": {"id": "urn:v"}, "object": {"id": "urn:a"}, **changes}
    return services.ingest.post(caller, Version.V1_0_3, json.dumps(value).encode())


def moved(store, organisation, micros):
    return consistent_head(store, organisation, micros).stored


def test_one_look_serves_many_readers_and_promises_no_more_than_it_saw(services, caller, clock, hour):
    horizons = Horizons(services.store)
    seen = horizons.find(caller.organisation, clock.now_micros())
    moved(services.store, caller.organisation, clock.now_micros() + 5_000_000)

    assert horizons.find(caller.organisation, clock.now_micros()) == seen


def test_what_was_seen_too_long_ago_is_looked_at_again(services, caller, clock, monkeypatch):
    monkeypatch.setattr(horizon_module, "FRESH_SECONDS", 0.0)
    horizons = Horizons(services.store)
    horizons.find(caller.organisation, clock.now_micros())
    later = moved(services.store, caller.organisation, clock.now_micros() + 5_000_000)

    assert horizons.find(caller.organisation, clock.now_micros()).stored == later


def test_the_horizon_of_an_idle_organisation_moves_on_however_fresh_it_is(services, caller, clock, hour):
    horizons = Horizons(services.store)
    first = horizons.find(caller.organisation, clock.now_micros())
    clock.micros += 60_000_000

    assert horizons.find(caller.organisation, clock.now_micros()).stored == first.stored + 60_000_000


def test_whoever_sent_finds_it_in_the_next_answer_of_the_process(services, caller, clock, hour):
    services.read.consistent_through(caller.organisation)
    clock.micros += 10

    receipt = services.ingest.take(caller, Version.V1_0_3, b'{"actor":{"mbox":"mailto:a@example.org"},'
                                   b'"verb":{"id":"urn:v"},"object":{"id":"urn:a"}}')  # fmt: skip

    assert services.read.consistent_through(caller.organisation) == receipt.consistent_through


def test_an_older_answer_that_comes_late_takes_nothing_back(services, caller, clock, hour):
    horizons = Horizons(services.store)
    now = horizons.find(caller.organisation, clock.now_micros()).stored

    horizons.reached(caller.organisation, Horizon(now + 20, has_references=True))
    horizons.reached(caller.organisation, Horizon(now + 10, has_references=False))

    assert horizons.find(caller.organisation, clock.now_micros()) == Horizon(now + 20, has_references=True)


def test_the_first_reference_is_followed_by_every_process_once_it_is_acknowledged(services, caller, clock, ids):
    # Another process, which has just looked: it still believes that nothing targets anything.
    other = build_services(services.store, clock, ids, services.limits, services.secret_key)
    post(services, caller, id=TARGET, verb={"id": "urn:end"})
    other.read.page(caller, PageQuery(verb="urn:end"), [])

    post(services, caller, object={"objectType": "StatementRef", "id": TARGET})

    assert len(other.read.page(caller, PageQuery(verb="urn:end"), []).bodies) == 2
