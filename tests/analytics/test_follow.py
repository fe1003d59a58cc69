"""Following a log over a real database: exactly once, whoever else is at it, and never another organisation's."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.feed import Delta, Kind
from analytics.store.feed import COUNTS, PROGRESS, VOIDS, FeedFacts
from analytics.store.follow import follow
from analytics.store.view import read_feed
from lrs.clock import Micros
from lrs.organisations import Organisations
from lrs.tenancy import OrganisationId
from lrs.versions import Version

VERBS = "http://adlnet.gov/expapi/verbs/"


def statement(number: int, *, verb: str = "completed", activity: int = 1, named: bool = True) -> dict:
    body = {
        "actor": {"mbox": "mailto:zoe@exemple.fr", "name": "Zoé Martin"},
        "verb": {"id": VERBS + verb, "display": {"fr-FR": "terminé"}},
        "object": {"id": f"https://lms.exemple.fr/{activity}", "definition": {"name": {"fr-FR": f"Module {activity}"}}},
        "timestamp": "2026-01-02T10:00:00Z",
    }
    return {"id": str(UUID(int=number + (4 << 76) + (8 << 60))), **body} if named else body


def voiding(number: int, target: int) -> dict:
    return {
        **statement(number, verb="voided"),
        "object": {"objectType": "StatementRef", "id": statement(target)["id"]},
    }


@pytest.fixture
def post(services, caller):
    def send(*statements: dict, as_: object = caller) -> None:
        services.ingest.post(as_, Version.V1_0_3, json.dumps(statements).encode())

    return send


@pytest.fixture
def facts(services, organisation):
    facts = FeedFacts(services.store)
    facts.hold(organisation, "us", Micros(0))
    return facts


def kept(services, organisation) -> tuple:
    """What is in the database of one organisation: totals, counters above zero, voided targets."""
    progress = FeedFacts(services.store).find_progress(organisation)
    rows = services.store.collection(COUNTS).find({"o": organisation, "n": {"$ne": 0}})
    counts = {row["_id"]: {name: row.get(name) for name in ("k", "i", "n", "names", "type", "t")} for row in rows}
    return progress, counts, services.store.collection(VOIDS).count_documents({"o": organisation})


def catch_up(services, organisation, limit: int = 500) -> None:
    while follow(services.store, organisation, limit):
        pass


def test_new_statements_are_counted_once(services, organisation, facts, post):
    post(statement(1), statement(2, activity=2))
    post(statement(3))
    catch_up(services, organisation)
    catch_up(services, organisation)
    view = read_feed(services.store, organisation, services.clock.now_micros())
    assert (view.progress.counted, view.received, view.waiting) == (3, 3, 0)
    assert [(row.key, row.count, dict(row.names)) for row in view.activities] == [
        ("https://lms.exemple.fr/1", 2, {"fr-FR": "Module 1"}),
        ("https://lms.exemple.fr/2", 1, {"fr-FR": "Module 2"}),
    ]
    assert dict(view.activity)[view.last_activity] == 3
    assert sum(count for _, count in view.arrivals) == 3
    assert (view.received_today, view.received_last_hour) == (3, 3)


def test_a_replay_is_not_counted_and_a_content_duplicate_is_told_apart(services, organisation, facts, post):
    post(statement(1))
    post(statement(1))
    post(statement(0, activity=7, named=False))
    post(statement(0, activity=7, named=False))
    catch_up(services, organisation)
    progress = FeedFacts(services.store).find_progress(organisation)
    assert (progress.position, progress.counted, progress.duplicates) == (3, 2, 1)


@pytest.mark.parametrize("together", [True, False])
def test_a_voided_statement_is_subtracted_whichever_came_first(services, organisation, facts, post, together):
    post(statement(1), statement(2))
    if not together:
        catch_up(services, organisation)
    post(voiding(10, target=1), voiding(11, target=3))
    post(statement(3))
    catch_up(services, organisation)
    progress = FeedFacts(services.store).find_progress(organisation)
    assert (progress.position, progress.counted, progress.voided) == (5, 3, 2)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limits=st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_incremental_facts_equal_facts_from_scratch(services, caller, limits):
    number = Organisations(services.store, services.clock).find_or_create(f"o{services.ids.new_uuid().hex}", "O").number
    services.credentials.seed(number, f"k{number}", "un-secret-assez-long")
    sender = services.credentials.authenticate_basic(f"k{number}", "un-secret-assez-long")
    log = [
        [statement(1), statement(2, verb="passed")],
        [voiding(10, target=1)],
        [statement(0, activity=5, named=False)],
        [statement(0, activity=5, named=False), voiding(11, target=4)],
        [statement(3, verb="attended"), statement(4), statement(5, activity=2)],
        [voiding(12, target=5), voiding(13, target=12)],
    ]
    facts = FeedFacts(services.store)
    facts.hold(number, "us", Micros(0))
    for position, batch in enumerate(log):
        services.ingest.post(sender, Version.V1_0_3, json.dumps(batch).encode())
        follow(services.store, number, limits[position % len(limits)])
    catch_up(services, number, limits[0])
    incremental = kept(services, number)
    facts.restart(number)
    catch_up(services, number)
    assert kept(services, number) == incremental
    assert incremental[0].counted + incremental[0].duplicates + incremental[0].voided == incremental[0].position == 11
    assert caller.organisation != number


def test_two_that_count_the_same_statements_at_once_count_them_once(services, organisation, facts, post):
    for n in range(20):
        post(statement(100 + n), statement(200 + n))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: catch_up(services, organisation, 3), range(4)))
    progress, counts, _ = kept(services, organisation)
    assert (progress.position, progress.counted) == (40, 40)
    assert [row["n"] for row in counts.values() if row["k"] == Kind.SENDER.value] == [40]


def test_a_batch_that_somebody_else_has_counted_changes_nothing(services, organisation, facts, post):
    post(statement(1))
    catch_up(services, organisation)
    before = kept(services, organisation)
    assert facts.advance(organisation, 0, Micros(1), Delta(received=1, counted=1)) is False
    assert kept(services, organisation) == before


def test_a_lease_keeps_others_away_until_it_runs_out_or_is_given_back(services, organisation):
    facts = FeedFacts(services.store)
    assert facts.hold(organisation, "one", Micros(0))
    assert not facts.hold(organisation, "two", Micros(1))
    assert facts.hold(organisation, "one", Micros(2))
    assert facts.hold(organisation, "two", Micros(60_000_000))
    facts.release("two")
    assert facts.hold(organisation, "one", Micros(60_000_001))


def test_facts_of_older_rules_are_counted_again(services, organisation, facts, post):
    post(statement(1))
    catch_up(services, organisation)
    services.store.collection(PROGRESS).update_one({"_id": organisation}, {"$set": {"rules_version": 0, "counted": 99}})
    catch_up(services, organisation)
    assert FeedFacts(services.store).find_progress(organisation).counted == 1


def test_one_organisation_sees_nothing_of_another(services, organisation, facts, post):
    post(statement(1))
    catch_up(services, organisation)
    other = OrganisationId(organisation + 1)
    view = read_feed(services.store, other, services.clock.now_micros())
    assert (view.received, view.progress.position, view.received_today) == (0, 0, 0)
    assert not (view.verbs)
    assert not (view.activities)
    assert not (view.by_sender)
    assert not (view.latest)
    assert not (view.last_activity)
    assert follow(services.store, other) == 0


def test_an_activity_whose_address_is_very_long_is_counted_like_any_other(services, organisation, facts, post):
    long = statement(1)
    long["object"] = {"id": "https://lms.exemple.fr/" + "x" * 5_000}
    post(long)
    catch_up(services, organisation)
    assert read_feed(services.store, organisation, services.clock.now_micros()).activities[0].count == 1
