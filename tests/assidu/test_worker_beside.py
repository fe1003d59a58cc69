"""Whoever never answers is waited for beside everything else: facts, the live feed and sealing go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from assidu.forwarding_work import ForwardingWork
from assidu.pulling_work import PullingWork
from assidu.sealing_work import SealingWork
from assidu.worker import Worker
from lrs.caller import Caller
from lrs.clock import RandomIds, SystemClock
from lrs.forwarding.outlet import ForwardSettings, WebhookSettings
from lrs.outgoing.places import Network
from lrs.sending.outlets import Outlets
from lrs.services import Services, build_services
from lrs.store.database import Store
from lrs.timestamps import NoAuthority
from tests.assidu.test_worker import counted, post, wait_for
from tests.assidu.test_worker_sealing import covered
from tests.lrs.forwarding.receivers import Asked, Receiver, Reply, receiving
from tests.lrs.sealers import SECRET
from training.sources.definition import parse_source
from training.sources.pulling import seal_secret
from training.sources.store import Sources

STORES = 3


@pytest.fixture
def live(store: Store, services: Services) -> Services:
    """The record store with a clock that goes, which may ask this machine."""
    return build_services(store, SystemClock(), RandomIds(), services.limits, SECRET, network=Network(private=True))


@pytest.fixture
def silent() -> Iterator[Receiver]:
    """A server that takes every request and answers none until the test ends."""
    over = threading.Event()

    def never(_: Asked) -> Reply:
        over.wait(120)
        return Reply()

    with receiving(never) as found:
        yield found
        over.set()
        # Those that were left waiting are answered now, and log it: not into the test that comes next.
        for thread in threading.enumerate():
            if thread.name in ("pulling", "forwarding"):
                thread.join(30)


def ask_in_every_way(services: Services, caller: Caller, silent: Receiver) -> None:
    """Have statements forwarded, events told and other stores pulled from, all where nobody answers."""
    organisation, outlets = caller.organisation, Outlets(services)
    for _ in range(STORES):
        outlets.add_forward(organisation, ForwardSettings("Muet", f"{silent.url}/forward"), None)
    outlets.add_webhook(organisation, WebhookSettings("Muet", f"{silent.url}/webhook", ("feed.back",)))
    sources = Sources(services.store, services.clock, services.ids)
    for at in range(STORES):
        remote = {"endpoint": f"{silent.url}/xapi", "key": "moi"}
        source = parse_source(f"s{at}", {"kind": "statements", "title": "Muet", "remote": remote})
        sources.put(organisation, source, "essai")
        sources.keep_secret(organisation, source.id, seal_secret(services, organisation, source.id, "x"))


def test_facts_and_sealing_go_on_while_nobody_answers(live: Services, caller: Caller, silent: Receiver):
    ask_in_every_way(live, caller, silent)
    sealing = SealingWork(live, "one", "lrs.exemple.invalid", NoAuthority(), 600)
    worker = Worker(live, "one", [sealing, ForwardingWork(live, "one"), PullingWork(live)])
    thread = threading.Thread(target=worker.work)
    thread.start()
    try:
        post(live, caller)
        wait_for(
            lambda: {asked.path.split("?")[0] for asked in silent.asked} >= {"/forward/statements", "/xapi/statements"}
        )
        waiting = len(silent.asked)
        for count in range(2, 7):
            post(live, caller)
            wait_for(lambda count=count: counted(live, caller.organisation) == count, 5)
            wait_for(lambda count=count: covered(live, caller.organisation) == count, 10)
        assert len(silent.asked) >= waiting
    finally:
        worker.stop()
        began = time.monotonic()
        thread.join(60)

    assert not thread.is_alive()
    # What deploys the worker gives it 30 s to end.
    assert time.monotonic() - began < 30
