"""The feed: through HTTP, again after what passes, on from where it stopped, and the same when repeated."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
import pytest
from flask import Flask
from werkzeug.serving import make_server

from assidu.demo.feed import FeedReport, feed
from assidu.demo.lrs_client import Batch, FeedRefused, LrsClient
from assidu.demo.statements import Sender
from assidu.demo.year import year
from lrs.caller import Caller
from lrs.services import Services
from lrs.versions import Version

UNTIL = date(2025, 12, 20)
SMALL = {"learners": 8, "months": 2}
CREDENTIAL = ("essai", "un-secret-seulement-pour-les-essais")
BATCH = Batch(Sender.MOODLE, Version.V1_0_3, b"[]", 0, UNTIL)
Answer = tuple[int, dict[str, str]]


@pytest.fixture
def address(app: Flask, caller: Caller) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/xapi"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def scripted(answer: Callable[[int], Answer]) -> Iterator[tuple[str, list[bytes]]]:
    """Serve what `answer` says of the first, second, … request; yield the address and the bodies received."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            status, headers = answer(len(bodies))
            self.send_response(status)
            for name, value in {"Content-Length": "2", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/xapi", bodies
    server.shutdown()
    thread.join()
    server.server_close()


def run(address: str, record: Path | None = None) -> FeedReport:
    return feed(address, [CREDENTIAL], until=UNTIL, record=record, progress=False, **SMALL)


def stored(services: Services, caller: Caller) -> list[dict[str, object]]:
    return [orjson.loads(one.body) for one in services.statements.since(caller.organisation, 0)]


def test_a_fed_year_is_stored_as_it_was_told(address: str, services: Services, caller: Caller) -> None:
    report = run(address)

    told = [one.statement for one in year(2026, UNTIL, **SMALL)]
    kept = stored(services, caller)
    assert report.statements == len(kept) == len(told) > 200
    assert {one["id"] for one in told if "id" in one} <= {one["id"] for one in kept}


def test_a_repeated_feed_stores_nothing_that_has_an_id_twice(address: str, services: Services, caller: Caller) -> None:
    first = run(address)
    run(address)

    nameless = sum("id" not in one.statement for one in year(2026, UNTIL, **SMALL))
    assert len(stored(services, caller)) == first.statements + nameless


def test_a_recorded_feed_that_is_complete_is_not_repeated(
    address: str, services: Services, caller: Caller, tmp_path: Path
) -> None:
    first = run(address, tmp_path / "feed.json")
    again = run(address, tmp_path / "feed.json")

    assert (again.statements, again.skipped) == (0, first.statements)


def test_an_interrupted_feed_goes_on_with_the_year_that_it_began(tmp_path: Path) -> None:
    record = tmp_path / "feed.json"
    with scripted(lambda count: (200 if count <= 2 else 400, {})) as (cut_off, before):
        with pytest.raises(FeedRefused):
            feed(cut_off, [CREDENTIAL], until=UNTIL, record=record, progress=False, connections=1, **SMALL)
        sent = before[:2]
    with scripted(lambda _: (200, {})) as (whole, after):
        report = feed(whole, [CREDENTIAL], seed=7, until=date(2030, 1, 1), record=record, progress=False, connections=1)

    told = [orjson.dumps(one.statement) for one in year(2026, UNTIL, **SMALL)]
    arrived = [orjson.dumps(one) for body in (*sent, *after) for one in orjson.loads(body)]
    assert sorted(arrived) == sorted(told)
    assert (report.seed, report.until, report.skipped) == (2026, UNTIL, sum(len(orjson.loads(body)) for body in sent))


def test_every_platform_takes_its_own_credential_and_version(address: str, services: Services, caller: Caller) -> None:
    credentials = [(f"cle-{sender}", "un-secret-seulement-pour-les-essais") for sender in Sender]
    for key, secret in credentials:
        services.credentials.seed(caller.organisation, key, secret)

    feed(address, credentials, until=UNTIL, progress=False, **SMALL)

    spoken = {(one.sender, one.statement["id"]) for one in year(2026, UNTIL, **SMALL) if "id" in one.statement}
    kept = {
        (Sender(one.credential.removeprefix("cle-")), str(one.statement_id))
        for one in services.statements.since(caller.organisation, 0)
    }
    assert spoken <= kept


@pytest.mark.parametrize("status", [429, 503])
def test_a_store_that_asks_to_wait_is_waited_for(status: int) -> None:
    with scripted(lambda count: (status, {"Retry-After": "0"}) if count < 3 else (200, {})) as (address, bodies):
        client = LrsClient(address)
        client.post(BATCH, CREDENTIAL)
        client.close()

    assert len(bodies) == 3
    assert client.retries == 2


def test_a_connection_that_the_store_closed_is_opened_again() -> None:
    with scripted(lambda _: (200, {"Connection": "close"})) as (address, bodies):
        client = LrsClient(address)
        client.post(BATCH, CREDENTIAL)
        client.post(BATCH, CREDENTIAL)
        client.close()

    assert len(bodies) == 2


def test_a_refusal_names_the_sender_the_status_and_the_answer(address: str) -> None:
    client = LrsClient(address)
    with pytest.raises(FeedRefused, match="moodle were refused with 401"):
        client.post(Batch(Sender.MOODLE, Version.V1_0_3, b"[{}]", 1, UNTIL), ("essai", "un autre secret"))
    client.close()


def test_nobody_at_home_is_one_clear_line() -> None:
    client = LrsClient("http://127.0.0.1:9/xapi", patience_seconds=0.2)
    with pytest.raises(FeedRefused, match="does not answer"):
        client.post(BATCH, CREDENTIAL)
    with pytest.raises(FeedRefused, match="address"):
        LrsClient("localhost:8080")
