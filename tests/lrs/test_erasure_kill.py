"""A process that erases is killed in the middle of it; another goes on from what is written down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from lrs.caller import Caller
from lrs.erasure import STATEMENTS_EXTENSION, Eraser, Order
from lrs.services import Services
from lrs.store.erasure import PART_STATEMENTS, Ground, State
from lrs.versions import Version
from tests.lrs.test_erasure import name, statement

ROOT = Path(__file__).resolve().parent.parent.parent
# A process of its own, as a worker is one: it erases what is under way, and takes its time inside each transaction.
_ERASER = """
import sys, time
from pymongo import MongoClient
from lrs.clock import RandomIds, SystemClock
from lrs.erasure import Eraser
from lrs.limits import Limits
from lrs.services import build_services
from lrs.store.database import Store

client = MongoClient(sys.argv[1], tz_aware=True, uuidRepresentation="standard")
services = build_services(Store(client, sys.argv[2]), SystemClock(), RandomIds(), Limits(), bytes(32))

def slowly(*_):
    time.sleep(0.3)

eraser = Eraser(services, [slowly])
while eraser.go_on():
    pass
"""


def test_an_erasure_whose_process_is_killed_goes_on_in_another(
    services: Services, caller: Caller, mongod_uri: str
) -> None:
    count = 3 * PART_STATEMENTS + 7
    body = json.dumps([statement(number) for number in range(count)]).encode()
    services.ingest.post(caller, Version.V1_0_3, body)
    eraser = Eraser(services)
    order = Order(Ground.REQUEST, "demande", "credential:essai")
    plan = eraser.plan(caller.organisation, map(name, range(count)))
    erasure = eraser.begin(caller.organisation, order, plan)
    process = subprocess.Popen(
        [sys.executable, "-c", _ERASER, mongod_uri, services.store.database.name],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not eraser.erasures.erased(erasure) and time.monotonic() < deadline:
            time.sleep(0.05)
        # It is inside the next part by now.
        time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()

    gone = eraser.erasures.erased(erasure)
    assert 0 < gone < count
    rows = services.store.collection("statements")
    assert rows.count_documents({"er": {"$exists": True}}) == gone
    while eraser.go_on():
        pass

    assert eraser.erasures.get(caller.organisation, erasure.erasure_id).state is State.DONE
    assert rows.count_documents({"er": {"$exists": True}}) == count
    deletions = [json.loads(row["b"]) for row in rows.find({"b": {"$exists": True}})]
    named = [item for said in deletions for item in said["context"]["extensions"][STATEMENTS_EXTENSION]]
    assert sorted(named) == sorted(str(name(number)) for number in range(count))
