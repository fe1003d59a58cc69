"""How far each organisation's log is consistent, asked of the database at most every few milliseconds.

Every answer of the Statements resource says how far it is consistent. An older answer is as true as a new one, for what
it promises stays so: it is only less. Under load one look therefore serves many requests.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

from lrs.clock import Micros
from lrs.store.database import Store
from lrs.store.heads import IDLE_MICROS, consistent_head
from lrs.tenancy import OrganisationId

# How long what was read is given out again. The append that brings an organisation's first reference waits as long
# before it is acknowledged: from then on every process knows that searches must follow references.
FRESH_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Horizon:
    """Nothing will be stored at or before `stored` any more, and everything that was is visible."""

    stored: Micros
    has_references: bool


class Horizons:
    """Knows the horizon of each organisation; safe between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        # The horizon, and when this process began to read it.
        self._known: dict[OrganisationId, tuple[Horizon, float]] = {}

    def find(self, organisation: OrganisationId, now: Micros) -> Horizon:
        """Return a horizon read at most `FRESH_SECONDS` ago; that of an idle organisation moves on to `now`."""
        began = time.monotonic()
        known = self._known.get(organisation)
        if known is not None and began - known[1] < FRESH_SECONDS and now - known[0].stored <= IDLE_MICROS:
            return known[0]
        head = consistent_head(self._store, organisation, now)
        return self._learn(organisation, Horizon(head.stored, head.has_references), began)

    def reached(self, organisation: OrganisationId, horizon: Horizon) -> None:
        """Note what an append of this process has reached: whoever sent it finds it in the next answer here."""
        with self._lock:
            known = self._known.get(organisation)
        if known is not None:
            self._learn(organisation, horizon, known[1])

    def _learn(self, organisation: OrganisationId, horizon: Horizon, began: float) -> Horizon:
        """Keep what is furthest of two horizons: reads and appends of several threads end in any order."""
        with self._lock:
            known = self._known.get(organisation)
            if known is not None:
                horizon = Horizon(
                    max(horizon.stored, known[0].stored), horizon.has_references or known[0].has_references
                )
                began = max(began, known[1])
            self._known[organisation] = (horizon, began)
        return horizon
