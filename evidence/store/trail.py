"""The audit trail in MongoDB: appended to and read, never changed.

`trail`: `_id` organisation (4 bytes) ‖ number (8), `o`, `n`, `at`, `who`, `act`, `what`, `why`, `with` (details as
pairs), `p` (digest before), `d` (digest). `trail_heads`: `_id` organisation, `n`, `at`, `d` of the last entry; it is
also the lane: whoever records changes it first, so that there is one chain whoever writes at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bson.binary import Binary
from pymongo import ReturnDocument

from evidence.trail.chain import FIRST, Fault, check_chain, link
from evidence.trail.entry import Act, Deed, TrailEntry
from lrs.clock import Clock, Micros
from lrs.store.database import Document, Session, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "trail"
HEADS: Final = "trail_heads"


@dataclass(frozen=True, slots=True)
class TrailHead:
    """The end of one organisation's trail; `count` 0 when nothing was ever recorded."""

    count: int
    at: Micros
    digest: bytes


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """Which entries are wanted; None and empty ask for any. `since` is exclusive, `until` inclusive."""

    who: str | None = None
    act: Act | None = None
    what: str | None = None
    since: Micros | None = None
    until: Micros | None = None


class Trail:
    """Records deeds and reads them again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._entries = store.collection(COLLECTION)
        self._heads = store.collection(HEADS)

    def record(self, organisation: OrganisationId, *deeds: Deed) -> tuple[TrailEntry, ...]:
        """Record deeds, durably, in the order given; all of them or none. Raises Overloaded with nothing written.

        Of a read, call this before the bytes leave.
        """
        return self._store.transaction(lambda session: self.record_within(session, organisation, *deeds))

    def record_within(self, session: Session, organisation: OrganisationId, *deeds: Deed) -> tuple[TrailEntry, ...]:
        """Record deeds inside a transaction: they are in the trail exactly when it commits."""
        if not deeds:
            return ()
        now = self._clock.now_micros()
        # The trail never goes back in time, even when this machine's clock does.
        before = self._heads.find_one_and_update(
            {"_id": organisation}, {"$inc": {"n": len(deeds)}, "$max": {"at": now}},
            upsert=True, return_document=ReturnDocument.BEFORE, session=session,
        )  # fmt: skip
        number, previous = (before["n"], bytes(before["d"])) if before else (0, FIRST)
        at = Micros(max(now, before["at"])) if before else now
        entries = []
        for deed in deeds:
            number += 1
            entries.append(link(organisation, number, at, deed, previous))
            previous = entries[-1].digest
        self._heads.update_one({"_id": organisation}, {"$set": {"d": Binary(previous)}}, session=session)
        self._entries.insert_many([_document(entry) for entry in entries], session=session)
        return tuple(entries)

    def head(self, organisation: OrganisationId) -> TrailHead:
        """Return the end of an organisation's trail."""
        found = self._heads.find_one({"_id": organisation})
        return (
            TrailHead(0, Micros(0), FIRST) if found is None else TrailHead(found["n"], found["at"], bytes(found["d"]))
        )

    def entries(
        self, organisation: OrganisationId, query: TrailQuery = TrailQuery(), *, after: int = 0, limit: int = 0
    ) -> Iterator[TrailEntry]:
        """Yield the entries after number `after` that match, in order; `limit` 0 is all."""
        wanted: Document = {"o": organisation}
        for name, value in (("who", query.who), ("act", query.act), ("what", query.what)):
            if value is not None:
                wanted[name] = str(value)
        first = after if query.since is None else max(after, self._until(organisation, query.since))
        wanted["n"] = {"$gt": first}
        if query.until is not None:
            wanted["n"]["$lte"] = self._until(organisation, query.until)
        yield from map(_entry, self._entries.find(wanted).sort("n", 1).limit(limit))

    def latest(self, organisation: OrganisationId, query: TrailQuery, limit: int) -> list[TrailEntry]:
        """Return the last entries that match who, act and what, the newest first."""
        wanted: Document = {"o": organisation}
        for name, value in (("who", query.who), ("act", query.act), ("what", query.what)):
            if value is not None:
                wanted[name] = str(value)
        return [_entry(row) for row in self._entries.find(wanted).sort("n", -1).limit(limit)]

    def _until(self, organisation: OrganisationId, at: Micros) -> int:
        """Return the number of the last entry at or before an instant, 0 when there is none.

        Numbers rise with time, so halving finds it and no index of instants is needed.
        """
        low, high = 0, self.head(organisation).count
        while low < high:
            middle = (low + high + 1) // 2
            row = self._entries.find_one({"_id": _key(organisation, middle), "o": organisation}, {"at": 1})
            if row is not None and row["at"] <= at:
                low = middle
            else:
                high = middle - 1
        return low

    def check(self, organisation: OrganisationId) -> Fault | None:
        """Return the first thing in the trail that does not hold, its end included; None when all of it does."""
        head = self.head(organisation)
        last = FIRST
        count = 0

        def seen() -> Iterator[TrailEntry]:
            nonlocal last, count
            for entry in self.entries(organisation):
                if entry.number > head.count:
                    return
                last, count = entry.digest, entry.number
                yield entry

        fault = check_chain(seen())
        if fault is None and (count, last) != (head.count, head.digest):
            return Fault(count + 1, f"the trail ends at entry {count}; its head says {head.count}")
        return fault


def _key(organisation: OrganisationId, number: int) -> Binary:
    return Binary(organisation.to_bytes(4, "big") + number.to_bytes(8, "big"))


def _document(entry: TrailEntry) -> Document:
    deed = entry.deed
    return {
        "_id": _key(entry.organisation, entry.number),
        "o": entry.organisation,
        "n": entry.number,
        "at": entry.at,
        "who": deed.who,
        "act": deed.act.value,
        "what": deed.what,
        "why": deed.why,
        # As pairs: what a detail is called may hold a dot, which field names may not.
        "with": [[name, value] for name, value in deed.details.items()],
        "p": Binary(entry.previous),
        "d": Binary(entry.digest),
    }


def _entry(row: Mapping[str, Any]) -> TrailEntry:
    details = {str(name): str(value) for name, value in row["with"]}
    deed = Deed(row["who"], Act(row["act"]), row["what"], row["why"], details)
    return TrailEntry(OrganisationId(row["o"]), row["n"], Micros(row["at"]), deed, bytes(row["p"]), bytes(row["d"]))
