"""The live feed's facts as they are kept: one counter a document, and how far the log has been counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from bson.binary import Binary
from pymongo import InsertOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from analytics.feed import Change, Counter, Delta, Kind
from lrs.clock import Micros
from lrs.store.database import Document, Store
from lrs.store.statements import statement_id_of, statement_key
from lrs.tenancy import OrganisationId

PROGRESS: Final = "feed_progress"
COUNTS: Final = "feed_counts"
VOIDS: Final = "feed_voids"

# What the fold counts and how. Raise it with any change of `analytics.feed`: the worker then counts again
# from the start of each log, and the page says how far it is.
RULES_VERSION: Final = 1
# A worker that died holds its organisations up for this long.
LEASE_MICROS: Final = 15_000_000
LOG_START: Final = Micros(0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an organisation's log has been counted, and the totals up to there.

    `position` is the first statement not yet counted, so also how many were; `stored` is the `stored` of the
    last one. `counted + duplicates + voided == position`.
    """

    position: int = 0
    stored: Micros = LOG_START
    counted: int = 0
    duplicates: int = 0
    voided: int = 0
    rules_version: int = RULES_VERSION


class FeedFacts:
    """Reads and moves the facts; exactly once, whoever else is at it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._progress = store.collection(PROGRESS)
        self._counts = store.collection(COUNTS)
        self._voids = store.collection(VOIDS)

    def find_progress(self, organisation: OrganisationId, session: ClientSession | None = None) -> Progress:
        """Return how far the log has been counted."""
        row = self._progress.find_one({"_id": organisation}, session=session)
        if row is None:
            return Progress()
        return Progress(
            row["n"], Micros(row["t"]), row["counted"], row["duplicates"], row["voided"], row["rules_version"]
        )

    def hold(self, organisation: OrganisationId, holder: str, now: Micros) -> bool:
        """Take or renew the lease of an organisation; False while another worker holds it.

        The lease only keeps two workers from doing the same work: that nothing is counted twice is the
        business of `advance`, so clocks that disagree cost time and nothing else.
        """
        free = {"$or": [{"holder": holder}, {"until": {"$lte": now}}, {"until": None}]}
        change = {"$set": {"holder": holder, "until": now + LEASE_MICROS}, "$setOnInsert": _row(Progress())}
        try:
            return self._store.write_alone(
                lambda: self._progress.update_one({"_id": organisation, **free}, change, upsert=True).acknowledged
            )
        except DuplicateKeyError:
            return False

    def release(self, holder: str) -> None:
        """Give back every lease of `holder`: another worker need not wait."""
        self._progress.update_many({"holder": holder}, {"$set": {"holder": None, "until": None}})

    def advance(self, organisation: OrganisationId, start: int, stored: Micros, delta: Delta) -> bool:
        """Apply the delta of the statements from position `start` on; `stored` is that of the last one.

        The position and the counters change in one transaction, and only if the position still is `start`;
        otherwise somebody else has counted these and nothing is changed (False).
        """
        totals = {
            "n": delta.received, "counted": delta.counted, "duplicates": delta.duplicates, "voided": delta.voided
        }  # fmt: skip
        counters = [_update(organisation, counter, change) for counter, change in delta.changes.items()]
        voids = [InsertOne({"_id": statement_key(organisation, target), "o": organisation}) for target in delta.voids]

        def work(session: ClientSession) -> bool:
            still = {"_id": organisation, "n": start, "rules_version": RULES_VERSION}
            moved = self._progress.update_one(still, {"$inc": totals, "$set": {"t": stored}}, session=session)
            if moved.matched_count == 0:
                return False
            if counters:
                self._counts.bulk_write(counters, ordered=False, session=session)
            if voids:
                self._voids.bulk_write(voids, ordered=False, session=session)
            return True

        return self._store.transaction(work)

    def take_back(self, organisation: OrganisationId, delta: Delta, session: ClientSession) -> None:
        """Add, inside a transaction, what `analytics.feed.take_back` says of statements that were counted."""
        totals = {"counted": delta.counted, "duplicates": delta.duplicates, "voided": delta.voided}
        self._progress.update_one({"_id": organisation}, {"$inc": totals}, session=session)
        counters = [_update(organisation, counter, change) for counter, change in delta.changes.items()]
        if counters:
            self._counts.bulk_write(counters, ordered=False, session=session)

    def restart(self, organisation: OrganisationId) -> None:
        """Forget every fact of an organisation, so that its log is counted again from the start."""

        def work(session: ClientSession) -> None:
            fresh = _row(Progress())
            self._progress.update_one({"_id": organisation}, {"$set": fresh}, session=session, upsert=True)
            self._counts.delete_many({"o": organisation}, session=session)
            self._voids.delete_many({"o": organisation}, session=session)

        self._store.transaction(work)

    def find_voided(self, organisation: OrganisationId, ids: Iterable[UUID]) -> set[UUID]:
        """Return which of `ids` a counted voiding statement has targeted."""
        keys = [statement_key(organisation, statement_id) for statement_id in ids]
        return {statement_id_of(row["_id"]) for row in self._voids.find({"_id": {"$in": keys}, "o": organisation})}

    def rows(
        self,
        organisation: OrganisationId,
        kind: Kind,
        *,
        since: str = "",
        most_frequent: int = 0,
        session: ClientSession | None = None,
    ) -> list[Document]:
        """Return counters of one kind that are above zero: from key `since` on, or the most frequent first."""
        above: Document = {"o": organisation, "k": kind.value, "n": {"$gt": 0}}
        if most_frequent:
            return list(self._counts.find(above, session=session).sort("n", -1).limit(most_frequent))
        return list(self._counts.find({**above, "i": {"$gte": since}}, session=session).sort("i", 1))

    def last_key(self, organisation: OrganisationId, kind: Kind, session: ClientSession | None = None) -> str | None:
        """Return the last key of a kind that has a count: the latest hour, the latest day."""
        rows = self._counts.find({"o": organisation, "k": kind.value, "n": {"$gt": 0}}, session=session)
        row = next(rows.sort("i", -1).limit(1), None)
        return None if row is None else str(row["i"])


def _row(progress: Progress) -> dict[str, Any]:
    return {
        "n": progress.position,
        "t": progress.stored,
        "counted": progress.counted,
        "duplicates": progress.duplicates,
        "voided": progress.voided,
        "rules_version": progress.rules_version,
    }


def _update(organisation: OrganisationId, counter: Counter, change: Change) -> UpdateOne:
    described: Document = {f"names.{tag}": text for tag, text in change.names.items()}
    if change.activity_type is not None:
        described["type"] = change.activity_type
    update: Document = {
        "$inc": {"n": change.amount},
        "$setOnInsert": {"o": organisation, "k": counter.kind.value, "i": counter.key},
    }
    if described:
        update["$set"] = described
    if change.last_stored is not None:
        update["$max"] = {"t": change.last_stored}
    return UpdateOne({"_id": _counter_id(organisation, counter)}, update, upsert=True)


def _counter_id(organisation: OrganisationId, counter: Counter) -> Binary:
    # Hashed, for an IRI may be far longer than anybody wants a key to be.
    digest = blake2b(f"{counter.kind.value}\0{counter.key}".encode(), digest_size=16).digest()
    return Binary(organisation.to_bytes(4, "big") + digest)
