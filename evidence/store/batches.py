"""Batches in MongoDB, and who is at work on which of their documents.

`issued_batches`: `_id` the batch (16 bytes), `o`, `type`, `session_id`, `first_on`, `last_on`, `as_of`, `at`, `by`,
`finished`, `trouble`, `trouble_since`. `issued_batch_items`: `_id` batch ‖ number (4 bytes), `o`, `batch`, `n`,
`enrolment_id`, `state`, `code`, `missing`, `tries`, `due` (not to be tried before), `holder` and `until`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from bson.binary import Binary
from pymongo import ReturnDocument

from evidence.content import DocumentType, Period
from evidence.issuing.batch import Batch, BatchItem, ItemState
from lrs.clock import Micros
from lrs.errors import NotFound
from lrs.store.database import Document, Session, Store
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, SessionId

COLLECTION: Final = "issued_batches"
ITEMS: Final = "issued_batch_items"
# Longer than one document takes, authority included; whoever died holds one document up for this long.
LEASE_MICROS: Final = 90_000_000


class Batches:
    """Keeps batches; their documents are made by `evidence.issuing`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.collection(COLLECTION)
        self._items = store.collection(ITEMS)

    def start(self, batch: Batch, enrolments: Sequence[EnrolmentId | None]) -> None:
        """Keep a batch with an item for each enrolment, or one for the session; all of it or nothing."""
        period = batch.period
        row = {
            "_id": Binary(batch.id.bytes),
            "o": batch.organisation,
            "type": batch.type.value,
            "session_id": batch.session_id,
            "first_on": None if period is None else period.first.isoformat(),
            "last_on": None if period is None else period.last.isoformat(),
            "as_of": batch.as_of,
            "at": batch.started_at,
            "by": batch.started_by,
            "finished": None if enrolments else batch.started_at,
            "trouble": None,
            "trouble_since": None,
        }
        items: list[Document] = [
            {"_id": _item_key(batch.id, number), "o": batch.organisation, "batch": Binary(batch.id.bytes), "n": number,
             "enrolment_id": enrolment_id, "state": ItemState.WAITING.value, "code": None, "missing": [], "tries": 0,
             "due": 0, "holder": None, "until": 0}
            for number, enrolment_id in enumerate(enrolments)
        ]  # fmt: skip

        def work(session: Session) -> None:
            self._rows.insert_one(row, session=session)
            if items:
                self._items.insert_many(items, session=session)

        self._store.transaction(work)

    def get(self, organisation: OrganisationId, batch_id: UUID) -> Batch:
        """Return a batch with how far it has come; raises NotFound."""
        row = self._rows.find_one({"_id": Binary(batch_id.bytes), "o": organisation})
        if row is None:
            message = "There is no batch of this id."
            raise NotFound(message)
        return self._batch(row)

    def of_session(self, organisation: OrganisationId, session_id: SessionId, limit: int = 20) -> list[Batch]:
        """Return the batches of a session, newest first."""
        query = {"o": organisation, "session_id": session_id}
        return [self._batch(row) for row in self._rows.find(query).sort("at", -1).limit(limit)]

    def items(self, organisation: OrganisationId, batch_id: UUID, after: int = -1, limit: int = 50) -> list[BatchItem]:
        """Return the documents of a batch, in order."""
        query = {"o": organisation, "batch": Binary(batch_id.bytes), "n": {"$gt": after}}
        return [_item(row) for row in self._items.find(query).sort("n", 1).limit(limit)]

    def running(self) -> list[tuple[OrganisationId, UUID]]:
        """Return the batches of every organisation that have something left to do, oldest first: for the worker."""
        rows = self._rows.find({"finished": None}, {"o": 1}).sort("at", 1)
        return [(OrganisationId(row["o"]), UUID(bytes=bytes(row["_id"]))) for row in rows]

    def take(self, organisation: OrganisationId, batch_id: UUID, holder: str, now: Micros) -> BatchItem | None:
        """Take the next document to be made; None when there is none for the moment."""
        query = {"o": organisation, "batch": Binary(batch_id.bytes), "state": ItemState.WAITING.value,
                 "due": {"$lte": now}, "until": {"$lte": now}}  # fmt: skip
        row = self._items.find_one_and_update(
            query, {"$set": {"holder": holder, "until": now + LEASE_MICROS}, "$inc": {"tries": 1}}, sort=[("n", 1)],
            return_document=ReturnDocument.AFTER,
        )  # fmt: skip
        return None if row is None else _item(row)

    def settle(
        self, organisation: OrganisationId, batch_id: UUID, number: int, state: ItemState, now: Micros, *,
        code: str | None = None, missing: Sequence[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        """Note what became of a document; the batch is finished with its last one."""
        change = {"state": state.value, "code": code, "missing": [list(pair) for pair in missing], "holder": None,
                  "until": 0}  # fmt: skip
        place = {"_id": _item_key(batch_id, number), "o": organisation, "state": ItemState.WAITING.value}
        self._items.update_one(place, {"$set": change})
        batch = {"_id": Binary(batch_id.bytes), "o": organisation}
        waiting = {"o": organisation, "batch": Binary(batch_id.bytes), "state": ItemState.WAITING.value}
        over: Document = {}
        if code is not None:
            # A document was made: whatever was waited for is over.
            over = {"trouble": None, "trouble_since": None}
        if self._items.find_one(waiting, {"_id": 1}) is None:
            over |= {"finished": now, "trouble": None, "trouble_since": None}
        if over:
            self._rows.update_one({**batch, "finished": None}, {"$set": over})

    def put_off(
        self, organisation: OrganisationId, batch_id: UUID, number: int, until: Micros, trouble: str, now: Micros
    ) -> None:
        """Have a document tried again later, and note what it waits for."""
        place = {"_id": _item_key(batch_id, number), "o": organisation, "state": ItemState.WAITING.value}
        self._items.update_one(place, {"$set": {"due": until, "holder": None, "until": 0}})
        batch = {"_id": Binary(batch_id.bytes), "o": organisation, "finished": None}
        self._rows.update_one({**batch, "trouble_since": None}, {"$set": {"trouble_since": now}})
        self._rows.update_one(batch, {"$set": {"trouble": trouble}})

    def _batch(self, row: Mapping[str, Any]) -> Batch:
        match = {"o": row["o"], "batch": row["_id"]}
        groups = self._items.aggregate([{"$match": match}, {"$group": {"_id": "$state", "n": {"$sum": 1}}}])
        first, last = row["first_on"], row["last_on"]
        finished, since = row["finished"], row["trouble_since"]
        return Batch(
            organisation=OrganisationId(row["o"]),
            id=UUID(bytes=bytes(row["_id"])),
            type=DocumentType(row["type"]),
            session_id=SessionId(row["session_id"]),
            period=None if first is None else Period(first=date.fromisoformat(first), last=date.fromisoformat(last)),
            as_of=Micros(int(row["as_of"])),
            started_at=Micros(int(row["at"])),
            started_by=row["by"],
            counts={ItemState(group["_id"]): group["n"] for group in groups},
            finished_at=None if finished is None else Micros(int(finished)),
            trouble=row["trouble"],
            trouble_since=None if since is None else Micros(int(since)),
        )


def _item(row: Mapping[str, Any]) -> BatchItem:
    return BatchItem(
        number=row["n"],
        enrolment_id=None if row["enrolment_id"] is None else EnrolmentId(row["enrolment_id"]),
        state=ItemState(row["state"]),
        code=row["code"],
        missing=tuple((reason, message) for reason, message in row["missing"]),
        tries=row["tries"],
    )


def _item_key(batch_id: UUID, number: int) -> Binary:
    return Binary(batch_id.bytes + number.to_bytes(4, "big"))
