"""An authority that stamps, without HTTP and with it, and servers that misbehave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.lrs.timestamps.certificates import Holder, holder, stamping

# What a server does with a request: it is given the handler and the body.
Behaviour = Callable[[BaseHTTPRequestHandler, bytes], None]


@pytest.fixture(scope="session")
def root() -> Holder:
    return holder("Racine", is_authority=True)


@pytest.fixture(scope="session")
def stamper(root: Holder) -> Holder:
    return stamping(root)


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], str]]:
    """Start a server that answers every POST in one way; returns its address."""
    with ExitStack() as stack:

        def start(behave: Behaviour) -> str:
            class Handler(BaseHTTPRequestHandler):
                def do_POST(self) -> None:
                    behave(self, self.rfile.read(int(self.headers["Content-Length"])))

                def log_message(self, *_: object) -> None:
                    """Say nothing."""

            server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            server.daemon_threads = True
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            return f"http://127.0.0.1:{server.server_address[1]}/tsa"

        yield start
