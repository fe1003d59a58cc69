"""The log of statements: append in one transaction, find by key, follow in order."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from bson.binary import Binary
from pymongo.cursor import Cursor

from lrs.caller import CredentialId, OrganisationId
from lrs.clock import Micros
from lrs.statements.keys import Keys, agent_key, key
from lrs.statements.query import PageQuery
from lrs.store.database import Document, Store

COLLECTION: Final = "statements"
# What a page needs; never the index keys.
_PAGE_FIELDS: Final = {"b": 1, "t": 1, "at": 1}


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """One entry of an organisation's log, as the worker, the sealer and export read it."""

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


@dataclass(frozen=True, slots=True)
class Found:
    """One statement of an answer: its exact bytes, when it was stored, the hashes of its attachments."""

    body: bytes
    stored: Micros
    attachments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A statement without id that its sender sent twice."""

    statement_id: uuid.UUID
    first_id: uuid.UUID
    stored: Micros
    credential: CredentialId


def statement_key(organisation: OrganisationId, statement_id: uuid.UUID) -> Binary:
    """Return the `_id` of a statement: the organisation first, so that no other's can be reached by an id."""
    return Binary(organisation.to_bytes(4, "big") + statement_id.bytes)


def statement_id_of(key_: bytes) -> uuid.UUID:
    """Return the statement's id from its `_id`."""
    return uuid.UUID(bytes=bytes(key_[4:20]))


def key_set(keys: Keys) -> Document:
    """Return the keys that searches match, in the short names of the stored form."""
    fields: Document = {
        "v": keys.verb, "a": keys.agents, "ra": keys.related_agents, "rc": keys.related_activities
    }  # fmt: skip
    if keys.activities:
        fields["c"] = keys.activities
    if keys.registration is not None:
        fields["r"] = Binary(keys.registration.bytes)
    return fields


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
        document = self.collection.find_one(
            {"_id": statement_key(organisation, statement_id), "o": organisation}, {**_PAGE_FIELDS, "x": 1, "w": 1}
        )
        if document is None or bool(document.get("x")) is not voided:
            return None
        if writer is not None and document["w"] != writer:
            return None
        return _found(document)

    def page(
        self, organisation: OrganisationId, query: PageQuery, limit: int, *, follow: bool, writer: int | None
    ) -> Iterator[Found]:
        """Yield up to `limit` statements that match, in the order asked for.

        `follow` also matches statements that target a match by StatementRef. `writer` keeps only what one
        authority wrote (statements/read/mine).
        """
        cursor = self.find_page(organisation, query, follow=follow, writer=writer)
        for document in cursor.limit(limit):
            yield _found(document)

    def find_page(
        self, organisation: OrganisationId, query: PageQuery, *, follow: bool, writer: int | None
    ) -> Cursor[Document]:
        """Return the database's cursor for a page query; a test explains it."""
        # Pages are cut on `stored`, never on `timestamp`: a statement sent late carries an old
        # timestamp and would land behind a cursor that has already gone past it. `stored` is unique in
        # an organisation and follows commit order, so it needs no tie-breaker and nothing lands behind it.
        # Changing this order invalidates every `more` link already handed out.
        order = 1 if query.ascending else -1
        return self.collection.find(page_filter(organisation, query, follow=follow, writer=writer), _PAGE_FIELDS).sort(
            "t", order
        )

    def since(self, organisation: OrganisationId, position: int, limit: int = 0) -> Iterator[StoredStatement]:
        """Yield entries from `position` on, in order of `stored`; `limit` 0 is all there are now."""
        cursor = self.collection.find({"o": organisation, "n": {"$gte": position}}).sort("n", 1).limit(limit)
        yield from map(_entry, cursor)

    def latest(self, organisation: OrganisationId, limit: int) -> list[StoredStatement]:
        """Return the newest entries, newest first, voided ones included."""
        cursor = self.collection.find({"o": organisation}).sort("t", -1).limit(limit)
        return [_entry(document) for document in cursor]

    def duplicates(self, organisation: OrganisationId, after: Micros, limit: int) -> list[Duplicate]:
        """Return content duplicates stored after an instant, oldest first."""
        filter_ = {"o": organisation, "dup": {"$exists": True}, "t": {"$gt": after}}
        documents = self.collection.find(filter_, {"dup": 1, "t": 1, "k": 1}).sort("t", 1).limit(limit)
        return [
            Duplicate(statement_id_of(item["_id"]), uuid.UUID(bytes=bytes(item["dup"])), Micros(item["t"]),
                      CredentialId(item["k"]))
            for item in documents
        ]  # fmt: skip


def page_filter(organisation: OrganisationId, query: PageQuery, *, follow: bool, writer: int | None) -> dict[str, Any]:
    """Translate a page query into MongoDB's terms."""
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
    wanted = _wanted(organisation, query)
    if not wanted or not follow:
        return {**base, **wanted}
    # The base stands in each branch, so that each is answered by an index in order and the two are merged.
    through = {f"via.{_index_field(wanted)}": {"$exists": True}, "via": {"$elemMatch": _inherited(wanted)}}
    return {"$or": [{**base, **wanted}, {**base, **through}]}


def _wanted(organisation: OrganisationId, query: PageQuery) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if query.registration is not None:
        wanted["r"] = Binary(query.registration.bytes)
    if query.agent is not None:
        wanted["ra" if query.related_agents else "a"] = key(organisation, "agent", query.agent)
    if query.activity is not None:
        wanted["rc" if query.related_activities else "c"] = key(organisation, "activity", query.activity)
    if query.verb is not None:
        wanted["v"] = key(organisation, "verb", query.verb)
    return wanted


# Own keys are a subset of related ones, and only the related ones are indexed for inherited key sets.
_WIDER: Final = {"a": "ra", "c": "rc"}


def _inherited(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {**{_WIDER[name]: value for name, value in wanted.items() if name in _WIDER}, **wanted}


def _index_field(wanted: Mapping[str, Any]) -> str:
    name = next(iter(wanted))
    return _WIDER.get(name, name)


def writer_key(organisation: OrganisationId, authority: Mapping[str, Any]) -> int:
    """Return the key of an authority: of the Agent, or of the first member of an OAuth Group."""
    agent = authority["member"][0] if "member" in authority else authority
    found = agent_key(organisation, agent)
    if found is None:
        message = "an authority has an inverse functional identifier"
        raise ValueError(message)
    return found


def _found(document: Mapping[str, Any]) -> Found:
    return Found(bytes(document["b"]), Micros(document["t"]), tuple(document.get("at", ())))


def _entry(document: Mapping[str, Any]) -> StoredStatement:
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
