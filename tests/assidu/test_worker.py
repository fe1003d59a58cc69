"""The worker: soon, once, gently stopped, and there again after the database was away."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from analytics.store.feed import PROGRESS, FeedFacts
from assidu.mongod import Mongod
from assidu.settings import process_environment
from assidu.wiring import connect, prepare
from assidu.worker import Worker
from lrs.clock import Micros
from lrs.credentials import Changes
from lrs.organisations import Organisations
from lrs.versions import Version

STATEMENT = {
    "actor": {"mbox": "mailto:zoe@exemple.fr"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://lms.exemple.fr/1"},
}


def post(services, caller, count: int = 1) -> None:
    body = [{**STATEMENT, "id": str(services.ids.new_uuid())} for _ in range(count)]
    services.ingest.post(caller, Version.V1_0_3, json.dumps(body).encode())


def counted(services, organisation) -> int:
    return FeedFacts(services.store).find_progress(organisation).counted


def wait_for(holds: Callable[[], bool], seconds: float = 30) -> float:
    """Return how long it took until something held."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


@contextmanager
def working(*workers: Worker):
    threads = [threading.Thread(target=worker.work) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()


def test_a_statement_is_in_the_figures_within_two_seconds(services, caller):
    with working(Worker(services)):
        time.sleep(0.6)  # at rest
        post(services, caller)
        assert wait_for(lambda: counted(services, caller.organisation) == 1) < 2


def test_two_workers_count_everything_once(services, caller):
    with working(Worker(services), Worker(services)):
        for _ in range(30):
            post(services, caller, 10)
        wait_for(lambda: FeedFacts(services.store).find_progress(caller.organisation).position == 300)
    assert counted(services, caller.organisation) == 300


def test_a_backlog_of_one_organisation_leaves_the_others_their_turn(services, caller):
    post(services, caller, 500)
    worker = Worker(services)
    while worker.look():
        pass
    assert counted(services, caller.organisation) == 500


def test_trouble_with_one_organisation_does_not_hold_up_another(services, caller):
    other = Organisations(services.store, services.clock).find_or_create("autre", "Autre").number
    services.credentials.seed(other, "autre", "un-secret-assez-long")
    post(services, services.credentials.authenticate_basic("autre", "un-secret-assez-long"))
    post(services, caller)
    services.store.collection(PROGRESS).insert_one({"_id": caller.organisation, "holder": None, "until": None})
    with capture_logs() as lines:
        Worker(services).look()
    assert counted(services, other) == 1
    assert [line["organisation"] for line in lines if line["log_level"] == "error"] == [caller.organisation]


def test_a_sender_is_named_once_when_it_goes_quiet_and_once_when_it_is_back(services, caller, clock):
    services.credentials.change(caller.organisation, caller.credential, Changes(quiet_after_seconds=60))
    post(services, caller)
    said = []
    worker = Worker(services)
    for action in (None, "silence", None, "send", None):
        if action == "silence":
            clock.micros = Micros(clock.micros + 61_000_000)
        if action == "send":
            post(services, caller)
        worker._quiet_checked = float("-inf")
        with capture_logs() as lines:
            worker.look()
        said.append([line["event"] for line in lines if "sender" in line["event"]])
    assert said == [[], ["a sender has gone quiet"], [], ["a sender is back"], []]


@pytest.fixture
def own_mongod(tmp_path):
    mongod = Mongod(tmp_path / "mongo")
    mongod.start()
    yield mongod
    mongod.stop()


@contextmanager
def worker_process(settings, log: Path):
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "assidu", "worker"],
            env={**process_environment(), **settings.to_environment()},
            cwd=Path(__file__).parents[2],
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_the_process_survives_the_database_and_stops_when_told(settings, own_mongod, tmp_path):
    settings = replace(settings, mongodb_uri=own_mongod.uri)
    services = connect(settings)
    prepare(settings, services)
    organisation = Organisations(services.store, services.clock).find_or_create("essai", "Essai").number
    services.credentials.seed(organisation, "essai", "un-secret-assez-long")
    caller = services.credentials.authenticate_basic("essai", "un-secret-assez-long")
    log = tmp_path / "worker.log"
    with worker_process(settings, log) as process:
        post(services, caller)
        wait_for(lambda: counted(services, organisation) == 1)
        own_mongod.stop()
        time.sleep(1)
        own_mongod.start()
        post(services, caller, 3)
        wait_for(lambda: counted(services, organisation) == 4, 60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    row = services.store.collection(PROGRESS).find_one({"_id": organisation})
    services.store.client.close()
    assert row is not None
    assert row["holder"] is None
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines[-1]["event"] == "stopped"
    assert "zoe@exemple.fr" not in log.read_text()
