"""The worker's part of pulling: other record stores that are due are asked for what is new, two at a time.

Beside everything else: whoever is asked may take as long as the limits allow, and neither facts nor the ledger wait.
Any number of workers may: a lease of each source keeps two from pulling at once.
"""

from __future__ import annotations

import secrets
import threading
import time
from typing import Final

import structlog

from assidu.wiring import STORE_FAILURES
from lrs.clock import Micros
from lrs.errors import AssiduError, Conflict, InvalidRequest, KeyUnreadable, Overloaded
from lrs.forwarding.delays import delays_at
from lrs.outgoing.places import Refused
from lrs.services import Services
from training.attendance.mark import Author
from training.sources.pace import pace_at
from training.sources.pulling import Pull
from training.sources.remote import RemoteAway, RemoteDenied, RemoteOdd
from training.sources.schedules import Due, Schedules

LOOK_SECONDS: Final = 2.0
# After trouble with our own store or a fault of ours, a source is tried again after this.
REST_SECONDS: Final = 30.0
# Stores that are asked at the same time by one worker: what they have is checked and stored in this process.
AT_ONCE: Final = 2
BY: Final = Author("worker", "schedule")
# A page of a slow store takes up to a minute; nobody waits for it when the worker ends. The next pull goes on.
_STOP_SECONDS: Final = 10.0

_log = structlog.get_logger("assidu.worker")


class PullingWork:
    """A thread beside the worker, and those that pull."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._schedules = Schedules(services.store)
        self._going: dict[Due, threading.Thread] = {}
        # When each had its last turn, by the monotonic clock: whoever waits longest is next.
        self._turned: dict[Due, float] = {}
        self._resting: dict[Due, float] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulling", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask all threads to end after the page in hand."""
        self._stopping.set()

    def join(self) -> None:
        """Wait a while until they have ended; who still waits for an answer then is left behind."""
        until = time.monotonic() + _STOP_SECONDS
        for thread in (self._thread, *self._going.values()):
            thread.join(max(0.0, until - time.monotonic()))

    def look(self) -> bool:
        """Look once, and begin a turn of what is due as far as there is somebody free; say whether one was begun."""
        self._going = {due: thread for due, thread in self._going.items() if thread.is_alive()}
        free = AT_ONCE - len(self._going)
        waiting = [due for due in self._schedules.due(self._services.clock.now_micros()) if self._is_free(due)]
        begun = sorted(waiting, key=lambda due: self._turned.get(due, 0.0))[:free]
        for due in begun:
            self._turned[due] = time.monotonic()
            thread = threading.Thread(target=self._guarded, args=(due,), name="pulling", daemon=True)
            self._going[due] = thread
            thread.start()
        return bool(begun)

    def wait(self) -> None:
        """Wait until the turns that were begun have ended."""
        for thread in self._going.values():
            thread.join()

    def _is_free(self, due: Due) -> bool:
        return due not in self._going and self._resting.get(due, 0.0) <= time.monotonic()

    def _guarded(self, due: Due) -> None:
        """Give one source its turn; whatever is wrong with it must not hold up the others."""
        try:
            self._turn(due)
        except STORE_FAILURES as error:
            _log.warning("the store does not answer", error=type(error).__name__)
            self._resting[due] = time.monotonic() + REST_SECONDS
        except Exception:  # noqa: BLE001 - logged whole, and the others must go on
            _log.exception("a record store cannot be pulled from", organisation=due.organisation, source=due.source_id)
            self._resting[due] = time.monotonic() + REST_SECONDS

    def _turn(self, due: Due) -> None:
        now = self._services.clock.now_micros()
        if not self._schedules.get(due.organisation, due.source_id).is_due(now):
            # Another worker has pulled meanwhile, or somebody changed their mind.
            return
        pull = Pull(
            self._services, due.organisation, due.source_id, BY, pace_at(now).turn_pages, tries=1,
            keep=lambda: not self._stopping.is_set(),
        )  # fmt: skip
        try:
            run = pull.run_by_itself()
        except RemoteAway as error:
            self._rest(due, error.word, error.wanted)
        except AssiduError as error:
            self._judge(due, pull, error)
        else:
            if run is not None:
                _log.info("pulled", organisation=due.organisation, source=due.source_id, statements=run.stored)

    def _judge(self, due: Due, pull: Pull, error: AssiduError) -> None:
        """Write down what a refusal means for the next pulls."""
        if pull.is_refused:
            self._stop(due, "statement_refused")
        elif isinstance(error, RemoteDenied):
            self._stop(due, error.word)
        elif isinstance(error, KeyUnreadable):
            self._stop(due, "secret_unreadable")
        elif isinstance(error, Refused):
            self._rest(due, "not_allowed", None)
        elif isinstance(error, InvalidRequest):
            # A page of a proxy that is being mended, an address that leads nowhere today: it may pass by itself.
            self._rest(due, error.word if isinstance(error, RemoteOdd) else "not_statements", None)
        elif isinstance(error, Overloaded):
            # Our own store, not theirs.
            _log.warning("the store does not answer", error=type(error).__name__)
            self._resting[due] = time.monotonic() + REST_SECONDS
        elif not isinstance(error, Conflict):
            raise error

    def _rest(self, due: Due, word: str, wanted: int | None) -> None:
        """Write down when to try again."""
        now, schedules = self._services.clock.now_micros(), self._schedules
        delays, failures = delays_at(now), schedules.get(due.organisation, due.source_id).failures + 1
        pause = delays.next_try(delays.forward_pauses, failures, secrets.randbelow(1001) / 1000, wanted)
        schedules.failed(due.organisation, due.source_id, now, word, failures, Micros(now + pause))
        _log.warning("a pull failed", organisation=due.organisation, source=due.source_id, why=word)

    def _stop(self, due: Due, reason: str) -> None:
        """Stop until somebody has mended something."""
        self._schedules.stopped(due.organisation, due.source_id, self._services.clock.now_micros(), reason)
        _log.warning("pulls are stopped", organisation=due.organisation, source=due.source_id, why=reason)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                more = self.look()
            except (*STORE_FAILURES, Overloaded) as error:
                _log.warning("the store does not answer", error=type(error).__name__)
                more = False
            except Exception:  # noqa: BLE001 - logged whole; whoever waits must not wait for ever
                _log.exception("what is pulled cannot be seen to")
                self._stopping.wait(REST_SECONDS)
                more = False
            self._stopping.wait(LOOK_SECONDS if not more else LOOK_SECONDS / 4)
