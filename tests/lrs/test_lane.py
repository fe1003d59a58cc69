"""Readers are never overtaken, however many write and whatever their clocks say.

Writers are threads that share a lane, threads that do not, and another process; their clocks disagree by seconds
and go back. See docs/design/0001-one-lane-per-organisation.md.
"""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import orjson
import pytest

from lrs.caller import Caller
from lrs.clock import FixedClock, Micros, RandomIds, SystemClock
from lrs.services import Services, build_services
from lrs.statements.query import PageQuery, parse_more_token
from lrs.store.database import Store
from lrs.versions import Version

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 1.5
STATEMENT = {"actor": {"mbox": "mailto:a@example.org"}, "verb": {"id": "urn:v"}, "object": {"id": "urn:a"}}
ALSO = {**STATEMENT, "verb": {"id": "urn:w"}}

OTHER_PROCESS = """
import json, sys
from dataclasses import replace
from pymongo import MongoClient
from lrs.caller import Caller, Scope
from lrs.clock import FixedClock, Micros, RandomIds, SystemClock
from lrs.limits import Limits
from lrs.services import build_services
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from lrs.versions import Version

uri, name, organisation, authority, body = sys.argv[1:]

class Ahead:
    def now_micros(self):
        return Micros(SystemClock().now_micros() + 1_500_000)

store = Store(MongoClient(uri, tz_aware=True, uuidRepresentation="standard"), name)
services = build_services(store, Ahead(), RandomIds(), Limits(), b"a key for tests alone, 32 bytes.")
caller = Caller(OrganisationId(int(organisation)), "elsewhere", frozenset({Scope.ALL}), authority.encode())
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps([str(one) for one in services.ingest.post(caller, Version.V2_0_0, body.encode())]), flush=True)
"""


