"""Take statements that are being erased out of everything that was derived from them.

Works inside the transaction that erases: whoever reads facts finds a statement in both or in neither. Their traces go,
and whoever they touched is settled again; counters of the feed and of what is unmapped go back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from bson.binary import Binary
from pymongo.client_session import ClientSession

from analytics.feed import parse_entry, take_back
from analytics.kept.sightings import Sightings
from analytics.kept.span import bucket_of
from analytics.store.feed import FeedFacts
from analytics.store.intake import VOIDS
from analytics.store.marks import Marks
from analytics.store.progress import ProgressOf
from analytics.store.sightings import SightingsStore
from analytics.store.traces import Bucket, Traces
from analytics.traces import Trace, extract_trace
from lrs.store.database import Store
from lrs.store.statements import Statements, StoredStatement, statement_id_of, statement_key
from lrs.tenancy import OrganisationId


class Forgetting:
    """Forgets statements of an organisation; `lrs.erasure` calls it with those that it erases."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._statements = Statements(store)
        self._feed = FeedFacts(store)
        self._voids = store.collection(VOIDS)
        self._traces = Traces(store)
        self._marks = Marks(store)
        self._sightings = SightingsStore(store)
        self._progress = ProgressOf(store)

    def __call__(
        self, session: ClientSession, organisation: OrganisationId, entries: Sequence[StoredStatement]
    ) -> None:
        """Forget `entries`, which are as they were stored, inside a transaction."""
        # Whoever has read them for a step of facts must read again: then they are erased.
        self._progress.interrupt(organisation, session)
        self._leave_feed(session, organisation, entries)
        position = self._progress.find(organisation, session).position
        taken = [entry for entry in entries if entry.position < position]
        gone = {entry.statement_id for entry in taken}
        if not gone:
            return
        found = self._buckets(organisation, taken)
        self._traces.drop(organisation, found, gone, session)
        touched: defaultdict[str, set[int]] = defaultdict(set)
        for identity, bucket in found:
            touched[identity].add(bucket)
        self._marks.touch_identities(organisation, touched, session)
        keys = {"_id": {"$in": [Binary(statement_key(organisation, name)) for name in gone]}, "o": organisation}
        voided = {statement_id_of(row["_id"]) for row in self._voids.find(keys, {"_id": 1}, session=session)}
        self._voids.delete_many(keys, session=session)
        sightings = Sightings()
        for entry in taken:
            if entry.statement_id not in voided and not entry.is_voiding:
                sightings.add(extract_trace(entry), -1)
        self._sightings.add(organisation, sightings, session)

    def _buckets(self, organisation: OrganisationId, entries: Sequence[StoredStatement]) -> set[Bucket]:
        """Return where the traces of entries are kept: a voiding statement's beside what it voids."""
        wanted = [entry.reference for entry in entries if entry.is_voiding and entry.reference is not None]
        targets = {entry.statement_id: entry for entry in self._statements.entries(organisation, wanted)}
        found: set[Bucket] = set()
        for entry in entries:
            beside = entry
            if entry.is_voiding:
                target = None if entry.reference is None else targets.get(entry.reference)
                if target is None or target.is_erased:
                    continue
                beside = target
            found.update(_buckets_of(extract_trace(beside)))
        return found

    def _leave_feed(
        self, session: ClientSession, organisation: OrganisationId, entries: Sequence[StoredStatement]
    ) -> None:
        counted = self._feed.find_progress(organisation).position
        taken = [parse_entry(entry) for entry in entries if entry.position < counted]
        voided: set[UUID] = self._feed.find_voided(organisation, [entry.statement_id for entry in taken])
        self._feed.take_back(organisation, take_back(taken, voided=voided), session)


def _buckets_of(trace: Trace) -> set[Bucket]:
    bucket = bucket_of(trace.timestamp)
    return {(identity, bucket) for identity in trace.agents}
