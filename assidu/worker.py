"""`assidu worker`: keeps what is derived from the statements up to date, organisation by organisation."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType
from typing import Final, Protocol

import structlog

from analytics.store.feed import FeedFacts
from analytics.store.follow import follow
from assidu import interpreter
from assidu.deletion_work import DeletionWork
from assidu.evidence_work import EvidenceWork
from assidu.facts_work import FactsWork
from assidu.forwarding_work import ForwardingWork
from assidu.pulling_work import PullingWork
from assidu.risk_work import RiskWork
from assidu.sealing_work import SealingWork, deployment_name
from assidu.settings import Settings
from assidu.tending import tend_cmi5, tend_scorm
from assidu.trust import build_stamper
from assidu.wiring import STORE_FAILURES, connect
from lrs.caller import CredentialId
from lrs.errors import Overloaded
from lrs.organisations import Organisations
from lrs.pulse import BEAT_SECONDS, Pulse
from lrs.senders import quiet_senders
from lrs.services import Services
from lrs.store.heads import Head, heads
from lrs.tenancy import OrganisationId

# A statement is in the figures within two seconds: this is most of them while nothing else is happening.
LOOK_SECONDS: Final = 0.4
# How many batches one organisation gets before the next one has its turn.
TURN_BATCHES: Final = 20
QUIET_CHECK_SECONDS: Final = 30.0
# After trouble with one organisation, the others go on and it is tried again after this.
REST_SECONDS: Final = 30.0
_FIRST_PAUSE_SECONDS: Final = 0.2
_LONGEST_PAUSE_SECONDS: Final = 5.0

_log = structlog.get_logger("assidu.worker")


def run(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C; the batch in hand is finished first. A store that goes away is waited for."""
    services = connect(settings)
    name = str(services.ids.new_uuid())
    stamper = build_stamper(settings, services.clock)
    sealing = SealingWork(services, name, deployment_name(settings), stamper, settings.timestamp_every)
    beside = (
        sealing, EvidenceWork(settings, services), RiskWork(settings, services), ForwardingWork(services, name),
        PullingWork(services),
    )  # fmt: skip
    worker = Worker(services, name, beside)
    interpreter.settle()

    def stop(number: int, _: FrameType | None) -> None:
        _log.info("stopping", signal=signal.Signals(number).name)
        worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        worker.work()
    finally:
        services.store.client.close()


