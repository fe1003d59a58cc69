"""The worker's part of sealing: two threads beside everything else it does, so that a statement is soon provable.

One seals and publishes heads; the other has them stamped, and may wait for an authority as long as that takes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import structlog

from assidu.settings import Settings
from assidu.wiring import STORE_FAILURES
from lrs.errors import AssiduError, KeyUnreadable, LedgerBroken, Overloaded
from lrs.ledger_keys import LedgerKeys
from lrs.sealing import Sealer, Turn
from lrs.services import Services
from lrs.stamping import HeadStamping
from lrs.store.heads import counts
from lrs.tenancy import OrganisationId
from lrs.timestamps import Stamper

# A statement is provable within five seconds: this is most of what it takes while nothing else is happening.
LOOK_SECONDS: Final = 0.3
STAMP_LOOK_SECONDS: Final = 2.0
# How long what comes after a head waits for the next: a step costs as much as sealing a thousand statements does.
STEP_SECONDS: Final = 2.0
# How long one organisation's turn lasts, give or take a step, while it has more.
TURN_SECONDS: Final = 1.0
# After trouble with one organisation, the others go on and it is tried again after this.
REST_SECONDS: Final = 15.0
# How far an organisation's sealing has come is said this often at most.
SAY_SECONDS: Final = 10.0
_LONGEST_PAUSE_SECONDS: Final = 5.0
# What a ledger's name begins with where no public address is set.
_NOWHERE: Final = "assidu.local"

_log = structlog.get_logger("assidu.worker")


def deployment_name(settings: Settings) -> str:
    """Return what the names of new ledgers begin with: the host that people know the deployment by."""
    return urlsplit(settings.public_url or "").hostname or _NOWHERE


class SealingWork:
    """Seals every organisation's statements and has heads stamped, until stopped. Any number of workers may."""

    def __init__(self, services: Services, name: str, deployment: str, stamper: Stamper, stamp_every: int) -> None:
        keys = LedgerKeys(services.store, services.clock, services.secret_key)
        self._services = services
        self._name = name
        self._sealer = Sealer(services.store, services.clock, keys, deployment)
        self._stamping = HeadStamping(services.store, services.clock, stamper, stamp_every)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        # What is known of each organisation, so that one at rest costs a comparison.
        self._done: dict[OrganisationId, int] = {}
        self._resting: dict[OrganisationId, float] = {}
        self._troubles: dict[OrganisationId, str] = {}
        self._sealed: dict[OrganisationId, int] = {}
        self._said: dict[OrganisationId, float] = {}
        self._behind_said: dict[OrganisationId, float] = {}

    def start(self) -> None:
        """Begin both threads."""
        for name, work, pause in (("sealing", self.look, LOOK_SECONDS), ("stamping", self.stamp, STAMP_LOOK_SECONDS)):
            thread = threading.Thread(target=self._run, args=(work, pause), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Ask both threads to end after the step in hand."""
        self._stopping.set()

    def join(self) -> None:
        """Wait until both have ended, and give back every lease. A stamp that is being waited for is left behind."""
        for thread, seconds in zip(self._threads, (30.0, 1.0), strict=False):
            thread.join(seconds)
        try:
            self._sealer.release(self._name)
        except STORE_FAILURES as error:
            # The leases run out by themselves.
            _log.warning("the leases could not be given back", error=type(error).__name__)

    def look(self) -> bool:
        """Look once at every organisation; say whether one of them has more than its turn allowed."""
        more = False
        for organisation, count in sorted(counts(self._services.store).items()):
            if self._stopping.is_set():
                return False
            if self._done.get(organisation) == count or self._resting.get(organisation, 0.0) > time.monotonic():
                continue
            more = self._guarded(organisation, count) or more
        return more

    def stamp(self) -> bool:
        """Have stamped whatever is due; stop at the first failure, for one authority serves them all."""
        for ledger in self._stamping.due():
            if self._stopping.is_set():
                break
            turn = self._stamping.stamp(ledger)
            if turn is None:
                continue
            said = {"organisation": turn.organisation, "head": turn.head}
            if turn.stamp is None:
                _log.warning(
                    "a head has no timestamp yet", **said, error=turn.problem, again_in_seconds=turn.pause_seconds
                )
                break
            _log.info("stamped", **said, authority=turn.stamp.authority, qualified=turn.stamp.is_qualified)
        return False

    def _run(self, work: Callable[[], bool], look_seconds: float) -> None:
        pause = look_seconds
        while not self._stopping.is_set():
            try:
                more = work()
            except (*STORE_FAILURES, Overloaded) as error:
                _log.warning("the store does not answer", error=type(error).__name__, again_in_seconds=pause)
                self._stopping.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
                continue
            except Exception:  # noqa: BLE001 - logged whole, and the others must go on
                _log.exception("sealing failed")
                more = False
            pause = look_seconds
            if not more:
                self._stopping.wait(look_seconds)

    def _guarded(self, organisation: OrganisationId, count: int) -> bool:
        """Give one organisation its turn; whatever is wrong with it must not hold up the others."""
        try:
            more = self._turn(organisation, count)
        except (*STORE_FAILURES, Overloaded):
            raise
        except (KeyUnreadable, LedgerBroken) as error:
            self._rest(organisation, error)
            return False
        except Exception:  # noqa: BLE001 - logged whole, and the others must go on
            _log.exception("the statements of an organisation cannot be sealed", organisation=organisation)
            self._resting[organisation] = time.monotonic() + REST_SECONDS
            return False
        if self._troubles.pop(organisation, None):
            _log.info("sealing goes on", organisation=organisation)
        return more

    def _rest(self, organisation: OrganisationId, error: AssiduError) -> None:
        """Say once what is wrong, and try again later."""
        if self._troubles.get(organisation) != error.message:
            _log.error("sealing cannot go on", organisation=organisation, error=error.message)
        self._troubles[organisation] = error.message
        self._resting[organisation] = time.monotonic() + REST_SECONDS

    def _turn(self, organisation: OrganisationId, count: int) -> bool:
        began = time.monotonic()
        while True:
            if not self._sealer.hold(organisation, self._name):
                return False
            turn = self._sealer.step(organisation)
            self._sealed[organisation] = self._sealed.get(organisation, 0) + turn.sealed
            self._say_behind(organisation, turn)
            if not turn.more or self._stopping.is_set() or time.monotonic() - began >= TURN_SECONDS:
                break
        if turn.head is not None and not turn.more:
            # While statements keep coming, each step seals what came since the last, and publishes it.
            self._resting[organisation] = time.monotonic() + STEP_SECONDS
        # More than `count` may be sealed: then there is nothing to do either.
        if not turn.more and not turn.waits:
            self._done[organisation] = count
        self._say(organisation, turn)
        return turn.more

    def _say_behind(self, organisation: OrganisationId, turn: Turn) -> None:
        now, last = time.monotonic(), self._behind_said.get(organisation, float("-inf"))
        if turn.behind and now - last >= SAY_SECONDS:
            seconds = round(turn.behind / 1_000_000, 3)
            _log.warning(
                "the clock is behind the last head: was it put back?", organisation=organisation, seconds=seconds
            )
            self._behind_said[organisation] = now

    def _say(self, organisation: OrganisationId, turn: Turn) -> None:
        """Log what was sealed, now and then."""
        now, sealed = time.monotonic(), self._sealed.get(organisation, 0)
        if sealed and now - self._said.get(organisation, float("-inf")) >= SAY_SECONDS:
            _log.info("sealed", organisation=organisation, statements=sealed, head=turn.head)
            self._said[organisation] = now
            self._sealed[organisation] = 0
