"""What is to be sent, was sent and could not be: deliveries and dead letters, until their time is over.

`outlet_deliveries`: `_id` outlet ‖ what, `o`, `w` the outlet, `what` (`event`, `statement`, `batch`), `s` its state,
`at` what it is ordered by, `due` when it is tried next; of an event `type`, `about`, `b` the exact body; of a statement
`sid`; how often it was tried, what was answered. `expires_at` ends what is settled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from bson.binary import Binary
from pymongo import DESCENDING, UpdateOne

from lrs.clock import Micros, to_datetime
from lrs.forwarding.delays import delays_at
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "outlet_deliveries"
# What of an answer is kept of a dead letter: enough to see why.
ANSWER_MOST: Final = 500
_MINUTE: Final = 60_000_000


class What(StrEnum):
    """What is delivered: an event, one statement that was put aside, or the statements of one minute."""

    EVENT = "event"
    STATEMENT = "statement"
    BATCH = "batch"


class Standing(StrEnum):
    """What has become of it. What is DEAD is tried no more, unless somebody replays it."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery.

    Attributes:
        id: Its id within its outlet: of an event or a statement its own id.
        at: When it happened; of statements, when they were sent or put aside.
        body: Of an event, the bytes that are sent at every try.
        error: Why the last try failed, as a word or a status; `answer` the beginning of what was said, of dead letters.
        count: How many statements: 1, but for the sum of a minute.
    """

    id: str
    outlet: str
    what: What
    standing: Standing
    at: Micros
    due: Micros | None
    type: str
    about: str
    tries: int
    last: Micros | None
    status: int | None
    error: str
    answer: str
    count: int
    body: bytes = b""
    statement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One event to be told to one outlet: the bytes to send, and what they are about."""

    id: UUID
    type: str
    about: str
    at: Micros
    body: bytes


@dataclass(frozen=True, slots=True)
class Resting:
    """Where something stands that waits for its next try, and when that is."""

    at: Micros
    due: Micros


@dataclass(frozen=True, slots=True)
class Aside:
    """A statement that is put aside: why, with the beginning of what the other side answered."""

    statement_id: UUID
    status: int | None
    error: str
    answer: str


