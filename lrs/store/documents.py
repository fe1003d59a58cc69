"""State and profile documents: one record each, changed by compare-and-set.

A record: `_id` organisation ‖ digest of the whole address, `o` organisation, `c` digest of the context
without registration, `r` registration, `i` the document's id, `k` resource, `a` activity and `g` agent
in clear (so that what belongs to a person can be found), `u` instant of the last write, `e` entity tag,
`m` media type, `b` the bytes.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from bson.binary import Binary, UuidRepresentation
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from lrs.clock import Clock, Micros
from lrs.documents.changes import Change
from lrs.documents.document import Document, StoredDocument
from lrs.documents.selection import Address, Context
from lrs.errors import Overloaded
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

DOCUMENTS: Final = "documents"

# How long a writer that keeps losing races tries on before it is told that nothing was written. Every
# round some writer wins, so only a crowd on one document ever gets there.
PATIENCE_SECONDS: Final = 20.0
_FIRST_PAUSE_SECONDS: Final = 0.001
_LONGEST_PAUSE_SECONDS: Final = 0.05

_CONTENT: Final = {"_id": False, "u": True, "e": True, "m": True, "b": True}

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list of documents."""

    id: str
    updated: Micros


class DocumentStore:
    """The documents of all organisations; every method reads and writes those of one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._records: Collection[Record] = store.collection(DOCUMENTS)
        # A change starts from the newest version, settled or not: one that starts from an older one loses its race.
        self._newest = self._records.with_options(read_concern=ReadConcern("local"))
        self._clock = clock

    def find(self, organisation: OrganisationId, address: Address) -> StoredDocument | None:
        """Return the document at `address`, or None."""
        return _stored(self._records.find_one(_one(organisation, address), _CONTENT))

    def entries(self, organisation: OrganisationId, context: Context, since: Micros | None = None) -> list[Entry]:
        """List the documents of `context` written after `since`, oldest first, each id once.

        A context without registration holds the documents of every registration (Part Three 2.3), so
        that one id may stand for several; it then carries the latest of their instants.
        """
        wanted = _context(organisation, context)
        if since is not None:
            wanted["u"] = {"$gt": since}
        found = self._records.find(wanted, {"_id": False, "u": True, "i": True}).sort([("u", 1), ("i", 1)])
        latest: dict[str, Micros] = {}
        for record in found:
            latest.pop(record["i"], None)
            latest[record["i"]] = record["u"]
        return [Entry(*item) for item in latest.items()]

    def change(
        self,
        organisation: OrganisationId,
        address: Address,
        change: Change,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Carry out `change` on the document at `address`: wholly, on what is there, or not at all.

        `change` is asked again whenever another writer was faster, and what it raises comes through. Raises
        Overloaded when others were faster for `patience_seconds`.
        """
        deadline = time.monotonic() + patience_seconds
        pause = _FIRST_PAUSE_SECONDS
        while True:
            stored = _stored(self._newest.find_one(_one(organisation, address), _CONTENT))
            if self._swap(organisation, address, stored, change(stored)):
                return
            if time.monotonic() >= deadline:
                message = "Too many others are writing this document; nothing was written. Send it again."
                raise Overloaded(message)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def remove_all(self, organisation: OrganisationId, context: Context) -> None:
        """Delete every document of `context`; one without registration holds those of every registration."""
        self._records.delete_many(_context(organisation, context))

    def _swap(
        self, organisation: OrganisationId, address: Address, before: StoredDocument | None, after: Document | None
    ) -> bool:
        """Put `after` where `before` is; say False, having written nothing, when `before` is no longer there."""
        if before is None:
            if after is None:
                return True
            record = _address_fields(organisation, address) | _content_fields(after, self._clock.now_micros())
            try:
                self._records.insert_one(record)
            except DuplicateKeyError:
                return False
            return True
        # The instant alone would be enough but for a document deleted and made again within a microsecond.
        as_read = _one(organisation, address) | {
            "u": before.updated, "e": before.tag, "m": before.document.content_type,
        }  # fmt: skip
        if after is None:
            return self._records.delete_one(as_read).deleted_count == 1
        # `since` must find the second of two writes that came within one tick of the clock.
        instant = Micros(max(self._clock.now_micros(), before.updated + 1))
        return self._records.update_one(as_read, {"$set": _content_fields(after, instant)}).matched_count == 1


def _stored(record: Record | None) -> StoredDocument | None:
    if record is None:
        return None
    return StoredDocument(Document(record["m"], bytes(record["b"])), record["e"], Micros(record["u"]))


def _content_fields(document: Document, instant: Micros) -> Record:
    return {"u": instant, "e": document.tag, "m": document.content_type, "b": Binary(document.body)}


def _address_fields(organisation: OrganisationId, address: Address) -> Record:
    context = address.context
    fields: Record = _one(organisation, address) | {
        "c": _context_digest(context),
        "i": address.id,
        "k": context.resource.key,
        "a": context.activity,
        "g": context.agent,
        "r": _registration(context),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _one(organisation: OrganisationId, address: Address) -> Record:
    """Return the filter for one document. The organisation leads `_id`, which a sharded cluster splits by."""
    registration = address.context.registration
    written = None if registration is None else str(registration)
    digest = _digest(_context_digest(address.context).hex(), written, address.id)
    return {"_id": Binary(organisation.to_bytes(4, "big") + digest), "o": organisation}


def _context(organisation: OrganisationId, context: Context) -> Record:
    """Return the filter for all documents of a context, of one registration when it has one."""
    wanted: Record = {"o": organisation, "c": _context_digest(context)}
    if context.registration is not None:
        wanted["r"] = _registration(context)
    return wanted


def _context_digest(context: Context) -> Binary:
    return Binary(_digest(context.resource.key, context.activity, context.agent))


def _registration(context: Context) -> Binary | None:
    registration = context.registration
    return None if registration is None else Binary.from_uuid(registration, UuidRepresentation.STANDARD)


def _digest(*parts: str | None) -> bytes:
    """Return 16 bytes that stand for `parts`; JSON keeps any two lists of parts apart.

    Changing this loses every stored document.
    """
    return blake2b(json.dumps(parts).encode(), digest_size=16).digest()
