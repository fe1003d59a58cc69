"""Instants that documents are of: nothing of the log lands behind one any more, and facts have come that far."""

from __future__ import annotations

from analytics.kept.form import FORM
from analytics.store.progress import ProgressOf
from lrs.clock import Clock, Micros
from lrs.store.database import Store
from lrs.store.heads import COLLECTION, find_head
from lrs.store.statements import Statements
from lrs.tenancy import OrganisationId
from training.store import RecordReader
from training.store.version import HEADS_COLLECTION


class Moments:
    """Settles instants."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._heads = store.collection(COLLECTION)
        self._record_heads = store.collection(HEADS_COLLECTION)
        self._statements = Statements(store)
        self._records = RecordReader(store, clock)
        self._progress = ProgressOf(store)

    def present(self, organisation: OrganisationId) -> Micros:
        """Return an instant that everything acknowledged so far lies at or before, whatever clocks say."""
        stored, recorded = find_head(self._store, organisation).stored, self._records.head(organisation).recorded_at
        return max(self._clock.now_micros(), stored, recorded)

    def settle(self, organisation: OrganisationId, instant: Micros) -> None:
        """Make sure that no statement and no record lands at or before an instant from here on.

        Moving a head waits for a write that is under way and makes the next one land later.
        """
        if find_head(self._store, organisation).stored < instant:
            self._heads.update_one({"_id": organisation}, {"$max": {"t": instant}}, upsert=True)
        if self._records.head(organisation).recorded_at < instant:
            self._record_heads.update_one({"_id": organisation}, {"$max": {"recorded_at": instant}}, upsert=True)

    def position(self, organisation: OrganisationId, instant: Micros) -> int:
        """Return how many statements were stored by a settled instant: the same whenever it is asked."""
        after = self._statements.first_after(organisation, instant)
        return find_head(self._store, organisation).count if after is None else after

    def is_known(self, organisation: OrganisationId, position: int) -> bool:
        """Say whether facts have every statement before a position."""
        progress = self._progress.find(organisation)
        return progress.form == FORM and not progress.is_forgetting and progress.position >= position