class Deliveries:
    """Collection `outlet_deliveries`; every question names the organisation."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def add_events(self, organisation: OrganisationId, outlet: str, events: Iterable[Told], now: Micros) -> None:
        """Note events that an outlet is to be told; one that is noted already stays as it is."""
        writes = [
            UpdateOne(
                {"_id": _key(outlet, str(event.id)), "o": organisation},
                {"$setOnInsert": {
                    "w": outlet, "what": What.EVENT.value, "s": Standing.WAITING.value, "at": event.at, "due": now,
                    "type": event.type, "about": event.about, "b": Binary(event.body), "made": now, "tries": 0,
                }},
                upsert=True,
            )
            for event in events
        ]  # fmt: skip
        if writes:
            self._rows.bulk_write(writes, ordered=True)

    def put_aside(self, organisation: OrganisationId, outlet: str, letters: Sequence[Aside], now: Micros) -> None:
        """Keep statements as dead letters; one that is there already, from a try that nobody remembers, is one."""
        writes = [
            UpdateOne(
                {"_id": _key(outlet, str(letter.statement_id)), "o": organisation},
                {
                    "$set": {"s": Standing.DEAD.value, "last": now, "due": None, **_said(letter), **_until(now)},
                    "$setOnInsert": {
                        "w": outlet, "what": What.STATEMENT.value, "at": now, "sid": Binary(letter.statement_id.bytes),
                        "type": "", "about": f"statement:{letter.statement_id}",
                    },
                    "$inc": {"tries": 1},
                },
                upsert=True,
            )
            for letter in letters
        ]  # fmt: skip
        if writes:
            self._rows.bulk_write(writes, ordered=False)

    def count_sent(self, organisation: OrganisationId, outlet: str, statements: int, now: Micros) -> None:
        """Add statements that were taken to the sum of their minute."""
        minute = now - now % _MINUTE
        ends = {"expires_at": to_datetime(Micros(now + delays_at(now).log_seconds * 1_000_000))}
        self._rows.update_one(
            {"_id": _key(outlet, f"minute-{minute}"), "o": organisation},
            {
                "$inc": {"count": statements, "tries": 1}, "$set": {"last": now, "status": 200, **ends},
                "$setOnInsert": {"w": outlet, "what": What.BATCH.value, "s": Standing.DELIVERED.value, "at": minute,
                                 "type": "", "about": ""},
            },
            upsert=True,
        )  # fmt: skip

    def waiting(self, organisation: OrganisationId, outlet: str, limit: int) -> list[Delivery]:
        """Return what waits, in the order in which it happened, with bodies, due or not."""
        query = {"o": organisation, "w": outlet, "s": Standing.WAITING.value}
        return [_delivery(row) for row in self._rows.find(query).sort([("at", 1), ("_id", 1)]).limit(limit)]

    def due(self, organisation: OrganisationId, outlet: str, now: Micros, limit: int) -> list[Delivery]:
        """Return what is to be tried by now, in the order in which it happened, with bodies."""
        query = {"o": organisation, "w": outlet, "s": Standing.WAITING.value, "due": {"$lte": now}}
        return [_delivery(row) for row in self._rows.find(query).sort([("at", 1), ("_id", 1)]).limit(limit)]

    def resting(
        self, organisation: OrganisationId, outlet: str, now: Micros, about: Collection[str]
    ) -> dict[str, Resting]:
        """Return the first of what waits for a later try, for each thing it is about."""
        query = {"o": organisation, "w": outlet, "s": Standing.WAITING.value, "due": {"$gt": now},
                 "about": {"$in": sorted(about)}}  # fmt: skip
        found: dict[str, Resting] = {}
        for row in self._rows.find(query, {"about": 1, "at": 1, "due": 1}).sort([("at", 1), ("_id", 1)]):
            found.setdefault(row["about"], Resting(Micros(row["at"]), Micros(row["due"])))
        return found

    def postpone(self, organisation: OrganisationId, deliveries: Iterable[tuple[Delivery, Micros]]) -> None:
        """Have deliveries wait until what is before them is tried again."""
        writes = [
            UpdateOne({"_id": _key(item.outlet, item.id), "o": organisation}, {"$set": {"due": due}})
            for item, due in deliveries
        ]
        if writes:
            self._rows.bulk_write(writes, ordered=False)

    def counts(self, organisation: OrganisationId, outlet: str) -> dict[Standing, int]:
        """Return how many wait, and how many are dead letters."""
        query = {"o": organisation, "w": outlet}
        return {
            standing: self._rows.count_documents({**query, "s": standing.value})
            for standing in (Standing.WAITING, Standing.DEAD)
        }

    def delivered(self, organisation: OrganisationId, delivery: Delivery, status: int, now: Micros) -> None:
        """Note that one was taken."""
        change = {"s": Standing.DELIVERED.value, "due": None, "last": now, "status": status, "error": "", "answer": "",
                  "expires_at": to_datetime(Micros(now + delays_at(now).log_seconds * 1_000_000))}  # fmt: skip
        self._change(organisation, delivery, {"$set": change, "$inc": {"tries": 1}})

    def failed(
        self, organisation: OrganisationId, delivery: Delivery, status: int | None, error: str, now: Micros,
        due: Micros | None, answer: str = "",
    ) -> None:  # fmt: skip
        """Note that a try failed; without `due` it was the last, and it is a dead letter."""
        change: Document = {"last": now, "due": due, "status": status, "error": error, "answer": answer[:ANSWER_MOST]}
        if due is None:
            change |= {"s": Standing.DEAD.value, **_until(now)}
        self._change(organisation, delivery, {"$set": change, "$inc": {"tries": 1}})

    def give_up(self, organisation: OrganisationId, outlet: str, before: Micros, error: str, now: Micros) -> int:
        """Make dead letters of events that have waited since before an instant; return how many."""
        query = {"o": organisation, "w": outlet, "s": Standing.WAITING.value, "what": What.EVENT.value,
                 "made": {"$lte": before}}  # fmt: skip
        change = {"s": Standing.DEAD.value, "due": None, "error": error, **_until(now)}
        return self._rows.update_many(query, {"$set": change}).modified_count

    def replay(self, organisation: OrganisationId, outlet: str, name: str | None, now: Micros) -> int:
        """Have one dead letter sent again, or all of an outlet's; return how many."""
        query: Document = {"o": organisation, "w": outlet, "s": Standing.DEAD.value}
        if name is not None:
            query["_id"] = _key(outlet, name)
        change = {"s": Standing.WAITING.value, "due": now, "tries": 0, "made": now}
        return self._rows.update_many(query, {"$set": change, "$unset": {"expires_at": ""}}).modified_count

    def drop(self, organisation: OrganisationId, outlet: str, name: str) -> bool:
        """Forget one delivery; False when there is none."""
        return self._rows.delete_one({"_id": _key(outlet, name), "o": organisation}).deleted_count == 1

    def page(
        self, organisation: OrganisationId, outlet: str, standing: Standing | None, before: tuple[int, str] | None,
        limit: int,
    ) -> list[Delivery]:  # fmt: skip
        """Return deliveries, the newest first, without bodies, before `(at, id)`."""
        query: Document = {"o": organisation, "w": outlet}
        if standing is not None:
            query["s"] = standing.value
        if before is not None:
            at, name = before
            query["$or"] = [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": _key(outlet, name)}}]
        rows = self._rows.find(query, {"b": 0}).sort([("at", DESCENDING), ("_id", DESCENDING)]).limit(limit)
        return [_delivery(row) for row in rows]

    def forget_outlet(self, organisation: OrganisationId, outlet: str) -> None:
        """Delete everything of an outlet that is removed."""
        self._rows.delete_many({"o": organisation, "w": outlet})

    def forget_statements(self, organisation: OrganisationId, ids: Collection[UUID]) -> None:
        """Delete the letters of statements that are erased, with what was answered to them."""
        self._rows.delete_many({"o": organisation, "sid": {"$in": [Binary(item.bytes) for item in ids]}})

    def _change(self, organisation: OrganisationId, delivery: Delivery, change: Document) -> None:
        self._rows.update_one({"_id": _key(delivery.outlet, delivery.id), "o": organisation}, change)


def _key(outlet: str, name: str) -> str:
    return f"{outlet}:{name}"


def _said(letter: Aside) -> Document:
    return {"status": letter.status, "error": letter.error, "answer": letter.answer[:ANSWER_MOST]}


def _until(now: Micros) -> Document:
    return {"expires_at": to_datetime(Micros(now + delays_at(now).letters_seconds * 1_000_000))}


def _delivery(row: dict[str, Any]) -> Delivery:
    return Delivery(
        id=row["_id"].partition(":")[2], outlet=row["w"], what=What(row["what"]), standing=Standing(row["s"]),
        at=Micros(row["at"]), due=row.get("due"), type=row["type"], about=row["about"], tries=row["tries"],
        last=row.get("last"), status=row.get("status"), error=row.get("error", ""), answer=row.get("answer", ""),
        count=row.get("count", 1), body=bytes(row.get("b", b"")),
        statement_id=UUID(bytes=bytes(row["sid"])) if "sid" in row else None,
    )  # fmt: skip
