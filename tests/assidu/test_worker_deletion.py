"""The worker goes on with what somebody else began to delete."""

from __future__ import annotations

import json

from assidu.deletion_work import DeletionWork
from assidu.worker import Worker
from evidence.retention.running import Retention
from evidence.store.retention_runs import Stage
from lrs.caller import Caller
from lrs.erasure import Eraser, Order
from lrs.services import Services
from lrs.store.erasure import Ground, State
from lrs.versions import Version
from tests.lrs.test_erasure import name, statement


def test_an_erasure_and_a_run_that_were_left_behind_are_finished(services: Services, caller: Caller) -> None:
    body = json.dumps([statement(number) for number in range(3)]).encode()
    services.ingest.post(caller, Version.V1_0_3, body)
    eraser, retention = Eraser(services), Retention(services)
    order = Order(Ground.REQUEST, "demande", "credential:essai")
    erasure = eraser.begin(caller.organisation, order, eraser.plan(caller.organisation, [name(1)]))
    run = retention.begin(caller.organisation, "purge", "credential:essai")
    work = DeletionWork(services)

    while work.turn():
        pass

    assert eraser.erasures.get(caller.organisation, erasure.erasure_id).state is State.DONE
    assert retention.runs.get(caller.organisation, run.run_id).stage is Stage.DONE
    assert not work.turn()


def test_the_worker_looks_at_what_is_to_be_deleted(services: Services, caller: Caller) -> None:
    services.ingest.post(caller, Version.V1_0_3, json.dumps([statement(1)]).encode())
    eraser = Eraser(services)
    order = Order(Ground.REQUEST, "demande", "credential:essai")
    erasure = eraser.begin(caller.organisation, order, eraser.plan(caller.organisation, [name(1)]))
    worker = Worker(services)

    for _ in range(20):
        worker.look()

    assert eraser.erasures.get(caller.organisation, erasure.erasure_id).state is State.DONE
