"""What a browser still sends while a tab closes: the measurements that docs/design/0024 decides by."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext

KIB = 1024
WORKER = files("lrs.http").joinpath("player_static", "sender.js").read_bytes()
WAYS = {
    "beacon": "navigator.sendBeacon(url, body)",
    "keepalive": "fetch(url, {method: 'POST', body, keepalive: true}).catch(() => {})",
    "synchronous": "const x = new XMLHttpRequest(); x.open('POST', url, false); try { x.send(body); } catch {}",
    "worker": "worker.postMessage({commits: [{url, body}]})",
}


class Ground(ThreadingHTTPServer):
    """A page, a service worker, and what was posted: how many bytes, by what is in the address."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.taken: dict[str, int] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Ground

    def do_GET(self) -> None:
        is_worker = self.path == "/sender.js"
        self._send(WORKER if is_worker else b"<!doctype html><title>x</title>", "javascript" if is_worker else "html")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken[parse_qs(urlsplit(self.path).query)["way"][0]] = len(body)
        self._send(b"{}", "html")

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"text/{kind}")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    server = Ground()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def delivered(ground: Ground, profile: BrowserContext, way: str, size: int) -> bool:
    """Close a tab that sends so much on `pagehide`, and say whether all of it came."""
    page = profile.new_page()
    page.goto(ground.address)
    name = f"{way}-{size}"
    page.evaluate(
        """async ([name, size, way]) => {
            const url = `${location.origin}/take?way=${name}`;
            const registration = await navigator.serviceWorker.register('/sender.js');
            const worker = registration.active || registration.installing || registration.waiting;
            await navigator.serviceWorker.ready;
            const send = new Function('url', 'body', 'worker', way);
            addEventListener('pagehide', () => send(url, 'x'.repeat(size), worker));
        }""",
        [name, size, WAYS[way]],
    )
    page.close(run_before_unload=False)
    deadline = time.monotonic() + (10 if way == "worker" else 3)
    while name not in ground.taken and time.monotonic() < deadline:
        time.sleep(0.05)
    return ground.taken.get(name) == size


@pytest.mark.parametrize("way", ["beacon", "keepalive"])
def test_what_outlives_a_page_has_at_most_64_kib(ground: Ground, profile: BrowserContext, way: str) -> None:
    assert delivered(ground, profile, way, 60 * KIB)
    assert not delivered(ground, profile, way, 65 * KIB)


def test_a_synchronous_request_is_not_sent_while_a_page_goes(ground: Ground, profile: BrowserContext) -> None:
    assert not delivered(ground, profile, "synchronous", 1 * KIB)


@pytest.mark.parametrize("size", [1 * KIB, 200 * KIB, 1024 * KIB])
def test_a_message_to_a_service_worker_has_no_such_limit(ground: Ground, profile: BrowserContext, size: int) -> None:
    assert delivered(ground, profile, "worker", size)
