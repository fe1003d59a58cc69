"""The archive: every file's bytes under their own digest, whole; what was destroyed, under a certificate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from evidence.fsck.finding import Findings, Kind
from lrs.store.database import Document, Store

_ALWAYS: Final = frozenset(("_id", "o", "kind", "type", "size", "at", "claims"))
_ONE_OF: Final = frozenset(("b", "parts", "gone"))
_KINDS: Final = frozenset(("document", "evidence", "destruction_certificate", "attachment"))
_ADDRESS_BYTES: Final = 36
_ADDRESS: Final = re.compile(r"[0-9a-f]{64}\Z")


def check_archive(store: Store, organisation: int, findings: Findings) -> None:
    """Look at every file of one organisation's archive, part by part, and for parts that belong to none."""
    files, parts = store.collection("archive"), store.collection("archive_parts")
    for row in files.find({"o": organisation}).sort("_id", 1):
        findings.count(Kind.ARCHIVE)
        findings.add_all(Kind.ARCHIVE, organisation, _name(row), _problems(row, organisation, parts))
        if "gone" in row:
            findings.add_all(Kind.DELETION, organisation, _name(row), _destruction_problems(store, organisation, row))
    for part in parts.find({"o": organisation}, {"o": 1}):
        key = bytes(part["_id"]) if isinstance(part["_id"], bytes) else b""
        # A put that was interrupted leaves parts whose file is not there: nobody can reach them, so they do no harm.
        found = files.find_one({"_id": key[:_ADDRESS_BYTES]}, {"parts": 1})
        if len(key) != _ADDRESS_BYTES + 4 or key[:4] != organisation.to_bytes(4, "big"):
            findings.add(Kind.ARCHIVE, organisation, key.hex(), "a part stands under a key that no file has")
        elif found is not None and int.from_bytes(key[_ADDRESS_BYTES:], "big") >= found.get("parts", 0):
            findings.add(Kind.ARCHIVE, organisation, key[4:_ADDRESS_BYTES].hex(), "it has a part too many")


def _problems(row: Document, organisation: int, parts: Any) -> Iterator[str]:  # noqa: ANN401 - a collection, of a driver that only stores name
    names = frozenset(row)
    yield from (f"{name} is missing" for name in sorted(_ALWAYS - names))
    yield from (f"{name} is no member of an entry" for name in sorted(names - _ALWAYS - _ONE_OF))
    if not names >= _ALWAYS or len(names & _ONE_OF) != 1:
        yield "it has neither bytes nor parts nor the end of both, or more than one of them"
        return
    key = bytes(row["_id"]) if isinstance(row["_id"], bytes) else b""
    if len(key) != _ADDRESS_BYTES or key[:4] != organisation.to_bytes(4, "big"):
        yield "_id is not organisation and digest"
        return
    if row["kind"] not in _KINDS or not isinstance(row["type"], str) or not isinstance(row["at"], int):
        yield "kind, type or at is nothing that is written there"
    if "gone" in row:
        return
    # Keys are in order of their length first: bounds of another length would take in the parts of other files.
    span = {"$gte": key + bytes(4), "$lte": key + b"\xff" * 4}
    if "parts" in row and row["parts"] != parts.count_documents({"_id": span, "o": organisation}):
        yield f"it says {row['parts']!r} parts, and there are others"
        return
    digest, size = sha256(), 0
    for data in _pieces(row, parts):
        digest.update(data)
        size += len(data)
    if digest.digest() != key[4:]:
        yield "its bytes are not those of its digest"
    if size != row["size"]:
        yield f"it says {row['size']!r} bytes and has {size}"


def _destruction_problems(store: Store, organisation: int, row: Document) -> Iterator[str]:
    """A file may be gone when a retention run destroyed it: its certificate, which the trail names, names the file."""
    gone = row["gone"]
    if not isinstance(gone, dict) or set(gone) != {"at", "by"} or not isinstance(gone["by"], str):
        yield "its bytes are gone, and it does not say by which retention run"
        return
    about = f"retention_run:{gone['by']}"
    entry = store.collection("trail").find_one({"o": organisation, "act": "pruned", "what": about})
    if entry is None:
        if not _is_under_way(store, organisation, gone["by"]):
            yield "its bytes are gone, and the audit trail knows no such retention run"
        return
    address = dict(entry["with"]).get("certificate", "")
    key = organisation.to_bytes(4, "big") + (bytes.fromhex(address) if _ADDRESS.match(address) else b"")
    found = store.collection("archive").find_one({"_id": key, "kind": "destruction_certificate"})
    if found is None or "gone" in found or _name(row).encode() not in b"".join(read_archived(store, found)):
        yield "its bytes are gone, and no certificate of destruction names it"


def _is_under_way(store: Store, organisation: int, run: str) -> bool:
    try:
        key = organisation.to_bytes(4, "big") + UUID(run).bytes
    except ValueError:
        return False
    found = store.collection("retention_runs").find_one({"_id": key}, {"stage": 1})
    return found is not None and found.get("stage") != "done"


def read_archived(store: Store, row: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the bytes of an entry as they are kept, changed or not."""
    yield from _pieces(row, store.collection("archive_parts"))


def _pieces(row: Mapping[str, Any], parts: Any) -> Iterator[bytes]:  # noqa: ANN401 - a collection
    if "b" in row:
        yield bytes(row["b"])
        return
    for number in range(row["parts"] if isinstance(row["parts"], int) else 0):
        part: Mapping[str, Any] | None = parts.find_one({"_id": bytes(row["_id"]) + number.to_bytes(4, "big")})
        if part is not None and isinstance(part.get("b"), bytes):
            yield bytes(part["b"])


def _name(row: Mapping[str, Any]) -> str:
    raw = row.get("_id")
    return bytes(raw)[4:].hex() if isinstance(raw, bytes) else repr(raw)