class Beside(Protocol):
    """What runs beside, in threads and processes of its own."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """Ask it to end after what is in hand."""

    def join(self) -> None:
        """Wait until it has."""


class Worker:
    """One worker. Several may run: each organisation is one's at a time, and nothing is counted twice."""

    def __init__(self, services: Services, name: str = "", beside: Sequence[Beside] = ()) -> None:
        self._services = services
        self._facts = FeedFacts(services.store)
        self._name = name or str(services.ids.new_uuid())
        self._beside = beside
        self._facts_work = FactsWork(services, self._name)
        self._deletion = DeletionWork(services)
        self._scorm = tend_scorm(services)
        self._cmi5 = tend_cmi5(services)
        self._stopping = threading.Event()
        # What is known of each organisation, so that one at rest costs nothing.
        self._positions: dict[OrganisationId, int] = {}
        self._resting: dict[OrganisationId, float] = {}
        self._quiet: set[tuple[OrganisationId, CredentialId]] = set()
        self._quiet_checked = float("-inf")
        self._pulse = Pulse(services.store, services.clock)
        self._beaten = float("-inf")

    def stop(self) -> None:
        """Ask `work` to return after the batch in hand."""
        self._stopping.set()

    def work(self) -> None:
        """Look for what is new, again and again, until stopped."""
        _log.info("working", worker=self._name)
        for work in self._beside:
            work.start()
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            try:
                more = self.look()
            except (*STORE_FAILURES, Overloaded) as error:
                _log.warning("the store does not answer", error=type(error).__name__, again_in_seconds=pause)
                self._stopping.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
                continue
            pause = _FIRST_PAUSE_SECONDS
            if not more:
                self._stopping.wait(LOOK_SECONDS)
        for work in self._beside:
            work.stop()
        for work in self._beside:
            work.join()
        try:
            self._facts.release(self._name)
            self._facts_work.release()
        except STORE_FAILURES as error:
            # The leases run out by themselves.
            _log.warning("the leases could not be given back", error=type(error).__name__)
        _log.info("stopped", worker=self._name)

    def look(self) -> bool:
        """Look once at every organisation; say whether one of them has more than its turn allowed."""
        if time.monotonic() - self._beaten >= BEAT_SECONDS:
            self._pulse.beat()
            self._beaten = time.monotonic()
        found = {head.organisation: head for head in heads(self._services.store)}
        more = [self._turn(head) for head in found.values() if self._is_due(head)]
        more += self._keep_facts(found)
        more.append(not self._stopping.is_set() and self._deletion.turn())
        more.append(not self._stopping.is_set() and self._scorm.turn())
        more.append(not self._stopping.is_set() and self._cmi5.turn())
        if time.monotonic() - self._quiet_checked >= QUIET_CHECK_SECONDS:
            self._check_senders(found)
            self._quiet_checked = time.monotonic()
        return any(more)

    def _keep_facts(self, found: dict[OrganisationId, Head]) -> list[bool]:
        """Give every organisation with statements or records its turn of facts."""
        changes = self._facts_work.counts()
        more = []
        for organisation in sorted(found.keys() | changes.keys()):
            statements = found[organisation].count if organisation in found else 0
            if self._stopping.is_set() or self._resting.get(organisation, 0.0) > time.monotonic():
                continue
            if self._facts_work.is_due(organisation, statements, changes.get(organisation, 0)):
                more.append(self._guarded(organisation, partial(self._facts_work.turn, organisation, statements)))
        return more

    def _is_due(self, head: Head) -> bool:
        if self._stopping.is_set() or self._positions.get(head.organisation) == head.count:
            return False
        return self._resting.get(head.organisation, 0.0) <= time.monotonic()

    def _turn(self, head: Head) -> bool:
        return self._guarded(head.organisation, partial(self._count, head.organisation))

    def _guarded(self, organisation: OrganisationId, work: Callable[[], bool]) -> bool:
        """Give one organisation its turn; whatever is wrong with it must not hold up the others."""
        try:
            return work()
        except (*STORE_FAILURES, Overloaded):
            raise
        except Exception:  # noqa: BLE001 - logged whole, and the others must go on
            _log.exception("the statements of an organisation cannot be followed", organisation=organisation)
            self._resting[organisation] = time.monotonic() + REST_SECONDS
            return False

    def _count(self, organisation: OrganisationId) -> bool:
        started, counted, last = time.monotonic(), 0, 0
        for _ in range(TURN_BATCHES):
            now = self._services.clock.now_micros()
            if self._stopping.is_set() or not self._facts.hold(organisation, self._name, now):
                return False
            last = follow(self._services.store, organisation)
            counted += last
            if not last:
                break
        self._positions[organisation] = self._facts.find_progress(organisation).position
        if counted:
            seconds = round(time.monotonic() - started, 3)
            _log.info("counted", organisation=organisation, statements=counted, seconds=seconds)
        return bool(last)

    def _check_senders(self, found: dict[OrganisationId, Head]) -> None:
        """Log each sender once when it goes quiet, and once when it is back."""
        numbers = [row.number for row in Organisations(self._services.store, self._services.clock).all()]
        credentials = [row for number in numbers for row in self._services.credentials.all(number)]
        quiet = quiet_senders(found, credentials, self._services.clock.now_micros())
        now_quiet = {(clock.organisation, clock.credential) for clock in quiet}
        for organisation, credential in sorted(now_quiet - self._quiet):
            _log.warning("a sender has gone quiet", organisation=organisation, credential=credential)
        for organisation, credential in sorted(self._quiet - now_quiet):
            _log.info("a sender is back", organisation=organisation, credential=credential)
        self._quiet = now_quiet
