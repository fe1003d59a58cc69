"""Take new statements into the facts: their traces are kept, and whom they touch is marked. Settling comes later.

The position moves in the transaction of what it led to, so each statement is taken in exactly once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final
from uuid import UUID

import msgspec
from bson.binary import Binary
from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from analytics.kept.sightings import Sightings
from analytics.kept.span import bucket_of
from analytics.store.marks import Marks
from analytics.store.progress import Progress, ProgressOf
from analytics.store.sightings import SightingsStore
from analytics.store.traces import Bucket, Traces
from analytics.traces import Trace, extract_trace
from lrs.clock import Micros
from lrs.store.database import Store
from lrs.store.statements import Statements, StoredStatement, statement_id_of, statement_key
from lrs.tenancy import OrganisationId

VOIDS: Final = "fact_voids"
# One transaction's worth: large enough that a person's statements of a day share a document while catching up.
BATCH: Final = 2_000
# Which statements were read ahead, and in which round: whoever erases takes a step too, and then they are read again.
_After = tuple[OrganisationId, Micros, int, int]
_ENCODER: Final = msgspec.msgpack.Encoder(uuid_format="bytes")
_DECODER: Final = msgspec.msgpack.Decoder(Trace)


class Intake:
    """Takes statements in, a batch at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._statements = Statements(store)
        self._voids = store.collection(VOIDS)
        self._traces = Traces(store)
        self._marks = Marks(store)
        self._sightings = SightingsStore(store)
        self._progress = ProgressOf(store)
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="facts")
        self._ahead: tuple[_After, Future[list[StoredStatement]]] | None = None

    def take(self, organisation: OrganisationId, progress: Progress, limit: int = BATCH) -> int:
        """Take in up to `limit` statements that are new; return how many were, 0 when there are none.

        When somebody else took the same ones in first, nothing changes, and the answer is still how many there were.
        """
        entries = self._next_entries(organisation, progress, limit)
        if not entries:
            return 0
        if len(entries) == limit:
            # The database looks for the next batch while this one is worked on.
            after = (organisation, entries[-1].stored, limit, progress.round + 1)
            self._ahead = after, self._reading.submit(self._fetch, *after[:3])
        batch = self._read(organisation, progress.position, entries)

        def work(session: ClientSession) -> bool:
            moved = {"n": progress.position + len(entries), "t": entries[-1].stored}
            if not self._progress.move(organisation, progress, session, **moved):
                return False
            batch.write(organisation, progress.position, self._traces, self._marks, session)
            self._sightings.add(organisation, batch.sightings, session)
            if batch.voids:
                self._voids.bulk_write(batch.void_writes(organisation), ordered=False, session=session)
            return True

        self._store.transaction(work)
        return len(entries)

    def _next_entries(self, organisation: OrganisationId, progress: Progress, limit: int) -> list[StoredStatement]:
        """Return the next entries up to the first gap: positions are dense, so a gap is a read gone wrong."""
        entries: list[StoredStatement] = []
        after = (organisation, progress.stored, limit, progress.round)
        ahead, self._ahead = self._ahead, None
        found = ahead[1].result() if ahead is not None and ahead[0] == after else self._fetch(*after[:3])
        for entry in found:
            if entry.position != progress.position + len(entries):
                break
            entries.append(entry)
        return entries

    def _fetch(self, organisation: OrganisationId, stored: Micros, limit: int) -> list[StoredStatement]:
        return list(self._statements.after(organisation, stored, limit))

    def _read(self, organisation: OrganisationId, position: int, entries: Sequence[StoredStatement]) -> _Batch:
        """Read the traces of a batch. Only voiding statements, and what was voided, need a look at anything else."""
        targets = {entry.reference for entry in entries if entry.is_voiding and entry.reference is not None}
        asked = targets | {entry.statement_id for entry in entries if entry.is_voided}
        batch = _Batch(targets)
        batch.known = self._find_voids(organisation, asked)
        for entry in self._statements.entries(organisation, targets):
            if entry.position < position and not entry.is_erased:
                batch.earlier[entry.statement_id] = extract_trace(entry)
        for entry in entries:
            if not entry.is_erased:
                batch.take(extract_trace(entry))
        return batch

    def _find_voids(self, organisation: OrganisationId, ids: Iterable[UUID]) -> dict[UUID, Trace]:
        keys = [Binary(statement_key(organisation, statement_id)) for statement_id in ids]
        if not keys:
            return {}
        rows = self._voids.find({"_id": {"$in": keys}, "o": organisation})
        return {statement_id_of(row["_id"]): _DECODER.decode(row["b"]) for row in rows}


class _Batch:
    """What one batch of the log leads to."""

    def __init__(self, targets: set[UUID]) -> None:
        self._targets = targets
        self.known: dict[UUID, Trace] = {}
        self.earlier: dict[UUID, Trace] = {}
        self.voids: dict[UUID, Trace] = {}
        self.sightings = Sightings()
        self._found: defaultdict[Bucket, list[Trace]] = defaultdict(list)

    def take(self, trace: Trace) -> None:
        """Take in the next trace of the log."""
        if trace.voids is not None:
            self._void(trace, trace.voids)
            return
        self._keep(trace, trace)
        if not (self._targets or self.known):
            self._see(trace, 1)
            return
        if trace.statement_id in self._targets:
            self.earlier[trace.statement_id] = trace
        voiding = self.known.get(trace.statement_id) or self.voids.get(trace.statement_id)
        if voiding is not None:
            # It was voided before it came.
            self._keep(voiding, trace)
        else:
            self._see(trace, 1)

    def _void(self, trace: Trace, target: UUID) -> None:
        """Note a voiding statement beside what it voids; the first one is enough, whatever instant is asked about."""
        if target in self.known or target in self.voids:
            return
        self.voids[target] = trace
        voided = self.earlier.get(target)
        if voided is not None and voided.voids is None:
            self._keep(trace, voided)
            self._see(voided, -1)

    def _keep(self, trace: Trace, beside: Trace) -> None:
        bucket, agents = bucket_of(beside.timestamp), beside.agents
        for identity in agents if len(agents) == 1 else set(agents):
            self._found[identity, bucket].append(trace)

    def _see(self, trace: Trace, count: int) -> None:
        self.sightings.add(trace, count)

    def write(
        self, organisation: OrganisationId, position: int, traces: Traces, marks: Marks, session: ClientSession
    ) -> None:
        """Keep the traces, and mark whom they touch."""
        traces.add(organisation, position, self._found, session)
        touched: defaultdict[str, set[int]] = defaultdict(set)
        for identity, bucket in self._found:
            touched[identity].add(bucket)
        marks.touch_identities(organisation, touched, session)

    def void_writes(self, organisation: OrganisationId) -> list[UpdateOne]:
        """Return what notes the targets of this batch's voiding statements."""
        return [
            UpdateOne(
                {"_id": Binary(statement_key(organisation, target)), "o": organisation},
                {"$setOnInsert": {"b": _ENCODER.encode(trace)}},
                upsert=True,
            )
            for target, trace in self.voids.items()
        ]
