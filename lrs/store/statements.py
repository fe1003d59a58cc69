"""The log of statements: append in one transaction, find by key, follow in order."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NamedTuple

from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.statements.keys import agent_key
from lrs.statements.query import PageQuery
from lrs.store.blocks import Find, find_blocks, find_first
from lrs.store.database import SETTLED, Document, Store
from lrs.store.finding import FIELD, duplicate_entry, having, having_inherited, related, wanted_entries
from lrs.store.heads import find_head
from lrs.tenancy import OrganisationId

COLLECTION: Final = "statements"
# In what is left of an erased statement: the id of the statement that says who had it erased, and on what ground.
ERASED: Final = "er"
# What a page needs, and what whoever follows the log needs; never the search keys.
_PAGE_FIELDS: Final = {"_id": 0, "b": 1, "t": 1, "at": 1}
_ONE_FIELDS: Final = {**_PAGE_FIELDS, "x": 1, "w": 1, ERASED: 1}
_ENTRY_FIELDS: Final = {"q": 0, "via": 0, "s": 0, "l": 0}
# How far entries are counted to find out which is the rarest, and below what it does not matter any more.
_MANY: Final = 5_000
_FEW: Final = 500


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """One entry of an organisation's log, as the worker, the sealer and export read it.

    Of one that is erased only position, `stored` and id are left; `body` is empty. Whoever follows the log counts its
    position and passes on.
    """

    position: int
    stored: Micros
    statement_id: uuid.UUID
    body: bytes
    credential: CredentialId
    timestamp: Micros
    is_voided: bool
    is_voiding: bool
    reference: uuid.UUID | None
    duplicate_of: uuid.UUID | None
    attachments: tuple[str, ...]
    is_erased: bool = False


class Found(NamedTuple):
    """One statement of an answer: its exact bytes, when it was stored, the hashes of its attachments."""

    body: bytes
    stored: Micros
    attachments: Sequence[str]


class Rows(NamedTuple):
    """Statements of an answer, column by column: a column of a hundred costs what three rows do."""

    bodies: Sequence[bytes]
    stored: Sequence[Micros]
    attachments: Sequence[Sequence[str]]

    def first(self, most: int) -> Rows:
        """Return the first `most`, or as many as there are."""
        return Rows(self.bodies[:most], self.stored[:most], self.attachments[:most])

    def followed_by(self, after: Rows) -> Rows:
        """Return these, and those of `after` behind them."""
        return Rows(
            [*self.bodies, *after.bodies],
            [*self.stored, *after.stored],
            [*self.attachments, *after.attachments],
        )


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A statement without id that its sender sent twice."""

    statement_id: uuid.UUID
    first_id: uuid.UUID
    stored: Micros
    credential: CredentialId


def statement_key(organisation: OrganisationId, statement_id: uuid.UUID) -> bytes:
    """Return the `_id` of a statement: the organisation first, so that no other's can be reached by an id."""
    return organisation.to_bytes(4, "big") + statement_id.bytes


def statement_id_of(key_: bytes) -> uuid.UUID:
    """Return the statement's id from its `_id`."""
    return uuid.UUID(bytes=bytes(key_[4:20]))


def leaf_hash(salt: bytes, body: bytes) -> bytes:
    """Return the statement's leaf: SHA-256(0x00 ‖ salt ‖ bytes). The salt lets the bytes be erased unguessably."""
    return sha256(b"\x00" + salt + body).digest()


