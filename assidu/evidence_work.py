"""The worker's part of evidence: processes that make the documents of batches; documents that are to be replaced."""

from __future__ import annotations

import multiprocessing
import threading
import time
from typing import Final

import structlog

from assidu.issuing import build_workshop, make_batches, process_count
from assidu.settings import Settings
from assidu.wiring import STORE_FAILURES
from evidence.issuing.changes import Changes
from evidence.issuing.issuer import Issuer
from evidence.store.batches import Batches
from lrs.errors import Overloaded
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId

LOOK_SECONDS: Final = 1.0
# How often documents are held against what they follow from: what has changed is flagged within about this long.
WATCH_SECONDS: Final = 10.0
# After trouble with one organisation, it is tried again after this.
REST_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 20.0

_log = structlog.get_logger("assidu.worker")


class EvidenceWork:
    """A thread beside the worker. Any number of workers may: each document is made once."""

    def __init__(self, settings: Settings, services: Services) -> None:
        self._settings = settings
        self._services = services
        self._batches = Batches(services.store)
        self._changes = Changes(services.store, services.clock, Issuer(build_workshop(settings, services)))
        # A process of its own for each, begun afresh: what the worker has opened must not be shared by two.
        self._context = multiprocessing.get_context("spawn")
        self._stop_children = self._context.Event()
        self._children: list[multiprocessing.process.BaseProcess] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="evidence", daemon=True)
        self._resting: dict[OrganisationId, float] = {}
        self._watched = float("-inf")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread and every process to end after the document in hand."""
        self._stopping.set()
        self._stop_children.set()

    def join(self) -> None:
        """Wait until all have ended; a process that does not is ended: what it was making is made again later."""
        self._thread.join(_STOP_SECONDS)
        deadline = time.monotonic() + _STOP_SECONDS
        for child in self._children:
            child.join(max(0.0, deadline - time.monotonic()))
            if child.is_alive():
                child.kill()
                child.join()

    def look(self) -> None:
        """Look once: see to processes for what is to be made, and to documents that are to be replaced."""
        self._children = [child for child in self._children if child.is_alive()]
        if self._batches.running():
            self._see_to_processes()
        if time.monotonic() - self._watched >= WATCH_SECONDS:
            self._watch()
            self._watched = time.monotonic()

    def _see_to_processes(self) -> None:
        for _ in range(process_count() - len(self._children)):
            child = self._context.Process(
                target=make_batches, args=(self._settings, self._stop_children), name="issuing", daemon=True
            )
            child.start()
            self._children.append(child)

    def _watch(self) -> None:
        for organisation in Organisations(self._services.store, self._services.clock).all():
            number = organisation.number
            if self._stopping.is_set() or self._resting.get(number, 0.0) > time.monotonic():
                continue
            try:
                more = True
                while more and not self._stopping.is_set():
                    looked = self._changes.step(number)
                    more = looked.more
                    if looked.changed or looked.restored:
                        _log.info("documents to replace", organisation=number, changed=looked.changed,
                                  restored=looked.restored)  # fmt: skip
            except (*STORE_FAILURES, Overloaded):
                raise
            except Exception:  # noqa: BLE001 - logged whole, and the others must go on
                _log.exception("the documents of an organisation cannot be followed", organisation=number)
                self._resting[number] = time.monotonic() + REST_SECONDS

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except (*STORE_FAILURES, Overloaded) as error:
                _log.warning("the store does not answer", error=type(error).__name__)
            except Exception:  # noqa: BLE001 - logged whole; whoever waits for documents must not wait for ever
                _log.exception("documents cannot be seen to")
                self._stopping.wait(REST_SECONDS)
            self._stopping.wait(LOOK_SECONDS)
