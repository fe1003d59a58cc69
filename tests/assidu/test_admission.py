"""A process serves so many requests at once, and says no to the rest at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from werkzeug.test import Client

from assidu.admission import PEOPLE, READ_MOST_BYTES, Admission
from assidu.app import create_app
from assidu.settings import Settings
from lrs.services import Services

PATH = "/xapi/statements"


class Slow:
    """An application that answers when it is told to, and counts how many are in it."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.entered = threading.Semaphore(0)
        self.closed = 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.entered.release()
        if environ["PATH_INFO"] == "/fails":
            raise LookupError
        assert self.gate.wait(10)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return self

    def __iter__(self) -> Iterator[bytes]:
        yield b"done"

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def slow() -> Iterator[Slow]:
    found = Slow()
    yield found
    found.gate.set()


def fill(application: Admission, slow: Slow, count: int) -> list[threading.Thread]:
    threads = [threading.Thread(target=lambda: Client(application).get(PATH).data) for _ in range(count)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert slow.entered.acquire(timeout=10)
    return threads


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_the_surplus_is_told_at_once_to_come_back_and_that_nothing_was_done(slow: Slow) -> None:
    application = Admission(slow, 2)
    threads = fill(application, slow, 2)

    refused = Client(application).post(PATH, headers={"X-Experience-API-Version": "1.0.3"})

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.headers["X-Experience-API-Version"] == "1.0.3"
    body = orjson.loads(refused.data)
    assert (body["code"], body["errors"]) == (503, [])
    assert "nothing was done" in body["message"]
    slow.gate.set()
    for thread in threads:
        thread.join(10)
    assert Client(application).get(PATH).data == b"done"


def test_a_page_of_another_origin_may_read_the_refusal(slow: Slow) -> None:
    application = Admission(slow, 1)
    fill(application, slow, 1)

    refused = Client(application).get(PATH, headers={"Origin": "https://lms.example.org"})

    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in refused.headers["Access-Control-Expose-Headers"]


def test_what_a_sender_invents_as_a_version_is_not_said_back(slow: Slow) -> None:
    application = Admission(slow, 1)
    fill(application, slow, 1)

    refused = Client(application).get(PATH, headers={"X-Experience-API-Version": "9.9 invented"})

    assert "X-Experience-API-Version" not in refused.headers


def test_a_place_is_free_again_after_a_failure_and_after_an_answer_that_nobody_reads(slow: Slow) -> None:
    application = Admission(slow, 1)
    slow.gate.set()
    for _ in range(3):
        with pytest.raises(LookupError):
            Client(application).get("/fails")
    for _ in range(3):
        parts = application({"PATH_INFO": PATH}, lambda *_: lambda _: None)
        parts.close()  # type: ignore[attr-defined]
        parts.close()  # type: ignore[attr-defined]

    assert Client(application).get(PATH).status_code == 200


def test_whoever_watches_over_the_process_gets_in_when_it_is_full(slow: Slow) -> None:
    application = Admission(slow, 1, frozenset({"/readyz"}))
    threads = fill(application, slow, 1)
    watcher = threading.Thread(target=lambda: Client(application).get("/readyz"))
    watcher.start()

    assert slow.entered.acquire(timeout=10)
    slow.gate.set()
    for thread in (*threads, watcher):
        thread.join(10)


def test_systems_leave_people_places_that_are_not_without_end(slow: Slow) -> None:
    application = Admission(slow, 2)
    threads = fill(application, slow, 2)

    assert Client(application).get("/api/v1/facts").status_code == 503
    people = [threading.Thread(target=lambda: Client(application).get("/emargement/x").data) for _ in range(PEOPLE)]
    for person in people:
        person.start()
        assert slow.entered.acquire(timeout=10)

    assert Client(application).get("/emargement/x").status_code == 503
    slow.gate.set()
    for thread in (*threads, *people):
        thread.join(10)


def queued(application: Admission, paths: list[str], answers: list[tuple[str, int]]) -> list[threading.Thread]:
    """Ask for `paths`, each once the one before it is known to wait."""

    def ask(path: str) -> None:
        answers.append((path, Client(application).get(path).status_code))

    threads = [threading.Thread(target=ask, args=(path,)) for path in paths]
    for count, thread in enumerate(threads, 1):
        thread.start()
        wait_until(lambda count=count: application.waiting == count)
    return threads


def test_systems_wait_for_a_place_in_the_order_in_which_they_came(slow: Slow) -> None:
    application = Admission(slow, 1, waiting=3, patience_seconds=30)
    answers: list[tuple[str, int]] = []
    first = fill(application, slow, 1)
    paths = [f"/api/v1/{number}" for number in range(3)]
    threads = queued(application, paths, answers)

    assert not slow.entered.acquire(timeout=0.05)
    slow.gate.set()
    for thread in (*first, *threads):
        thread.join(10)

    assert answers == [(path, 200) for path in paths]
    assert Client(application).get(PATH).status_code == 200


def test_beyond_those_who_wait_there_is_no_more_waiting(slow: Slow) -> None:
    application = Admission(slow, 1, waiting=1, patience_seconds=30)
    answers: list[tuple[str, int]] = []
    threads = fill(application, slow, 1) + queued(application, [PATH], answers)

    assert Client(application).get(PATH).status_code == 503
    slow.gate.set()
    for thread in threads:
        thread.join(10)
    assert answers == [(PATH, 200)]


def test_whoever_has_waited_long_enough_is_told_to_come_again(slow: Slow) -> None:
    application = Admission(slow, 1, waiting=1, patience_seconds=0.01)
    threads = fill(application, slow, 1)

    assert Client(application).get(PATH).status_code == 503
    assert application.waiting == 0
    slow.gate.set()
    for thread in threads:
        thread.join(10)
    assert Client(application).get(PATH).status_code == 200


def test_people_go_in_past_systems_that_wait(slow: Slow) -> None:
    application = Admission(slow, 1, people=1, waiting=1, patience_seconds=30)
    answers: list[tuple[str, int]] = []
    threads = fill(application, slow, 1) + queued(application, [PATH], answers)
    person = threading.Thread(target=lambda: Client(application).get("/emargement/x"))
    person.start()

    assert slow.entered.acquire(timeout=10)
    slow.gate.set()
    for thread in (*threads, person):
        thread.join(10)
    assert answers == [(PATH, 200)]


def test_many_at_once_are_each_served_or_told_and_no_place_is_lost(slow: Slow) -> None:
    application = Admission(slow, 3, people=1, waiting=4, patience_seconds=0.002)
    slow.gate.set()
    answers: list[int] = []

    def ask() -> None:
        for _ in range(40):
            answers.append(Client(application).get(PATH).status_code)  # noqa: PERF401 - one after the other

    threads = [threading.Thread(target=ask) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(answers) == 24 * 40
    assert set(answers) <= {200, 503}
    assert (application.inside, application.waiting) == (0, 0)


class Body:
    """The body of a request, as a server hands it over: in pieces, and cut short where its sender goes away."""

    def __init__(self, length: int, piece: int = 1_000, *, gone_after: int | None = None) -> None:
        self.left = length
        self.piece = piece
        self.gone_at = None if gone_after is None else length - gone_after

    def read(self, size: int) -> bytes:
        if self.gone_at is not None and self.left <= self.gone_at:
            raise OSError("the connection is gone")
        taken = min(size, self.piece, self.left)
        self.left -= taken
        return b"x" * taken


def refused(slow: Slow, environ: dict[str, Any]) -> dict[str, str]:
    """Return the headers of a refusal."""
    seen: list[Any] = []
    Admission(slow, 0, people=0)(
        {"REQUEST_METHOD": "POST", "PATH_INFO": PATH, "SERVER_PROTOCOL": "HTTP/1.1", **environ},
        lambda status, headers: seen.extend((status, headers)),  # type: ignore[arg-type]
    )
    assert seen[0].startswith("503")
    return dict(seen[1])


@pytest.mark.parametrize("length", [0, 1, 1_200, READ_MOST_BYTES])
def test_a_small_body_is_read_to_its_end_and_its_connection_stays(slow: Slow, length: int) -> None:
    body = Body(length)

    headers = refused(slow, {"CONTENT_LENGTH": str(length), "wsgi.input": body})

    assert body.left == 0
    assert "Connection" not in headers


@pytest.mark.parametrize(
    "sent",
    [
        {"CONTENT_LENGTH": str(READ_MOST_BYTES + 1)},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "12"},
        {"CONTENT_LENGTH": "-1"},
        {"CONTENT_LENGTH": "\u0662"},
        {"CONTENT_LENGTH": "1" * 5_000},
    ],
    ids=["large", "of no stated length", "of two lengths", "negative", "digits of another script", "no number at all"],
)
def test_what_is_not_read_closes_its_connection_and_says_so(slow: Slow, sent: dict[str, str]) -> None:
    body = Body(READ_MOST_BYTES + 1)

    headers = refused(slow, {**sent, "wsgi.input": body})

    assert body.left == READ_MOST_BYTES + 1
    assert headers["Connection"] == "close"


@pytest.mark.parametrize("gone_after", [0, 500])
def test_a_sender_that_goes_away_meanwhile_harms_nobody(slow: Slow, gone_after: int) -> None:
    body = Body(1_200, 500, gone_after=gone_after)

    assert refused(slow, {"CONTENT_LENGTH": "1200", "wsgi.input": body})["Connection"] == "close"


@pytest.mark.parametrize(
    "sent", [{"REQUEST_METHOD": "GET"}, {"SERVER_PROTOCOL": "HTTP/2.0", "CONTENT_LENGTH": "999999"}]
)
def test_without_a_body_or_with_a_stream_of_its_own_nothing_is_read_or_closed(slow: Slow, sent: dict[str, str]) -> None:
    body = Body(1_200)

    assert "Connection" not in refused(slow, {**sent, "wsgi.input": body})
    assert body.left == 1_200


def test_the_application_refuses_what_is_beyond_its_setting(
    settings: Settings, services: Services, auth: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assidu.app.WAITING", 0)
    app = create_app(replace(settings, web_threads=1), services)
    asked = {**auth, "X-Experience-API-Version": "1.0.3"}
    inside, go_on = threading.Event(), threading.Event()

    @app.before_request
    def stay() -> None:
        inside.set()
        assert go_on.wait(10)

    answers: list[int] = []
    first = threading.Thread(target=lambda: answers.append(app.test_client().get(PATH, headers=asked).status_code))
    first.start()
    assert inside.wait(10)

    assert app.test_client().get(PATH, headers=asked).status_code == 503
    go_on.set()
    first.join(10)
    assert answers == [200]
