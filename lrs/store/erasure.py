"""Erasing statements: a journal of what is to be erased, and the transactions that do it.

`erasures`: `_id` organisation ‖ id of the erasure, `o`, who, when, ground, how many; while under way, whose identities.
`erasure_parts`: `_id` organisation ‖ id ‖ number (4 bytes), `o`, `ids`, `done`, `at` (attachments they had): each part
is named by one deletion statement and erased in one transaction.
`erasure_lanes`: `_id` organisation, `job` the erasure under way, `changes` counts what may stand against one: an
erasure begins only if nothing was added since that was looked at.

Of a statement stay `_id`, `o`, `t`, `n`, `l` (its leaf, so that proofs of all others hold), and `er`, the id of the
deletion statement. Bytes, salt and everything it was found by go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from bson.binary import Binary
from pymongo import ReplaceOne, ReturnDocument

from lrs.clock import Micros
from lrs.errors import Conflict, NotFound
from lrs.store.database import Document, Session, Store
from lrs.store.finding import FIELD, duplicate_entry
from lrs.store.references import forget
from lrs.store.statements import COLLECTION as STATEMENTS
from lrs.store.statements import ERASED, StoredStatement, entry_of, statement_id_of, statement_key
from lrs.tenancy import OrganisationId

JOURNAL: Final = "erasures"
PARTS: Final = "erasure_parts"
LANES: Final = "erasure_lanes"
# Statements of one part: one deletion statement names them, and one transaction erases them.
PART_STATEMENTS: Final = 200
# What is left of a statement.
_STAYS: Final = ("_id", "o", "t", "n", "l")

Within = Callable[[Session, OrganisationId, Sequence[StoredStatement]], None]


class Ground(StrEnum):
    """Why statements are erased. The value is in deletion statements: it never changes its meaning."""

    REQUEST = "request"  # the person asked (RGPD art. 17)
    RETENTION = "retention"  # the time for which they may be kept is over (RGPD art. 5 (1) (e))
    ORDER = "order"  # a court or an authority ordered it
    MISTAKE = "mistake"  # they should never have been recorded


class State(StrEnum):
    """How far an erasure has come."""

    GOING = "going"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure: on whose word, why, how many statements, how far it has come.

    `identities` are those whose names, documents and quarantined bodies go too; they are forgotten when it is done.
    """

    erasure_id: UUID
    organisation: OrganisationId
    ground: Ground
    reason: str
    by: str
    at: Micros
    statements: int
    state: State
    identities: tuple[str, ...] = ()
    documents: bool = False
    finished_at: Micros | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The statements that one deletion statement names; `number` from 0, of `parts`."""

    number: int
    parts: int
    ids: tuple[UUID, ...]


class Erasures:
    """The journal, and the erasing itself."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._journal = store.collection(JOURNAL)
        self._parts = store.collection(PARTS)
        self._lanes = store.collection(LANES)
        self._statements = store.collection(STATEMENTS)

    def having(self, organisation: OrganisationId, entries: Sequence[int]) -> list[UUID]:
        """Return the statements that any of these entries finds, in the order in which they were stored."""
        if not entries:
            return []
        rows = self._statements.find({"o": organisation, FIELD: {"$in": list(entries)}}, {"t": 1})
        return [statement_id_of(row["_id"]) for row in sorted(rows, key=lambda row: int(row["t"]))]

    def copies(self, organisation: OrganisationId, originals: Iterable[UUID]) -> list[UUID]:
        """Return the content duplicates of statements: the same content, sent again without an id."""
        wanted = {"o": organisation, FIELD: duplicate_entry(organisation)}
        found = {name.bytes for name in originals}
        rows = self._statements.find(wanted, {"dup": 1}) if found else ()
        return [statement_id_of(row["_id"]) for row in rows if bytes(row["dup"]) in found]

    def changes(self, organisation: OrganisationId) -> int:
        """Return how often something was added that may stand against an erasure; see `begin`."""
        self._ensure_lane(organisation)
        found = self._lanes.find_one({"_id": organisation})
        return 0 if found is None else int(found["changes"])

    def note_change(self, session: Session, organisation: OrganisationId) -> None:
        """Note, inside the transaction that adds it, something that stands against erasing.

        Raises Conflict while an erasure is under way: it must not be added behind its back.
        """
        self._ensure_lane(organisation)
        free = self._lanes.update_one({"_id": organisation, "job": None}, {"$inc": {"changes": 1}}, session=session)
        if free.matched_count == 0:
            message = "Something is being erased just now; nothing was changed. Send it again in a moment."
            raise Conflict(message)

    def hold_still(self, session: Session, organisation: OrganisationId, changes: int) -> None:
        """Make sure, inside a transaction, that nothing was added since `changes`, nor is until it commits.

        Raises Conflict when something was.
        """
        same = {"_id": organisation, "changes": changes}
        if self._lanes.update_one(same, {"$inc": {"steps": 1}}, session=session).matched_count == 0:
            message = "A hold was placed since; nothing was changed. Look again."
            raise Conflict(message)

    def begin(self, erasure: Erasure, ids: Sequence[UUID], changes: int) -> Erasure:
        """Write down what is to be erased, durably; from then on it will be, whatever stops in between.

        Raises Conflict while another erasure of the organisation is under way, and when something was added since
        `changes` was asked for.
        """
        self._ensure_lane(erasure.organisation)
        slices = [ids[start : start + PART_STATEMENTS] for start in range(0, len(ids), PART_STATEMENTS)]

        def work(session: Session) -> None:
            lane = self._lanes.update_one(
                {"_id": erasure.organisation, "job": None, "changes": changes},
                {"$set": {"job": Binary(erasure.erasure_id.bytes)}}, session=session,
            )  # fmt: skip
            if lane.matched_count == 0:
                message = "Another erasure is under way, or a hold was placed since; nothing was changed. Look again."
                raise Conflict(message)
            self._journal.insert_one({**_journal_row(erasure), "parts": len(slices)}, session=session)
            rows = [
                {"_id": _part_key(erasure, number), "o": erasure.organisation, "done": False,
                 "ids": [Binary(item.bytes) for item in part]}
                for number, part in enumerate(slices)
            ]  # fmt: skip
            if rows:
                self._parts.insert_many(rows, session=session)

        self._store.transaction(work)
        return erasure

    def under_way(self) -> Iterator[Erasure]:
        """Yield the erasures that are under way, of every organisation."""
        for lane in list(self._lanes.find({"job": {"$ne": None}})):
            yield self.get(OrganisationId(lane["_id"]), UUID(bytes=bytes(lane["job"])))

    def get(self, organisation: OrganisationId, erasure_id: UUID) -> Erasure:
        """Return an erasure; raises NotFound."""
        found = self._journal.find_one({"_id": _journal_key(organisation, erasure_id), "o": organisation})
        if found is None:
            message = "There was no erasure of this id."
            raise NotFound(message)
        return _erasure(found)

    def ids(self, erasure: Erasure) -> list[UUID]:
        """Return the statements that an erasure takes."""
        rows = self._parts.find(_parts_of(erasure), {"ids": 1}).sort("_id", 1)
        return [UUID(bytes=bytes(item)) for row in rows for item in row["ids"]]

    def erased(self, erasure: Erasure) -> int:
        """Return how many statements of an erasure are gone."""
        rows = self._parts.find({**_parts_of(erasure), "done": True}, {"ids": 1})
        return sum(len(row["ids"]) for row in rows)

    def next_part(self, erasure: Erasure) -> Part | None:
        """Return the next part that is not erased yet, None when all are."""
        row = self._parts.find_one({**_parts_of(erasure), "done": False}, sort=[("_id", 1)])
        if row is None:
            return None
        whole = self._journal.find_one({"_id": _journal_key(erasure.organisation, erasure.erasure_id)}, {"parts": 1})
        ids = tuple(UUID(bytes=bytes(item)) for item in row["ids"])
        return Part(int.from_bytes(row["_id"][-4:], "big"), whole["parts"] if whole else 1, ids)

    def erase(self, erasure: Erasure, part: Part, deletion: UUID, within: Sequence[Within]) -> None:
        """Erase a part, which the statement `deletion` names; nothing happens when somebody else has done so.

        `within` are told of the entries as they were, inside the transaction.
        """
        organisation = erasure.organisation

        def work(session: Session) -> None:
            mine = {"_id": _part_key(erasure, part.number), "o": organisation, "done": False}
            if self._parts.update_one(mine, {"$set": {"done": True}}, session=session).matched_count == 0:
                return
            keys = [statement_key(organisation, statement_id) for statement_id in part.ids]
            wanted = {"_id": {"$in": keys}, "o": organisation, ERASED: None}
            gone = list(self._statements.find(wanted, session=session))
            if not gone:
                return
            entries = [entry_of(document) for document in sorted(gone, key=lambda item: int(item["n"]))]
            attached = sorted({sha2 for entry in entries for sha2 in entry.attachments})
            if attached:
                self._parts.update_one({"_id": mine["_id"]}, {"$set": {"at": attached}}, session=session)
            for told in within:
                told(session, organisation, entries)
            forget(self._statements, session, organisation, gone)
            rest = [{name: item[name] for name in _STAYS} | {ERASED: Binary(deletion.bytes)} for item in gone]
            writes = [ReplaceOne({"_id": item["_id"], "o": organisation}, item) for item in rest]
            self._statements.bulk_write(writes, ordered=False, session=session)

        self._store.transaction(work)

    def finish(self, erasure: Erasure, now: Micros) -> Erasure:
        """Note that everything is erased; whose identities it was about is forgotten, and the lane is free again."""
        key = _journal_key(erasure.organisation, erasure.erasure_id)

        def work(session: Session) -> Document | None:
            job = {"_id": erasure.organisation, "job": Binary(erasure.erasure_id.bytes)}
            self._lanes.update_one(job, {"$set": {"job": None}}, session=session)
            done = {"$set": {"state": State.DONE.value, "finished": now}, "$unset": {"identities": True}}
            return self._journal.find_one_and_update(
                {"_id": key, "o": erasure.organisation, "state": State.GOING.value}, done,
                return_document=ReturnDocument.AFTER, session=session,
            )  # fmt: skip

        self._store.transaction(work)
        return self.get(erasure.organisation, erasure.erasure_id)

    def attachments(self, erasure: Erasure) -> set[str]:
        """Return the attachments of what was erased that no other statement has."""
        rows = self._parts.find({**_parts_of(erasure), "at": {"$exists": True}}, {"at": 1})
        asked = {sha2 for row in rows for sha2 in row["at"]}
        if not asked:
            return set()
        wanted = {"o": erasure.organisation, "at": {"$in": sorted(asked)}}
        return asked.difference(*(row["at"] for row in self._statements.find(wanted, {"_id": 0, "at": 1})))

    def _ensure_lane(self, organisation: OrganisationId) -> None:
        fresh = {"$setOnInsert": {"job": None, "changes": 0}}
        self._lanes.update_one({"_id": organisation}, fresh, upsert=True)