class Statements:
    """Finds statements of one organisation at a time."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.collection = store.collection(COLLECTION)

    def find_one(self, organisation: OrganisationId, statement_id: uuid.UUID, *, voided: bool,
                 writer: int | None = None) -> Found | None:  # fmt: skip
        """Return one statement by id, or None when it is unknown or its voiding is not as asked."""
        filter_ = {"_id": statement_key(organisation, statement_id), "o": organisation}
        document = find_first(self.store, COLLECTION, {"filter": filter_, "projection": _ONE_FIELDS})
        if document is None or ERASED in document or bool(document.get("x")) is not voided:
            return None
        if writer is not None and document["w"] != writer:
            return None
        return Found(document["b"], document["t"], document.get("at", ()))

    def page(
        self, organisation: OrganisationId, query: PageQuery, limit: int, *, follow: bool, writer: int | None
    ) -> Iterator[Rows]:
        """Yield up to `limit` statements that match, in the order asked for, as many at a time as the database sends.

        `follow` also matches statements that target a match by StatementRef. `writer` keeps only what one
        authority wrote (statements/read/mine).
        """
        wanted = self._rarest_first(organisation, query)
        find = self.find_page(organisation, query, wanted, limit, follow=follow, writer=writer)
        for block in find_blocks(self.store, COLLECTION, find):
            yield Rows(
                [document["b"] for document in block],
                [document["t"] for document in block],
                [document.get("at", ()) for document in block],
            )

    def find_page(
        self,
        organisation: OrganisationId,
        query: PageQuery,
        wanted: Sequence[int],
        limit: int,
        *,
        follow: bool,
        writer: int | None,
    ) -> Find:
        """Return what a page query asks of the database; a test has it explained."""
        # Pages are cut on `stored`, never on `timestamp`: a statement sent late carries an old
        # timestamp and would land behind a cursor that has already gone past it. `stored` is unique in
        # an organisation and follows commit order, so it needs no tie-breaker and nothing lands behind it.
        # Changing this order invalidates every `more` link already handed out.
        order = 1 if query.ascending else -1
        filter_ = page_filter(organisation, query, wanted, follow=follow, writer=writer)
        return {"filter": filter_, "projection": _PAGE_FIELDS, "sort": {"t": order}, "limit": limit}

    def _rarest_first(self, organisation: OrganisationId, query: PageQuery) -> list[int]:
        """Return the entries to match, the one that fewest statements have first: the index is read by it.

        An entry that few have is taken as soon as it is found, and the usual order puts it first.
        """
        wanted = wanted_entries(organisation, query)
        if len(wanted) < 2:  # noqa: PLR2004 - nothing to choose between
            return wanted
        counts: dict[int, int] = {}
        for number in wanted:
            counts[number] = self._count(organisation, number)
            if counts[number] < _FEW:
                break
        return sorted(wanted, key=lambda number: counts.get(number, _MANY))

    def _count(self, organisation: OrganisationId, number: int) -> int:
        """Return how many statements have an entry, up to `_MANY`; the index alone answers."""
        found: Document = self.store.database.command(
            "count", COLLECTION, query={"o": organisation, FIELD: number}, limit=_MANY, readConcern=SETTLED.document
        )
        return int(found["n"])

    def after(self, organisation: OrganisationId, stored: Micros, limit: int = 0) -> Iterator[StoredStatement]:
        """Yield entries stored after an instant, in order; `limit` 0 is all there are now."""
        cursor = (
            self.collection.find({"o": organisation, "t": {"$gt": stored}}, _ENTRY_FIELDS).sort("t", 1).limit(limit)
        )
        yield from map(entry_of, cursor)

    def since(self, organisation: OrganisationId, position: int, limit: int = 0) -> Iterator[StoredStatement]:
        """Yield entries from `position` on, in order of `stored`; `limit` 0 is all there are now.

        Finding the place takes a few dozen look-ups: whoever goes on from an entry asks for those `after` it.
        """
        yield from self.after(organisation, Micros(self._stored_at(organisation, position) - 1), limit)

    def first_after(self, organisation: OrganisationId, stored: Micros) -> int | None:
        """Return the position of the first entry stored after an instant, None when there is none."""
        row = self._first(organisation, {"$gt": stored})
        return None if row is None else int(row["n"])

    def _stored_at(self, organisation: OrganisationId, position: int) -> int:
        """Return the `stored` of the entry at a position; of one that is not there yet, an instant after all.

        Positions are dense and rise with `stored`, so halving finds it and no index of positions is needed.
        """
        if position <= 0:
            return 0
        low, high = 0, find_head(self.store, organisation).stored + 1
        while low < high:
            middle = (low + high) // 2
            row = self._first(organisation, {"$gte": middle})
            if row is None or row["n"] > position:
                high = middle
            elif row["n"] == position:
                return int(row["t"])
            else:
                low = row["t"] + 1
        return low

    def _first(self, organisation: OrganisationId, stored: Document) -> Document | None:
        filter_ = {"o": organisation, "t": stored}
        return self.collection.find_one(filter_, {"t": 1, "n": 1}, sort=[("t", 1)])

    def entries(self, organisation: OrganisationId, ids: Iterable[uuid.UUID]) -> list[StoredStatement]:
        """Return the entries of these statements, in no order; unknown ones are left out."""
        keys = [statement_key(organisation, statement_id) for statement_id in ids]
        if not keys:
            return []
        return list(map(entry_of, self.collection.find({"_id": {"$in": keys}, "o": organisation}, _ENTRY_FIELDS)))

    def latest(self, organisation: OrganisationId, limit: int) -> list[StoredStatement]:
        """Return the newest entries, newest first, voided ones included, erased ones not."""
        cursor = self.collection.find({"o": organisation, ERASED: None}, _ENTRY_FIELDS).sort("t", -1).limit(limit)
        return [entry_of(document) for document in cursor]

    def duplicates(self, organisation: OrganisationId, after: Micros, limit: int) -> list[Duplicate]:
        """Return content duplicates stored after an instant, oldest first."""
        filter_ = {"o": organisation, FIELD: duplicate_entry(organisation), "t": {"$gt": after}}
        documents = self.collection.find(filter_, {"dup": 1, "t": 1, "k": 1}).sort("t", 1).limit(limit)
        return [
            Duplicate(statement_id_of(item["_id"]), uuid.UUID(bytes=bytes(item["dup"])), Micros(item["t"]),
                      CredentialId(item["k"]))
            for item in documents
        ]  # fmt: skip


def page_filter(
    organisation: OrganisationId, query: PageQuery, wanted: Sequence[int], *, follow: bool, writer: int | None
) -> dict[str, Any]:
    """Translate a page query into MongoDB's terms; `wanted` are its entries, the rarest first."""
    base: dict[str, Any] = {"o": organisation, "x": {"$ne": True}}
    stored: dict[str, int] = {}
    if query.since is not None:
        stored["$gt"] = query.since
    if query.until is not None:
        stored["$lte"] = query.until
    if query.cursor is not None:
        name = "$gt" if query.ascending else "$lt"
        stored[name] = max(stored.get(name, query.cursor), query.cursor) if query.ascending else query.cursor
    if stored:
        base["t"] = stored
    if writer is not None:
        base["w"] = writer
    if not wanted:
        # An authority is a related agent of all that it wrote; what is erased is found by nothing.
        return {**base, ERASED: None} if writer is None else {**base, FIELD: related(writer)}
    if not follow:
        return {**base, **having(wanted)}
    # The base stands in each branch, so that each is answered by the index in order and the two are merged.
    return {"$or": [{**base, **having(wanted)}, {**base, **having_inherited(wanted)}]}


