"""The leaves of an organisation's log, as the sealer reads them: in order, and nothing of the statements but those."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from lrs.clock import Micros
from lrs.store.database import Document, Store
from lrs.store.statements import COLLECTION, statement_id_of, statement_key
from lrs.tenancy import OrganisationId


@dataclass(frozen=True, slots=True)
class LeafRun:
    """Leaves of the log in order of `stored`, each list with one item for each.

    A hash is empty where the record has none, which no record should.
    """

    positions: list[int]
    stored: list[Micros]
    hashes: list[bytes] = field(repr=False)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.positions)

    def first(self, count: int) -> LeafRun:
        """Return the first `count` of them."""
        return LeafRun(self.positions[:count], self.stored[:count], self.hashes[:count])


NO_LEAVES: Final = LeafRun([], [], [])


@dataclass(frozen=True, slots=True)
class Entry:
    """What a proof is about: a statement's position and leaf, and what the leaf was made of.

    Of an erased statement the leaf is left; `salt` and `body` are None.
    """

    statement_id: UUID
    position: int
    leaf: bytes
    salt: bytes | None = field(repr=False)
    body: bytes | None = field(repr=False)


class Leaves:
    """Reads leaves; what it has read is durable and never rolled back (`Store` reads with majority)."""

    def __init__(self, store: Store) -> None:
        self._statements = store.collection(COLLECTION)

    def after(self, organisation: OrganisationId, stored: Micros, limit: int) -> LeafRun:
        """Return up to `limit` leaves stored after an instant, in order.

        The index of `stored` finds them. Each record is fetched, for no index has its leaf: one that had would cost
        every append more than this costs in all (docs/design/0014-the-ledger.md).
        """
        found = self._statements.find({"o": organisation, "t": {"$gt": stored}}, {"_id": 0, "n": 1, "t": 1, "l": 1})
        # Whole batches at a time: asked for one by one, so small a record costs more to hand over than to read.
        rows = found.sort("t", 1).limit(limit).batch_size(limit).to_list()
        # By columns: an object for each leaf would cost as much as all that is done with it.
        return LeafRun([row["n"] for row in rows], [row["t"] for row in rows], [row.get("l", b"") for row in rows])

    def entries(self, organisation: OrganisationId, ids: Iterable[UUID]) -> list[Entry]:
        """Return what the leaves of these statements were made of, in no order; unknown ones are left out."""
        keys = [statement_key(organisation, statement_id) for statement_id in ids]
        if not keys:
            return []
        rows = self._statements.find({"_id": {"$in": keys}, "o": organisation}, {"n": 1, "l": 1, "s": 1, "b": 1})
        return [_entry(row) for row in rows]

    def at(self, organisation: OrganisationId, position: int, since: Micros, skip: int) -> Entry | None:
        """Return what stands at a position, `skip` statements behind the one stored at `since`, or None."""
        # Only the index is walked; of a record that was skipped nothing is fetched.
        instants = self._statements.find({"o": organisation, "t": {"$gte": since}}, {"_id": 0, "t": 1})
        stored = next((row["t"] for row in instants.sort("t", 1).skip(skip).limit(1)), None)
        if stored is None:
            return None
        row = self._statements.find_one({"o": organisation, "t": stored}, {"n": 1, "l": 1, "s": 1, "b": 1})
        return _entry(row) if row is not None and row["n"] == position else None


def _entry(row: Document) -> Entry:
    salt, body = row.get("s"), row.get("b")
    return Entry(
        statement_id=statement_id_of(row["_id"]),
        position=int(row["n"]),
        leaf=bytes(row.get("l", b"")),
        salt=None if salt is None else bytes(salt),
        body=None if body is None else bytes(body),
    )
