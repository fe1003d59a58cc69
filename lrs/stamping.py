"""Stamping heads: an authority outside says that a head existed, and with it every statement it covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lrs.clock import Clock, Micros
from lrs.errors import LedgerBroken
from lrs.store.database import Store
from lrs.store.ledger_heads import LedgerHeads
from lrs.store.ledgers import LedgerRow, Ledgers
from lrs.tenancy import OrganisationId
from lrs.timestamps.stamp import STAMP_FAILURES, Stamp, Stamper

# A worker that died while it asked for a stamp holds that ledger's stamps up for this long.
CLAIM_MICROS: Final = 60_000_000
# The pause after a first failure; it doubles up to the longest.
FIRST_PAUSE_SECONDS: Final = 10
LONGEST_PAUSE_SECONDS: Final = 600
_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class StampTurn:
    """What became of one head: its stamp, or why there is none yet and for how many seconds nothing is tried."""

    organisation: OrganisationId
    head: int
    stamp: Stamp | None
    problem: str = ""
    pause_seconds: int = 0


class HeadStamping:
    """Has the newest heads stamped: at most one an organisation in `every_seconds`, or sooner when asked to.

    A stamp covers every head before it too, for each is the beginning of the next. Any number of workers may do this.
    """

    def __init__(self, store: Store, clock: Clock, stamper: Stamper, every_seconds: int) -> None:
        self._clock = clock
        self._stamper = stamper
        self._every = every_seconds * _SECOND
        self._ledgers = Ledgers(store)
        self._heads = LedgerHeads(store)

    def due(self) -> list[LedgerRow]:
        """Return the ledgers whose newest head is to be stamped now, those that were tried longest ago first."""
        now = self._clock.now_micros()
        rows = [row for row in self._ledgers.all() if self._is_due(row, now)]
        return sorted(rows, key=lambda row: (row.stamp_after, row.organisation))

    def stamp(self, ledger: LedgerRow) -> StampTurn | None:
        """Have the newest head of a ledger stamped; None when another worker is at it.

        A failure is kept in the ledger's state, with the instant of the first one, until a stamp is had.
        """
        now = self._clock.now_micros()
        if not self._ledgers.claim_stamp(ledger, Micros(now + CLAIM_MICROS)):
            return None
        organisation = ledger.organisation
        head = self._heads.find(organisation, ledger.head)
        if head is None:
            raise LedgerBroken(f"Head {ledger.head} was published and is not there.")
        # A worker that died between having a stamp and noting it has left it with the head.
        stamp = head.stamp
        if stamp is None:
            try:
                stamp = self._stamper.stamp(head.note)
            except STAMP_FAILURES as error:
                pause = _pause(ledger.stamp_tries)
                again = Micros(now + pause * _SECOND)
                self._ledgers.set_unstamped(organisation, error.message, now, again)
                return StampTurn(organisation, head.number, None, error.message, pause)
            self._heads.set_stamp(organisation, head.number, stamp)
        self._ledgers.set_stamped(organisation, head.number, now)
        return StampTurn(organisation, head.number, stamp)

    def _is_due(self, row: LedgerRow, now: Micros) -> bool:
        if row.head == row.stamped:
            return False
        # Instants that lie further ahead than any pause are of a clock that has since been put back.
        if now < row.stamp_after <= now + max(CLAIM_MICROS, LONGEST_PAUSE_SECONDS * _SECOND):
            return False
        is_first = row.stamped == 0 or row.stamp_trouble is not None or row.is_stamp_asked
        return is_first or not 0 <= now - row.stamped_at < self._every


def _pause(tries: int) -> int:
    return int(min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(tries, 10)))