def writer_key(organisation: OrganisationId, authority: Mapping[str, Any]) -> int:
    """Return the key of an authority: of the Agent, or of the first member of an OAuth Group."""
    agent = authority["member"][0] if "member" in authority else authority
    found = agent_key(organisation, agent)
    if found is None:
        message = "an authority has an inverse functional identifier"
        raise ValueError(message)
    return found


def entry_of(document: Mapping[str, Any]) -> StoredStatement:
    """Return the entry that a record is."""
    if ERASED in document:
        return _erased(document)
    reference, duplicate = document.get("ref"), document.get("dup")
    return StoredStatement(
        position=document["n"],
        stored=Micros(document["t"]),
        statement_id=statement_id_of(document["_id"]),
        body=bytes(document["b"]),
        credential=CredentialId(document["k"]),
        timestamp=Micros(document["ts"]),
        is_voided=bool(document.get("x")),
        is_voiding=bool(document.get("vd")),
        reference=uuid.UUID(bytes=bytes(reference)) if reference else None,
        duplicate_of=uuid.UUID(bytes=bytes(duplicate)) if duplicate else None,
        attachments=tuple(document.get("at", ())),
    )


def _erased(document: Mapping[str, Any]) -> StoredStatement:
    stored = Micros(document["t"])
    return StoredStatement(
        position=document["n"], stored=stored, statement_id=statement_id_of(document["_id"]), body=b"",
        credential=CredentialId(""), timestamp=stored, is_voided=False, is_voiding=False, reference=None,
        duplicate_of=None, attachments=(), is_erased=True,
    )  # fmt: skip