class Wild:
    """A clock that is seconds off, another way each time it is asked."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def now_micros(self) -> Micros:
        with self._lock:
            return Micros(SystemClock().now_micros() + self._random.randint(-2_000_000, 200_000))


@dataclass
class Writers:
    """Everybody who writes, until told to stop; what was acknowledged to them."""

    services: Services
    caller: Caller
    uri: str

    def __post_init__(self) -> None:
        self.acknowledged: list[UUID] = []
        self.failures: list[BaseException] = []
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        arguments = [
            self.uri, self.services.store.database.name, str(self.caller.organisation),
            self.caller.authority.decode(), json.dumps([STATEMENT, ALSO, STATEMENT]),
        ]  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-c", OTHER_PROCESS, *arguments],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        apart = build_services(self.services.store, Wild(2), RandomIds(), self.services.limits, b"k" * 32)
        together = build_services(self.services.store, Wild(1), RandomIds(), self.services.limits, b"k" * 32)
        writers = [(together, 1), (together, 2), (together, 5), (apart, 3)]
        self._threads = [threading.Thread(target=self._write, args=writer) for writer in writers]
        self._threads.append(threading.Thread(target=self._follow))
        for thread in self._threads:
            thread.start()
        return self

    def _write(self, services: Services, size: int) -> None:
        body = json.dumps([STATEMENT, ALSO, STATEMENT, STATEMENT, ALSO][:size]).encode()
        while not self._stop.is_set():
            try:
                self.acknowledged.extend(services.ingest.post(self.caller, Version.V1_0_3, body))
            except BaseException as error:  # noqa: BLE001 - the test looks at it
                self.failures.append(error)
                return

    def _follow(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        while not self._stop.is_set():
            self._process.stdin.write("again\n")
            self._process.stdin.flush()
            self.acknowledged.extend(map(UUID, json.loads(self._process.stdout.readline())))

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
        self._process.communicate(timeout=60)


@pytest.fixture
def reading(services: Services) -> Services:
    """Services whose clock is right and whose readers move idle heads."""
    return build_services(services.store, SystemClock(), RandomIds(), services.limits, b"k" * 32)


def pages(services: Services, caller: Caller, query: PageQuery) -> Iterator[list[UUID]]:
    while True:
        page = services.read.page(caller, query, [])
        yield [UUID(orjson.loads(body)["id"]) for body in page.bodies]
        if not page.more:
            return
        query = parse_more_token(page.more)


def existing(services: Services, caller: Caller, verb: str | None = None) -> list[UUID]:
    rows = services.statements.since(caller.organisation, 0)
    return [row.statement_id for row in rows if verb is None or orjson.loads(row.body)["verb"]["id"] == verb]


def test_following_more_while_others_write_gives_each_statement_once_and_skips_none(
    services, caller, reading, mongod_uri
):
    ways = itertools.cycle(itertools.product((True, False), (None, "urn:w")))
    with Writers(services, caller, mongod_uri) as writers:
        deadline = time.monotonic() + 1.5 * SECONDS
        for walks, (ascending, verb) in enumerate(ways):
            if time.monotonic() > deadline and walks >= 8:
                break
            before = existing(reading, caller, verb)
            given: list[UUID] = []
            for page in pages(reading, caller, PageQuery(ascending=ascending, limit=40, verb=verb)):
                given += page
                # Forwards there is always more: stop once all that was there has gone by.
                if ascending and len(given) > len(before) + 100:
                    break

            assert len(set(given)) == len(given)
            if ascending:
                assert given[: len(before)] == before
            else:
                assert [one for one in given if one in set(before)] == before[::-1]

    assert writers.failures == []
    assert sorted(writers.acknowledged) == sorted(existing(services, caller))


def test_what_is_found_later_at_or_before_a_consistent_through_was_visible_then(services, caller, reading, mongod_uri):
    statements = services.store.collection("statements")
    promises: list[tuple[int, int]] = []
    with Writers(services, caller, mongod_uri) as writers:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline or len(promises) < 20:
            through = reading.read.page(caller, PageQuery(limit=1), []).consistent_through
            promises.append((through, statements.count_documents({"o": caller.organisation, "t": {"$lte": through}})))

    assert writers.failures == []
    assert [through for through, _ in promises] == sorted(through for through, _ in promises)
    assert len({through for through, _ in promises}) > 5
    broken = [
        (through, seen)
        for through, seen in promises
        if statements.count_documents({"o": caller.organisation, "t": {"$lte": through}}) != seen
    ]
    assert broken == []


def test_positions_are_dense_and_follow_stored_and_every_receipt_tells_the_truth(services, caller, mongod_uri):
    with Writers(services, caller, mongod_uri) as writers:
        deadline = time.monotonic() + SECONDS
        reached = 0
        while time.monotonic() < deadline or reached < 50:
            # A follower such as the worker: from where it was, in order, without a gap, for ever.
            rows = list(services.statements.since(caller.organisation, reached))
            assert [row.position for row in rows] == list(range(reached, reached + len(rows)))
            reached += len(rows)

    rows = list(services.statements.since(caller.organisation, 0))
    assert writers.failures == []
    assert [row.position for row in rows] == list(range(len(rows)))
    assert all(one.stored < two.stored for one, two in itertools.pairwise(rows))
    assert sorted(row.statement_id for row in rows) == sorted(writers.acknowledged)
    assert {row.credential for row in rows} == {caller.credential, "elsewhere"}
    # What a statement says of itself is what the log says of it.
    assert all(f'"stored":"{_text(row.stored)}"'.encode() in row.body for row in rows[::50])


def _text(stored: int) -> str:
    from lrs.clock import to_text

    return to_text(Micros(stored))


def test_a_clock_that_goes_back_never_takes_stored_back(services, caller, clock):
    body = json.dumps([STATEMENT, STATEMENT]).encode()
    throughs = []
    for step in (0, -1, -86_400_000_000, 5_000_000, -5_000_000, 0):
        clock.micros = Micros(clock.micros + step)
        throughs.append(services.ingest.take(caller, Version.V1_0_3, body).consistent_through)
        throughs.append(services.read.consistent_through(caller.organisation))

    rows = list(services.statements.since(caller.organisation, 0))
    assert all(one.stored < two.stored for one, two in itertools.pairwise(rows))
    assert throughs == sorted(throughs)


def test_a_reader_whose_clock_is_ahead_pushes_later_statements_behind_what_it_promised(services, caller, clock):
    ahead = replace(services.read, clock=FixedClock(Micros(clock.micros + 60_000_000)))

    promised = ahead.consistent_through(caller.organisation)
    services.ingest.post(caller, Version.V1_0_3, json.dumps(STATEMENT).encode())

    (row,) = services.statements.since(caller.organisation, 0)
    assert row.stored > promised == clock.micros + 60_000_000


def test_a_page_never_promises_more_than_it_was_read_after(services, caller, clock, store: Store):
    """The head is read before the page: a statement that lands in between is shown and not promised."""
    body = json.dumps(STATEMENT).encode()
    services.ingest.post(caller, Version.V1_0_3, body)
    landed: list[Any] = []

    class Slow:
        """The statements of the store, with another's append just before they are searched."""

        def page(self, *arguments: Any, **options: Any) -> Any:
            landed.append(services.ingest.take(caller, Version.V1_0_3, body))
            return services.statements.page(*arguments, **options)

    page = replace(services.read, statements=Slow()).page(caller, PageQuery(), [])  # type: ignore[arg-type]

    assert len(page.bodies) == 2
    assert page.consistent_through < landed[0].consistent_through
