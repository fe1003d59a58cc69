"""The worker's part of estimates: a thread that looks whether any are due, and a process that makes them.

A process of its own, for the models that it loads weigh more than everything else the worker does; it ends, and gives
its memory back, when nothing has been due for a while. Any number of workers may: a lease of each organisation keeps
two from doing the same work.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Iterable
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Final, Protocol

import structlog

from analytics.store.risk_due import Dues
from analytics.store.risk_values import POOLED
from assidu.logs import configure_logging
from assidu.settings import Settings
from assidu.wiring import STORE_FAILURES, connect
from lrs.errors import Overloaded
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId

LOOK_SECONDS: Final = 15.0
# After trouble with one organisation, the others go on and it is tried again after this.
REST_SECONDS: Final = 300.0
# After this long without anything due, the process ends; the worker starts another.
IDLE_SECONDS: Final = 45.0
_PAUSE_SECONDS: Final = 3.0
_STOP_SECONDS: Final = 20.0

_log = structlog.get_logger("assidu.worker")


class _Event(Protocol):
    def is_set(self) -> bool: ...


class RiskWork:
    """A thread beside the worker."""

    def __init__(self, settings: Settings, services: Services) -> None:
        self._settings = settings
        self._services = services
        self._dues = Dues(services.store, services.clock, services.ids)
        self._context = multiprocessing.get_context("spawn")
        self._stop_child = self._context.Event()
        self._child: BaseProcess | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="risk", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread and the process to end after the step in hand."""
        self._stopping.set()
        self._stop_child.set()

    def join(self) -> None:
        """Wait until both have ended; a process that is fitting a model is ended: it is fitted again later."""
        self._thread.join(_STOP_SECONDS)
        if self._child is not None:
            self._child.join(_STOP_SECONDS)
            if self._child.is_alive():
                self._child.kill()
                self._child.join()

    def look(self) -> bool:
        """Look once; say whether the process runs now."""
        if self._child is not None and not self._child.is_alive():
            self._child = None
        organisations = Organisations(self._services.store, self._services.clock).all()
        if self._child is None and is_due(self._dues, [row.number for row in organisations]):
            self._child = self._context.Process(
                target=make_estimates, args=(self._settings, self._stop_child), name="estimating", daemon=True
            )
            self._child.start()
        return self._child is not None

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except (*STORE_FAILURES, Overloaded) as error:
                _log.warning("the store does not answer", error=type(error).__name__)
            except Exception:  # noqa: BLE001 - logged whole; tomorrow's estimates must not wait for a restart
                _log.exception("estimates cannot be seen to")
                self._stopping.wait(REST_SECONDS)
            self._stopping.wait(LOOK_SECONDS)


def is_due(dues: Dues, organisations: Iterable[OrganisationId]) -> bool:
    """Say whether anything is to be estimated or trained, for an organisation or for several together."""
    known = list(organisations)
    if any(dues.is_due(number) or dues.is_training_due(number) for number in known):
        return True
    return any(map(dues.is_on, known)) and dues.is_training_due(POOLED)


def make_estimates(settings: Settings, stopping: _Event) -> None:
    """Estimate until nothing is due, or `stopping` is set: what a process of its own runs.

    Ctrl-C in the terminal is for the worker, which sets `stopping`; the step in hand is finished first.
    """
    # Only here: it loads what fits models.
    from assidu.risk_turns import RiskTurns  # noqa: PLC0415 - see above

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    configure_logging(settings.log_level, settings.log_format)
    services = connect(settings)
    turns = RiskTurns(services, str(services.ids.new_uuid()), lambda: stopping.is_set() or ended.is_set())
    last = time.monotonic()
    try:
        while not (stopping.is_set() or ended.is_set()) and time.monotonic() - last < IDLE_SECONDS:
            try:
                if turns.look():
                    last = time.monotonic()
            except (*STORE_FAILURES, Overloaded) as error:
                _log.warning("the store does not answer", error=type(error).__name__)
            ended.wait(_PAUSE_SECONDS)
        turns.release()
    finally:
        services.store.client.close()
