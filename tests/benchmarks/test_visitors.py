"""People who ask for pages while a store is measured: what they got is counted as it was."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benchmarks.visitors import Visitors


@contextmanager
def answering(*statuses: int) -> Iterator[int]:
    """A server that answers these, one after the other and then the last for good; yields its port."""
    left = list(statuses)
    lock = threading.Lock()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with lock:
                status = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server.server_port
        server.shutdown()
        serving.join()


def visits(port: int, most: int) -> dict[str, object]:
    with Visitors("127.0.0.1", port) as visitors:
        deadline = time.monotonic() + 10
        while visitors.summary()["asked"] < most:
            assert time.monotonic() < deadline
            time.sleep(0.005)
    return visitors.summary()


def test_pages_that_are_shown_and_refused_are_told_apart():
    with answering(503, 503, 503, 200) as port:
        found = visits(port, 6)

    assert (found["refused"], found["unanswered"]) == (3, 0)
    assert found["asked"] >= 6
    assert found["shown_ms"]["p95"] > 0


def test_a_page_that_never_comes_is_counted_and_no_page():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = visits(closed.getsockname()[1], 2)

    assert found["unanswered"] == found["asked"] >= 2
    assert found["shown_ms"]["p50"] == 0
