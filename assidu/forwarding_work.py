"""The worker's part of sending to others: one thread looks, a few send, each outlet by itself.

Beside everything else: whoever is asked may take as long as the limits allow, and neither facts nor the ledger wait.
Any number of workers may: a lease of each outlet keeps two from sending the same.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final

import structlog

from analytics.store.risk_events import Alerted
from assidu.wiring import STORE_FAILURES
from evidence.issuing.happened import Documents
from lrs.errors import Overloaded
from lrs.forwarding.outlet import Kind, Outlet, State
from lrs.organisations import Organisations
from lrs.outgoing.line import Line
from lrs.sending.forwarder import Forwarder
from lrs.sending.happenings import Quarantined, Source, Teller
from lrs.sending.webhooks import Webhooks
from lrs.services import Services
from lrs.store.heads import counts
from lrs.store.outlets import OutletStore
from lrs.tenancy import OrganisationId

LOOK_SECONDS: Final = 0.5
# How often the registers are looked at: an event is sent within about this long.
EVENTS_SECONDS: Final = 2.0
# How long one outlet's turn lasts, give or take a step, while it has more.
TURN_SECONDS: Final = 5.0
# After trouble with one outlet or organisation, the others go on and it is tried again after this.
REST_SECONDS: Final = 30.0
# A step that takes longer than this renews its lease in between.
RENEW_SECONDS: Final = 20.0
# Outlets that are sent to at the same time by one worker.
AT_ONCE: Final = 8
_STOP_SECONDS: Final = 30.0

_log = structlog.get_logger("assidu.worker")
NewLine = Callable[[], Line]


def sources_of(services: Services) -> tuple[Source, ...]:
    """Return the registers of every room that events are found in."""
    return (Documents(services.store, services.clock), Alerted(services.store, services.clock), Quarantined(services))


class ForwardingWork:
    """A thread beside the worker, and those that send."""

    def __init__(self, services: Services, name: str, new_line: NewLine | None = None) -> None:
        self._services = services
        self._name = name
        self._new_line = new_line or partial(Line, services.network)
        self._rows = OutletStore(services.store)
        self._organisations = Organisations(services.store, services.clock)
        self._teller = Teller(services, sources_of(services))
        # Who sends to an outlet keeps its connection and its token; one thread at a time has it.
        self._senders: dict[str, Forwarder | Webhooks] = {}
        self._going: dict[str, Future[bool]] = {}
        self._resting: dict[str | OrganisationId, float] = {}
        self._told = float("-inf")
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="forwarding")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="forwarding", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask all threads to end after the request in hand."""
        self._stopping.set()

    def join(self) -> None:
        """Wait until they have ended, as long as one request may take at most, and give back every lease."""
        self._thread.join(_STOP_SECONDS)
        self.close()
        try:
            self._rows.release(self._name)
        except STORE_FAILURES as error:
            # The leases run out by themselves.
            _log.warning("the leases could not be given back", error=type(error).__name__)

    def close(self) -> None:
        """End the threads that send, after the request in hand, and every connection."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for sender in self._senders.values():
            sender.close()

    def look(self) -> bool:
        """Look once: note what happened, and begin a turn of each outlet that has something; say whether one does."""
        more = False
        if time.monotonic() - self._told >= EVENTS_SECONDS:
            more = self.tell()
            self._told = float("-inf") if more else time.monotonic()
        self._going = {name: future for name, future in self._going.items() if not future.done()}
        known = counts(self._services.store)
        for outlet, is_asked in self._rows.due(self._name, self._services.clock.now_micros()):
            if self._stopping.is_set() or outlet.id in self._going or self._is_resting(outlet.id):
                continue
            if is_asked or self._has_something(outlet, known.get(outlet.organisation, 0)):
                self._going[outlet.id] = self._pool.submit(self._guarded, outlet, is_asked=is_asked)
                more = True
        return more

    def tell(self) -> bool:
        """Note for webhooks what happened in every organisation that has any; say whether there is more at once."""
        with_webhooks = set(self._rows.organisations_with(Kind.WEBHOOK))
        more = False
        for organisation in self._organisations.all() if with_webhooks else ():
            number = organisation.number
            if self._stopping.is_set() or number not in with_webhooks or self._is_resting(number):
                continue
            try:
                more = self._teller.look(organisation) or more
            except (*STORE_FAILURES, Overloaded):
                raise
            except Exception:  # noqa: BLE001 - logged whole, and the others must go on
                _log.exception("what happened in an organisation cannot be followed", organisation=number)
                self._resting[number] = time.monotonic() + REST_SECONDS
        return more

    def wait(self) -> None:
        """Wait until the turns that were begun have ended."""
        for future in list(self._going.values()):
            future.result()

    def _has_something(self, outlet: Outlet, count: int) -> bool:
        if outlet.state is not State.ACTIVE:
            return False
        if outlet.kind is Kind.FORWARD and outlet.position < count:
            return True
        return self._rows.has_due(outlet, self._services.clock.now_micros())

    def _guarded(self, outlet: Outlet, *, is_asked: bool) -> bool:
        """Give one outlet its turn; whatever is wrong with it must not hold up the others."""
        try:
            self._turn(outlet, is_asked=is_asked)
        except (*STORE_FAILURES, Overloaded) as error:
            _log.warning("the store does not answer", error=type(error).__name__)
        except Exception:  # noqa: BLE001 - logged whole, and the others must go on
            _log.exception("an outlet cannot be sent to", organisation=outlet.organisation, outlet=outlet.id)
            self._resting[outlet.id] = time.monotonic() + REST_SECONDS
        return True

    def _turn(self, outlet: Outlet, *, is_asked: bool) -> None:
        began, clock = time.monotonic(), self._services.clock
        held = self._rows.hold(outlet, self._name, clock.now_micros())
        if held is None:
            # Another worker's by now, or removed.
            gone = self._senders.pop(outlet.id, None)
            if gone is not None:
                gone.close()
            return
        sender = self._sender(held)
        try:
            if is_asked:
                result = sender.test(held)
                self._rows.tested(held, clock.now_micros(), result)
                _log.info("tested", organisation=held.organisation, outlet=held.id, result=result)
            more = held.state is State.ACTIVE and (held.health.next_at or 0) <= clock.now_micros()
            while more and not self._stopping.is_set() and time.monotonic() - began < TURN_SECONDS:
                again = self._rows.hold(outlet, self._name, clock.now_micros())
                more = again is not None and again.state is State.ACTIVE and self._step(sender, again)
        finally:
            self._rows.let_go(held, self._name)

    def _step(self, sender: Forwarder | Webhooks, outlet: Outlet) -> bool:
        held = time.monotonic()

        def keep() -> bool:
            nonlocal held
            if self._stopping.is_set():
                return False
            if time.monotonic() - held < RENEW_SECONDS:
                return True
            held = time.monotonic()
            again = self._rows.hold(outlet, self._name, self._services.clock.now_micros())
            return again is not None and again.state is State.ACTIVE

        return sender.step(outlet, keep)

    def _sender(self, outlet: Outlet) -> Forwarder | Webhooks:
        known = self._senders.get(outlet.id)
        if known is None:
            kind = Forwarder if outlet.kind is Kind.FORWARD else Webhooks
            known = self._senders[outlet.id] = kind(self._services, self._new_line)
        return known

    def _is_resting(self, name: str | OrganisationId) -> bool:
        return self._resting.get(name, 0.0) > time.monotonic()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except (*STORE_FAILURES, Overloaded) as error:
                _log.warning("the store does not answer", error=type(error).__name__)
            except Exception:  # noqa: BLE001 - logged whole; whoever waits must not wait for ever
                _log.exception("what is sent to others cannot be seen to")
                self._stopping.wait(REST_SECONDS)
            self._stopping.wait(LOOK_SECONDS)
