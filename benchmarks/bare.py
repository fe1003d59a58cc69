"""The least that a Flask view can do: store and give back, without looking at anything.

No credential, no rule, no key, no seal, no log line: a body is parsed, put into a document like Assidu's and inserted,
or the same `find` is made and its bytes are joined. It is served as Assidu is. What it reaches is what these parts
allow on the machine: beyond it goes only who does less than one write, or one find, a request.
"""

from __future__ import annotations

import argparse
import itertools
import os
import secrets
import subprocess
import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Final

import bson
import orjson
from bson.binary import Binary
from flask import Flask, Response, request
from granian.constants import Interfaces
from granian.server import Server
from pymongo import MongoClient

from benchmarks import ceiling
from benchmarks.deployment import DATABASE, ROOT, free_port, wait_ready
from benchmarks.jobs import Target
from benchmarks.meter import Meter, descendants
from benchmarks.rig import Rig
from lrs.store.database import DURABLE, SETTLED

_URI: Final = "BARE_MONGODB_URI"
_JSON: Final = "application/json"
_MODELS: Final = 2_000
# Stands apart from Assidu's positions and instants, and from the ceiling's.
_FIRST: Final = 1 << 53


class Bare(AbstractContextManager["Bare"]):
    """The server, beside a rig's deployment and over the same database."""

    def __init__(self, rig: Rig) -> None:
        port, shape = free_port(), rig.deployment.shape
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bare", str(port), str(shape.workers), str(shape.threads)],
            cwd=ROOT, env={**os.environ, _URI: rig.deployment.uri},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_ready(port, self._process)
        self.target = Target.from_url("bare", f"http://127.0.0.1:{port}/xapi", "nobody:asks")
        self.meter = Meter({
            "web": lambda: descendants(self._process.pid), "mongod": rig.deployment.mongod_pids,
        })  # fmt: skip

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(30)


def path_of(find: dict[str, Any], limit: int) -> str:
    """Return the path that asks for a find: the question travels ready-made."""
    return f"/xapi/statements?find={bson.encode({**find, 'limit': limit}).hex()}"


def create() -> Flask:
    """Return the application over the database that the environment names."""
    app = Flask("bare")
    client: MongoClient[dict[str, Any]] = MongoClient(os.environ[_URI])
    source = client[DATABASE].get_collection("statements", read_concern=SETTLED)
    target = client[ceiling.DATABASE].get_collection("statements", write_concern=DURABLE)
    models = itertools.cycle(list(source.find().limit(_MODELS)))
    numbers = itertools.count(_FIRST + (os.getpid() << 26))

    def document(body: bytes) -> dict[str, Any]:
        model, number = next(models), next(numbers)
        key = Binary(bytes(model["_id"][:4]) + secrets.token_bytes(16))
        return {**model, "_id": key, "t": number, "n": number, "b": body}

    @app.get("/readyz")
    def ready() -> str:
        return "ready"

    @app.post("/xapi/statements")
    def post() -> Response:
        body = request.get_data(cache=False)
        sent = orjson.loads(body)
        if isinstance(sent, dict):
            target.insert_one(document(body))
            sent = [sent]
        else:
            target.insert_many([document(orjson.dumps(each)) for each in sent])
        return Response(orjson.dumps([each["id"] for each in sent]), mimetype=_JSON)

    @app.get("/xapi/statements")
    def get() -> Response:
        asked = bson.decode(bytes.fromhex(request.args["find"]))
        found = source.find(
            asked["filter"], {"_id": 0, "b": 1}, sort=asked.get("sort"), hint=asked.get("hint"), limit=-asked["limit"]
        )
        return Response(b'{"statements":[%b]}' % b",".join([each["b"] for each in found]), mimetype=_JSON)

    return app


def main() -> None:
    """Serve as Assidu is served."""
    made = argparse.ArgumentParser(description=__doc__)
    for name in ("port", "workers", "threads"):
        made.add_argument(name, type=int)
    given = made.parse_args()
    Server(
        "benchmarks.bare:create", factory=True, interface=Interfaces.WSGI, port=given.port, workers=given.workers,
        blocking_threads=given.threads, backpressure=16_384, backlog=4_096, websockets=False, log_enabled=False,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main()
