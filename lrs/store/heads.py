"""The head of each organisation's log: what was stored last, how much, by whom.

The head is also the lane: whoever appends changes it first, in the transaction of the append, so that two
appends of one organisation can never both go on. See docs/design/0001-one-lane-per-organisation.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, unquote

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession

from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "heads"
# An idle head is moved to the present at most this often, so that reading costs no write while
# statements flow and one small write a second while they don't.
IDLE_MICROS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Sender:
    """What one credential has sent: when last, and how many statements in all."""

    last_stored: Micros
    count: int


@dataclass(frozen=True, slots=True)
class Head:
    """The end of one organisation's log. `stored` is Consistent-Through: nothing will ever land behind it."""

    organisation: OrganisationId
    stored: Micros
    count: int
    has_references: bool
    senders: Mapping[CredentialId, Sender]


@dataclass(frozen=True, slots=True)
class Lane:
    """The right to append, for one transaction: the first free `stored` and position."""

    stored: Micros
    position: int
    has_references: bool


def find_head(store: Store, organisation: OrganisationId) -> Head:
    """Read one head; an organisation that has stored nothing yet has one at the beginning of time."""
    return _head(store.collection(COLLECTION).find_one({"_id": organisation}) or {"_id": organisation})


def heads(store: Store) -> Iterator[Head]:
    """Yield the head of every organisation that has stored anything."""
    yield from map(_head, store.collection(COLLECTION).find())


def counts(store: Store) -> dict[OrganisationId, int]:
    """Return how many statements every organisation has that has stored any."""
    rows = store.collection(COLLECTION).find({}, {"n": 1})
    return {OrganisationId(row["_id"]): int(row["n"]) for row in rows if row.get("n")}


def consistent_head(store: Store, organisation: OrganisationId, now: Micros) -> Head:
    """Read one head, and move it to `now` first when it is older than `IDLE_MICROS`.

    Moving it waits for an append that is under way and makes the next one take a later `stored`: so what
    it says is true whatever the clocks of other writers say.
    """
    head = find_head(store, organisation)
    if now - head.stored <= IDLE_MICROS:
        return head
    moved: Document = store.collection(COLLECTION).find_one_and_update(
        {"_id": organisation}, {"$max": {"t": now}}, upsert=True, return_document=ReturnDocument.AFTER
    )  # type: ignore[assignment]  # an upsert always returns
    return _head(moved)


def take_lane(
    store: Store, session: ClientSession, organisation: OrganisationId, now: Micros, counts: Mapping[CredentialId, int]
) -> Lane:
    """Reserve instants and positions for `counts` statements of each sender; the first operation of every append.

    A concurrent append makes this fail with a transient error, and the transaction starts again.
    """
    total = sum(counts.values())
    # `stored` never repeats and never goes back, even when this machine's clock does.
    first = {"$max": [now, {"$add": [{"$ifNull": ["$t", 0]}, 1]}]}
    clocks: dict[str, Any] = {}
    for sender, count in counts.items():
        clock = f"senders.{_field(sender)}"
        clocks[f"{clock}.t"] = "$t"
        clocks[f"{clock}.n"] = {"$add": [{"$ifNull": [f"${clock}.n", 0]}, count]}
    after: Document = store.collection(COLLECTION).find_one_and_update(
        {"_id": organisation},
        [
            {"$set": {"t": {"$add": [first, total - 1]}, "n": {"$add": [{"$ifNull": ["$n", 0]}, total]}}},
            {"$set": clocks},
        ],
        upsert=True,
        return_document=ReturnDocument.AFTER,
        session=session,
    )  # type: ignore[assignment]  # an upsert always returns
    return Lane(Micros(after["t"] - total + 1), after["n"] - total, bool(after.get("refs")))


def return_unused(
    store: Store, session: ClientSession, organisation: OrganisationId, counts: Mapping[CredentialId, int]
) -> None:
    """Give back positions that replays and conflicts did not need, so that positions stay dense."""
    unused = {f"senders.{_field(sender)}.n": -count for sender, count in counts.items()}
    store.collection(COLLECTION).update_one(
        {"_id": organisation}, {"$inc": {"n": -sum(counts.values()), **unused}}, session=session
    )


def mark_references(store: Store, session: ClientSession, organisation: OrganisationId) -> None:
    """Note that this organisation has statements that target others: searches must follow them."""
    store.collection(COLLECTION).update_one({"_id": organisation}, {"$set": {"refs": True}}, session=session)


@lru_cache(maxsize=1024)
def _field(sender: CredentialId) -> str:
    """Write a credential's id as a field name: no dot, no dollar (an API key given by hand may have both)."""
    return "k" + quote(sender, safe="").replace(".", "%2E")


def _head(document: Mapping[str, Any]) -> Head:
    return Head(
        organisation=OrganisationId(document["_id"]),
        stored=Micros(document.get("t", 0)),
        count=document.get("n", 0),
        has_references=bool(document.get("refs")),
        senders={
            CredentialId(unquote(name[1:])): Sender(Micros(clock["t"]), clock["n"])
            for name, clock in document.get("senders", {}).items()
        },
    )
