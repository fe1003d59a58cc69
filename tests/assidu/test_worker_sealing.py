"""The worker's sealing: soon, beside everything else, once however many work, and going on after trouble."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import pytest
from structlog.testing import capture_logs

from assidu.sealing_work import SealingWork, deployment_name
from assidu.settings import Settings
from assidu.worker import Worker
from lrs.caller import Caller
from lrs.clock import FixedClock, RandomIds, SystemClock
from lrs.ledger_reading import Ledger
from lrs.organisations import Organisations
from lrs.services import Services, build_services
from lrs.stamping import FIRST_PAUSE_SECONDS
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from lrs.timestamps import NoAuthority
from tests.lrs.sealers import SECRET, check, store_statements


@pytest.fixture
def live(store: Store, services: Services) -> Services:
    """The record store with a clock that goes."""
    return build_services(store, SystemClock(), RandomIds(), services.limits, SECRET)


def sealing_work(services: Services, name: str = "one") -> SealingWork:
    return SealingWork(services, name, "lrs.exemple.invalid", NoAuthority(), 600)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks finds everything due, also what has just been sealed and what has just failed."""
    monkeypatch.setattr("assidu.sealing_work.REST_SECONDS", 0.0)
    monkeypatch.setattr("assidu.sealing_work.STEP_SECONDS", 0.0)


@contextmanager
def working(*workers: SealingWork) -> Iterator[None]:
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.join()


def covered(services: Services, organisation: OrganisationId) -> int:
    head = Ledger(services.store).head(organisation)
    return 0 if head is None else head.size


def wait_for(holds: Callable[[], bool], seconds: float = 15) -> float:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_statement_is_provable_within_five_seconds_at_rest_and_while_others_come(live: Services, caller: Caller):
    organisation = caller.organisation
    with working(sealing_work(live)):
        for count in range(1, 4):
            store_statements(live, caller, 1)
            assert wait_for(lambda count=count: covered(live, organisation) >= count) < 5


def test_several_workers_share_several_organisations(live: Services, caller: Caller):
    callers = [caller]
    for name in ("a", "b"):
        number = Organisations(live.store, live.clock).create(name, name).number
        callers.append(replace(caller, organisation=number))
    with working(sealing_work(live), sealing_work(live, "other")):
        for _ in range(10):
            for each in callers:
                store_statements(live, each, 7)
        wait_for(lambda: all(covered(live, each.organisation) == 70 for each in callers))

    for each in callers:
        assert len(check(live.store, each.organisation).rows) == 70


def test_the_worker_seals_beside_everything_else_and_gives_its_leases_back(live: Services, caller: Caller):
    store_statements(live, caller, 5)
    worker = Worker(live, "one", [sealing_work(live)])
    thread = Thread(target=worker.work)
    thread.start()
    try:
        wait_for(lambda: covered(live, caller.organisation) == 5)
    finally:
        worker.stop()
        thread.join(20)

    row = live.store.collection("ledgers").find_one() or {}
    assert not thread.is_alive()
    assert row["holder"] is None


def test_trouble_with_one_organisation_leaves_the_others_and_is_said_once(
    services: Services, caller: Caller, clock: FixedClock, eager: None
):
    other = replace(caller, organisation=Organisations(services.store, clock).create("b", "b").number)
    work = sealing_work(services)
    for each in (caller, other):
        store_statements(services, each, 2)
    work.look()
    vault = services.store.collection("vault")
    gone = vault.find_one({"o": caller.organisation}) or {}
    vault.delete_one({"_id": gone["_id"]})
    clock.micros += 1_000_000
    for each in (caller, other):
        store_statements(services, each, 2)

    with capture_logs() as logs:
        work.look()
        work.look()
        vault.insert_one(gone)
        work.look()

    assert [covered(services, each.organisation) for each in (caller, other)] == [4, 4]
    said = [(line["event"], line["organisation"]) for line in logs if "sealing" in line["event"]]
    assert said == [("sealing cannot go on", caller.organisation), ("sealing goes on", caller.organisation)]


def test_an_organisation_at_rest_is_left_alone(
    services: Services, caller: Caller, eager: None, monkeypatch: pytest.MonkeyPatch
):
    work = sealing_work(services)
    store_statements(services, caller, 2)
    work.look()
    monkeypatch.setattr(work, "_guarded", lambda *_: pytest.fail("there was nothing to do"))

    assert work.look() is False


def test_a_clock_that_was_put_back_is_said(services: Services, caller: Caller, clock: FixedClock, eager: None):
    work = sealing_work(services)
    store_statements(services, caller, 2)
    work.look()
    clock.micros -= 90_000_000
    store_statements(services, caller, 2)

    with capture_logs() as logs:
        work.look()

    (line,) = [line for line in logs if "clock" in line["event"]]
    assert line["seconds"] == 90
    assert covered(services, caller.organisation) == 4


def test_a_missing_timestamp_is_said_with_the_time_of_the_next_try(services: Services, caller: Caller):
    work = sealing_work(services)
    store_statements(services, caller, 2)
    work.look()

    with capture_logs() as logs:
        work.stamp()
        work.stamp()

    (line,) = [line for line in logs if line["event"] == "a head has no timestamp yet"]
    assert (line["head"], line["again_in_seconds"]) == (1, FIRST_PAUSE_SECONDS)


@pytest.mark.parametrize(
    ("address", "name"),
    [(None, "assidu.local"), ("https://lrs.exemple.fr:8443/x", "lrs.exemple.fr")],
)
def test_a_ledger_is_named_after_the_public_address(settings: Settings, address, name):
    assert deployment_name(replace(settings, public_url=address)) == name