def _journal_key(organisation: OrganisationId, erasure_id: UUID) -> Binary:
    return Binary(organisation.to_bytes(4, "big") + erasure_id.bytes)


def _part_key(erasure: Erasure, number: int) -> Binary:
    return Binary(_journal_key(erasure.organisation, erasure.erasure_id) + number.to_bytes(4, "big"))


def _parts_of(erasure: Erasure) -> Document:
    first, last = _part_key(erasure, 0), _part_key(erasure, 2**32 - 1)
    return {"_id": {"$gte": first, "$lte": last}, "o": erasure.organisation}


def _journal_row(erasure: Erasure) -> Document:
    return {
        "_id": _journal_key(erasure.organisation, erasure.erasure_id),
        "o": erasure.organisation,
        "ground": erasure.ground.value,
        "reason": erasure.reason,
        "by": erasure.by,
        "at": erasure.at,
        "n": erasure.statements,
        "state": erasure.state.value,
        "identities": list(erasure.identities),
        "documents": erasure.documents,
    }


def _erasure(row: Mapping[str, Any]) -> Erasure:
    return Erasure(
        erasure_id=UUID(bytes=bytes(row["_id"])[4:]),
        organisation=OrganisationId(row["o"]),
        ground=Ground(row["ground"]),
        reason=row["reason"],
        by=row["by"],
        at=Micros(row["at"]),
        statements=row["n"],
        state=State(row["state"]),
        identities=tuple(row.get("identities", ())),
        documents=row["documents"],
        finished_at=row.get("finished"),
    )
