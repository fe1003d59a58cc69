"""Sealers that are killed at any moment, several at once, while several write: nothing missed, nothing sealed twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from lrs.caller import Caller
from lrs.clock import RandomIds, SystemClock
from lrs.ledger_reading import Ledger
from lrs.services import Services, build_services
from lrs.store.heads import find_head
from lrs.versions import Version
from tests.lrs.sealers import SECRET, STATEMENT, check, sealer

ROOT = Path(__file__).resolve().parents[2]
KILLS = 16

# Forks a child that says its number once it is connected and then seals for ever, and the next one when it has died.
# Nothing is shared: each child makes its own connection.
SEALERS = """
import os, sys, time
from pymongo import MongoClient
from lrs.tenancy import OrganisationId
from lrs.clock import SystemClock
from lrs.ledger_keys import LedgerKeys
from lrs.sealing import Sealer
from lrs.store.database import Store

uri, name, organisation, secret = sys.argv[1:]
while True:
    child = os.fork()
    if child == 0:
        store = Store(MongoClient(uri, tz_aware=True, uuidRepresentation="standard"), name)
        store.ping()
        print(os.getpid(), flush=True)
        clock = SystemClock()
        sealer = Sealer(store, clock, LedgerKeys(store, clock, bytes.fromhex(secret)), "lrs.exemple.invalid")
        while True:
            sealer.step(OrganisationId(int(organisation)))
            time.sleep(0.002)
    os.waitpid(child, 0)
"""


@contextmanager
def dying_sealers(services: Services, caller: Caller, uri: str, seed: int, kills: list[int]) -> Iterator[None]:
    """A sealer in a process of its own, and another whenever it has been killed."""
    name, organisation = services.store.database.name, str(caller.organisation)
    command = [sys.executable, "-W", "ignore", "-c", SEALERS, uri, name, organisation, SECRET.hex()]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    stop, chance = threading.Event(), random.Random(seed)

    def kill() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            # One in four lives long enough to notice a transaction that a dead one has left open, and to end it.
            stop.wait(2.5 if len(kills) % 4 == 3 else chance.random() * 0.3)
            with suppress(ProcessLookupError):
                os.kill(int(line), signal.SIGKILL)
            kills.append(int(line))
            if stop.is_set():
                break

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        stop.set()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        killer.join()
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def writers(services: Services, caller: Caller, count: int) -> Iterator[list[int]]:
    """Several who write, each through a record store of its own, so that they race for the lane."""
    stop = threading.Event()
    written: list[int] = []
    failures: list[Exception] = []

    def write(seed: int) -> None:
        own = build_services(services.store, SystemClock(), RandomIds(), services.limits, b"k" * 32)
        chance = random.Random(seed)
        try:
            while not stop.is_set():
                size = chance.choice((1, 2, 7, 40))
                own.ingest.post(caller, Version.V1_0_3, json.dumps([STATEMENT] * size).encode())
                written.append(size)
                time.sleep(chance.random() * 0.15)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            failures.append(error)

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield written
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures, failures


def wait_for(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


@pytest.mark.timeout(90)
def test_whatever_dies_everything_is_sealed_once(services: Services, caller: Caller, mongod_uri: str):
    kills: list[int] = []
    organisation = caller.organisation
    with (
        writers(services, caller, 3) as written,
        dying_sealers(services, caller, mongod_uri, 1, kills),
        dying_sealers(services, caller, mongod_uri, 2, kills),
    ):
        # The dead seal and sign too, or this would show nothing.
        ledger = Ledger(services.store)
        wait_for(lambda: len(kills) >= KILLS and len(ledger.heads_after(organisation, 0)) > 2, 60)

    # One that lives takes up whatever the dead have left.
    living = sealer(services.store, SystemClock())
    count = find_head(services.store, organisation).count

    def is_done() -> bool:
        living.step(organisation)
        head = Ledger(services.store).head(organisation)
        return head is not None and head.size == count

    wait_for(is_done)

    found = check(services.store, organisation)
    assert len(found.rows) == sum(written) == count
    assert len(found.heads) > 2


@pytest.mark.timeout(60)
def test_sealers_that_race_publish_each_head_once(services: Services, caller: Caller):
    """Three at once in threads, with no lease at all between them."""
    clock, stop = SystemClock(), threading.Event()
    failures: list[Exception] = []

    def seal() -> None:
        own = sealer(services.store, clock)
        try:
            while not stop.is_set():
                own.step(caller.organisation)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            failures.append(error)

    threads = [threading.Thread(target=seal) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        with writers(services, caller, 2):
            time.sleep(1.5)
        count = find_head(services.store, caller.organisation).count
        wait_for(lambda: (head := Ledger(services.store).head(caller.organisation)) is not None and head.size == count)
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert not failures, failures
    assert len(check(services.store, caller.organisation).heads) >= 2
