"""One byte of what is kept, changed: which there are, and which of them carry no evidence, each with its reason."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lrs.store.database import Document, Store

# Where evidence is kept, and how often each is chosen.
COLLECTIONS = {
    "statements": 30,
    "ledger_heads": 15,
    "ledger_tiles": 12,
    "ledgers": 6,
    "heads": 4,
    "attachments": 4,
    "archive": 10,
    "archive_parts": 7,
    "trail": 12,
    "trail_heads": 4,
    "issued_documents": 10,
}

# What may change without `assidu fsck` saying so: nothing that anybody relies on follows from it. A member that is not
# here is held against something else.
NO_EVIDENCE: Mapping[tuple[str, str], str] = {
    ("ledger_heads", "at"): "when the sealer says it signed; the stamp says when. Only its order is looked at",
    ("ledger_heads", "stamp.qualified"): "what the operator says of the authority, which no token says",
    ("ledgers", "round"): "counts the sealer's steps, so that none is taken twice",
    ("ledgers", "holder"): "which worker is at work",
    ("ledgers", "until"): "until when it is",
    ("ledgers", "stamp_after"): "when the next stamp may be asked for",
    ("ledgers", "tries"): "how often that was tried in vain",
    ("ledgers", "asked"): "whether somebody waits for a stamp",
    # A worker that dies between stamping a head and noting that leaves an older number here.
    ("ledgers", "stamped"): "which head was stamped last: the stamp stands with the head",
    ("ledgers", "stamped_at"): "when it was last had: the stamp itself says so",
    ("ledgers", "keys.at"): "when a key was made; what it signs from is `since`",
    ("heads", "t"): "the instant that the log has come to; it goes on without a statement. Only its order is looked at",
    ("heads", "senders.t"): "when a sender sent last: an alarm for one that has gone quiet",
    ("attachments", "type"): "what the header of the part said; the statement, which is sealed, says it too",
    ("issued_documents", "inputs"): "finds the same document again; what it follows from stands in its bytes",
    ("issued_documents", "substance"): "the same, without how its paper is headed",
    ("issued_documents", "holder"): "what lists call it; the page itself says whom it is about",
    ("issued_documents", "changed_at"): "when somebody noticed that it is to be replaced",
    ("issued_documents", "revoked_at"): "the audit trail says when; only that it is not later is looked at",
    ("issued_documents", "stale"): "whether the worker is to look at it again",
    ("archive", "type"): "how a file is handed to a browser; what it is stands in its bytes",
    ("archive", "at"): "when it was put there; when it was issued stands in its bytes, under a timestamp",
    ("archive", "claims"): "why and how long it is kept: an administrator may add to it at any time",
}


@dataclass(frozen=True)
class Place:
    """A value in a document: the way to it, and that way as `NO_EVIDENCE` names it."""

    collection: str
    document: Document
    steps: tuple[str | int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the way and all its beginnings, numbers and senders' names left out."""
        words = [str(step) for step in self.steps if isinstance(step, str) and not _is_sender(self, step)]
        return tuple(".".join(words[:end]) for end in range(1, len(words) + 1))

    @property
    def carries_evidence(self) -> bool:
        return not any((self.collection, name) in NO_EVIDENCE for name in self.names)


def _is_sender(place: Place, step: str) -> bool:
    return place.collection == "heads" and len(place.steps) > 1 and step == place.steps[1]


def places(collection: str, document: Document) -> Iterator[Place]:
    """Yield every value of a document that can be changed by a byte."""

    def walk(value: Any, steps: tuple[str | int, ...]) -> Iterator[Place]:
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from walk(inner, (*steps, name))
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                yield from walk(inner, (*steps, at))
        elif value is not None and value not in ("", b""):
            yield Place(collection, document, steps)

    yield from walk(document, ())


def choose(store: Store, chance: random.Random) -> Place:
    """Choose a value at random among all that carry evidence; members that are seldom there are not left out."""
    while True:
        collection = chance.choices(list(COLLECTIONS), list(COLLECTIONS.values()))[0]
        rows = list(store.collection(collection).find())
        if not rows:
            continue
        member = chance.choice(sorted({name for row in rows for name in row}))
        row = chance.choice([row for row in rows if member in row])
        found = [place for place in places(collection, row) if place.steps[0] == member and place.carries_evidence]
        if found:
            return chance.choice(found)


def changed(value: Any, chance: random.Random) -> Any:
    """Return a value of which one byte is another."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, bytes):
        at = chance.randrange(len(value))
        return value[:at] + bytes((value[at] ^ chance.randrange(1, 256),)) + value[at + 1 :]
    if isinstance(value, int):
        other = value ^ (chance.randrange(1, 256) << 8 * chance.randrange(max(1, (value.bit_length() + 7) // 8)))
        return other if -(2**63) <= other < 2**63 else value ^ 1
    if isinstance(value, float):
        raw = bytearray(struct.pack("<d", value))
        raw[chance.randrange(7)] ^= chance.randrange(1, 256)
        return struct.unpack("<d", raw)[0]
    at = chance.randrange(len(value))
    return value[:at] + chr(ord(value[at]) ^ chance.randrange(1, 8)) + value[at + 1 :]


def with_change(place: Place, chance: random.Random) -> Document:
    """Return the document with one byte changed at a place."""

    def rebuild(value: Any, steps: tuple[str | int, ...]) -> Any:
        if not steps:
            return changed(value, chance)
        if isinstance(value, dict):
            return {key: rebuild(inner, steps[1:]) if key == steps[0] else inner for key, inner in value.items()}
        return [rebuild(inner, steps[1:]) if at == steps[0] else inner for at, inner in enumerate(value)]

    rebuilt: Document = rebuild(place.document, place.steps)
    return rebuilt


class Changed:
    """Puts a changed document in the place of the one that is there, and the other back again."""

    def __init__(self, store: Store, place: Place, other: Document) -> None:
        self._rows = store.collection(place.collection)
        self._own, self._other = place.document, other

    def __enter__(self) -> None:
        self._swap(self._own, self._other)

    def __exit__(self, *_: object) -> None:
        self._swap(self._other, self._own)

    def _swap(self, old: Document, new: Document) -> None:
        if old["_id"] == new["_id"]:
            self._rows.replace_one({"_id": old["_id"]}, new)
        else:
            self._rows.delete_one({"_id": old["_id"]})
            self._rows.insert_one(new)
