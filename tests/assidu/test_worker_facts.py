"""The worker keeps facts: it follows statements, records and time, and being killed costs nothing."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import date

import pytest
from structlog.testing import capture_logs

from assidu.mongod import Mongod
from assidu.wiring import connect, prepare
from assidu.worker import Worker
from lrs.organisations import Organisations
from tests.analytics.store.campus import Campus, enrolled, statement_id
from tests.assidu.test_worker import wait_for, worker_process


@pytest.fixture
def campus(services, organisation, caller) -> Campus:
    return Campus(services, caller)


def work(worker: Worker) -> None:
    for _ in range(200):
        if not worker.look():
            return
    raise AssertionError("the work does not come to an end")


def test_a_worker_follows_statements_records_and_time(campus, services):
    worker = Worker(services)
    campus.furnish()
    campus.send(campus.says("completed"))
    work(worker)
    campus.check()
    campus.write(enrolled("e3", session_id="fevrier", entered_on=date(2026, 1, 5)))
    work(worker)
    campus.check()
    # Nothing arrives; slots end and days begin all the same.
    campus.pass_time(3 * 86_400)
    work(worker)
    campus.check()
    assert campus.facts.progress(campus.organisation).as_of == services.clock.now_micros()


def test_an_organisation_at_rest_is_not_looked_at_again(campus, services):
    worker = Worker(services)
    campus.furnish()
    campus.send(campus.says("completed"))
    work(worker)
    before = campus.facts.progress(campus.organisation).round
    for _ in range(5):
        assert not worker.look()
    assert campus.facts.progress(campus.organisation).round == before


def test_catching_up_says_how_far_it_has_come(campus, services):
    campus.furnish()
    campus.send(*(campus.says("viewed", minute=minute) for minute in range(40)))
    with capture_logs() as lines:
        work(Worker(services))
    (said,) = [line for line in lines if line["event"] == "facts" and line["statements"]]
    assert (said["position"], said["waiting"]) == (40, 0)
    assert "exemple.fr" not in str(lines)


def send_something(campus: Campus, chance: random.Random) -> None:
    """Send statements of two people over two days, and void some that came, or are to come."""
    batch = []
    for _ in range(60):
        who, enrolment = chance.choice([("lea", "e1"), ("yann", "e2"), ("lea", "e3")])
        verb = chance.choice(["viewed", "initialized", "terminated", "completed", "passed"])
        what = chance.choice(["quiz", "cours", "autre"])
        batch.append(campus.says(verb, what, who=who, enrolment_=enrolment, minute=chance.randint(0, 2880)))
    campus.send(*batch)
    campus.send(*(campus.voids(statement_id(chance.randint(1, campus.sent + 50))) for _ in range(5)))


def test_a_worker_killed_again_and_again_ends_in_the_facts_of_one_that_was_not(settings, tmp_path):
    mongod = Mongod(tmp_path / "mongo")
    mongod.start()
    settings = replace(settings, mongodb_uri=mongod.uri)
    services = connect(settings)
    try:
        prepare(settings, services)
        number = Organisations(services.store, services.clock).find_or_create("essai", "Essai").number
        services.credentials.seed(number, "essai", "un-secret-assez-long")
        campus = Campus(services, services.credentials.authenticate_basic("essai", "un-secret-assez-long"))
        campus.pass_time = lambda _: None  # the clock is the real one
        campus.furnish()
        chance = random.Random(4)
        for turn in range(2):
            for _ in range(5):
                send_something(campus, chance)
            campus.write(enrolled("e3", session_id="fevrier", entered_on=date(2026, 1, 5 + turn)))
            log = tmp_path / f"worker-{turn}.log"
            with worker_process(settings, log) as process:
                # Its start takes a second or so; then anywhere in the work.
                wait_for(lambda log=log: log.stat().st_size > 0)
                time.sleep(chance.uniform(0.0, 0.5))
                process.kill()
        with worker_process(settings, tmp_path / "worker.log"):
            wait_for(
                lambda: (
                    campus.facts.progress(number).position == campus.sent
                    and campus.facts.waiting(number) == 0
                    and campus.facts.progress(number).as_of > 0
                ),
                60,
            )
        campus.services.store.collection("fact_progress").update_many({}, {"$set": {"holder": None, "until": None}})
        campus.work()
        campus.check()
    finally:
        services.store.client.close()
        mongod.stop()
