"""Real servers to send to: one that answers as it is told, one that drips, and a second record store of ours."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from werkzeug.serving import make_server

from assidu.app import create_app
from assidu.settings import Settings
from assidu.wiring import build_client
from lrs.caller import Caller
from lrs.clock import RandomIds, SystemClock
from lrs.limits import Limits
from lrs.organisations import Organisations
from lrs.services import Services, build_services
from lrs.store.database import Store

TARGET_KEY, TARGET_SECRET = "cible", "un-secret-de-la-cible-pour-les-essais"


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What to answer."""

    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)
    # Before the answer.
    wait_seconds: float = 0.0


@dataclass
class Receiver:
    """A server, what it was asked, and how it answers: `reply` is handed each request."""

    port: int
    asked: list[Asked]
    reply: Callable[[Asked], Reply] = lambda _: Reply()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def receiving(reply: Callable[[Asked], Reply] = lambda _: Reply()) -> Iterator[Receiver]:
    """Serve until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked = Asked(
                self.command, self.path, {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )  # fmt: skip
            receiver.asked.append(asked)
            reply = receiver.reply(asked)
            time.sleep(reply.wait_seconds)
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = answer  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(server.server_port, [], reply)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Target:
    """Another record store of ours, over HTTP."""

    url: str
    services: Services
    caller: Caller

    def bodies(self) -> list[bytes]:
        """Return what it has, in its order."""
        return [entry.body for entry in self.services.statements.after(self.caller.organisation, 0)]

    def ids(self) -> list[str]:
        return [str(entry.statement_id) for entry in self.services.statements.after(self.caller.organisation, 0)]


@contextmanager
def record_store(mongod_uri: str, settings: Settings, database: str) -> Iterator[Target]:
    """Serve a second deployment over a database of its own."""
    store = Store(build_client(settings), database)
    store.client.drop_database(database)
    store.ensure_indexes()
    services = build_services(store, SystemClock(), RandomIds(), Limits(), b"another key for tests, 32 bytes.")
    organisation = Organisations(store, services.clock).find_or_create("cible", "Cible").number
    services.credentials.seed(organisation, TARGET_KEY, TARGET_SECRET)
    server = make_server("127.0.0.1", 0, create_app(settings, services), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        caller = services.credentials.authenticate_basic(TARGET_KEY, TARGET_SECRET)
        yield Target(f"http://127.0.0.1:{server.server_port}/xapi", services, caller)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        store.client.drop_database(database)
        store.client.close()


def basic(user: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()
