"""Another record store of ours, over a database of its own, to pull from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask import Flask, Response, request
from pymongo import MongoClient
from werkzeug.serving import make_server

from assidu.app import create_app
from assidu.settings import Settings
from lrs.caller import Caller
from lrs.clock import SystemClock
from lrs.limits import Limits
from lrs.organisations import Organisations
from lrs.services import Services, build_services
from lrs.store.database import Store
from lrs.versions import Version
from tests.conftest import KEY, SECRET, CountedIds


def statement(at: int, **more: Any) -> dict[str, Any]:
    return {
        "id": str(UUID(int=(at + 1) << 80 | 4 << 76 | 8 << 60)),
        "actor": {"account": {"homePage": "https://lms.exemple.fr", "name": str(at % 7)}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"https://lms.exemple.fr/cours/{at}"},
        "timestamp": "2026-01-05T07:00:00Z",
        **more,
    }


class Elsewhere:
    """A second application over a database of its own, served over HTTP; `trouble` answers in its place."""

    def __init__(self, app: Flask, services: Services, caller: Caller) -> None:
        self.services = services
        self.caller = caller
        self.asked: list[str] = []
        self.trouble: Callable[[], Response | None] = lambda: None
        app.before_request_funcs.setdefault(None, []).insert(0, self._see)
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}/xapi"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def _see(self) -> Response | None:
        self.asked.append(request.full_path)
        return self.trouble()

    def store(self, *statements: dict[str, Any]) -> None:
        self.services.ingest.post(self.caller, Version.V1_0_3, orjson.dumps(list(statements)))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def elsewhere(mongod_uri: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Elsewhere]:
    database = f"elsewhere_{getattr(request.config, 'workerinput', {}).get('workerid', 'alone')}"
    client: MongoClient[dict[str, Any]] = MongoClient(mongod_uri, tz_aware=True, uuidRepresentation="standard")
    client.drop_database(database)
    store = Store(client, database)
    store.ensure_indexes()
    there = build_services(store, SystemClock(), CountedIds(), Limits(), b"another deployment's key of 32 B.")
    number = Organisations(there.store, there.clock).create("ailleurs", "Ailleurs").number
    there.credentials.seed(number, KEY, SECRET)
    settings = Settings.from_environment({"ASSIDU_DATA": str(tmp_path), "ASSIDU_MONGODB_URI": mongod_uri})
    found = Elsewhere(create_app(settings, there), there, there.credentials.authenticate_basic(KEY, SECRET))
    yield found
    found.stop()
    client.drop_database(database)
    client.close()
