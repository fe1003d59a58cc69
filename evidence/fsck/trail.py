"""The audit trail, entry after entry: dense, each digest over what it says and over the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

import orjson

from evidence.fsck.finding import Findings, Kind
from lrs.store.database import Store

_MEMBERS: Final = frozenset(("_id", "o", "n", "at", "who", "act", "what", "why", "with", "p", "d"))
_HEAD_MEMBERS: Final = frozenset(("_id", "n", "at", "d"))
_FIRST: Final = bytes(32)
_FORMAT: Final = "assidu-trail/1"


def check_trail(store: Store, organisation: int, findings: Findings) -> None:
    """Look at every entry of one organisation's trail, and at its head.

    The head is read first: entries that are written meanwhile are not looked at.
    """
    head = store.collection("trail_heads").find_one({"_id": organisation})
    end = _whole(head.get("n")) if head else 0
    number, previous, at = 0, _FIRST, 0
    rows = store.collection("trail").find({"o": organisation, "n": {"$lte": end}}).sort("n", 1)
    for row in rows:
        number += 1
        findings.count(Kind.TRAIL)
        if row.get("n") != number:
            findings.add(Kind.TRAIL, organisation, f"entry {number}", f"it is missing: entry {row.get('n')!r} is next")
            number = _whole(row.get("n"))
        findings.add_all(Kind.TRAIL, organisation, f"entry {number}", _problems(row, organisation, previous, at))
        previous, at = _bytes(row.get("d")), _whole(row.get("at"))
    if head is None:
        if store.collection("trail").find_one({"o": organisation}) is not None:
            findings.add(Kind.TRAIL, organisation, "head", "entries are there, and no head says how many")
        return
    findings.add_all(Kind.TRAIL, organisation, "head", _head_problems(head, number, previous, at))


def _problems(row: Mapping[str, Any], organisation: int, previous: bytes, at: int) -> Iterator[str]:
    yield from (f"{name} is missing" for name in sorted(_MEMBERS - frozenset(row)))
    yield from (f"{name} is no member of an entry" for name in sorted(frozenset(row) - _MEMBERS))
    if frozenset(row) != _MEMBERS:
        return
    if _bytes(row["_id"]) != organisation.to_bytes(4, "big") + _whole(row["n"]).to_bytes(8, "big"):
        yield "_id is not organisation and number"
    if _bytes(row["p"]) != previous:
        yield "it does not follow the entry before it"
    if _whole(row["at"]) < at:
        yield "it is earlier than the entry before it"
    try:
        details = {str(name): str(value) for name, value in row["with"]}
        said = [_FORMAT, row["o"], row["n"], row["at"], row["who"], row["act"], row["what"], row["why"], details]
        text = orjson.dumps([*said, _bytes(row["p"]).hex()], option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError):
        yield "it cannot be read"
        return
    if len(details) != len(row["with"]) or sha256(b"\x02" + text).digest() != _bytes(row["d"]):
        yield "it was changed: its digest is not over what it says"


def _head_problems(head: Mapping[str, Any], number: int, previous: bytes, at: int) -> Iterator[str]:
    yield from (f"{name} is no member of a head" for name in sorted(frozenset(head) - _HEAD_MEMBERS))
    if (head.get("n"), _bytes(head.get("d"))) != (number, previous):
        yield f"it says {head.get('n')!r} entries and another last digest than entry {number} has"
    # Moved on its own when nothing is recorded, it could only be later.
    if _whole(head.get("at")) != at:
        yield "it is of another time than the last entry"


def _whole(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes) else b""
