"""Attachments: the bytes under the hash that statements name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from evidence.fsck.finding import Findings, Kind
from lrs.store.database import Document, Store

_HASHES: Final = {28: "sha224", 32: "sha256", 48: "sha384", 64: "sha512"}
_ALWAYS: Final = frozenset(("_id", "o", "type", "size"))
_PREFIX_BYTES: Final = 4


def check_attachments(store: Store, organisation: int, findings: Findings) -> None:
    """Look at every attachment of one organisation."""
    chunks = store.collection("attachments.chunks")
    for row in store.collection("attachments").find({"o": organisation}):
        findings.count(Kind.ATTACHMENT)
        key = bytes(row["_id"]) if isinstance(row["_id"], bytes) else b""
        findings.add_all(Kind.ATTACHMENT, organisation, key[_PREFIX_BYTES:].hex(), _problems(row, key, chunks))


def _problems(row: Document, key: bytes, chunks: Any) -> Iterator[str]:  # noqa: ANN401 - a collection
    names = frozenset(row)
    if not names >= _ALWAYS or len(names) != len(_ALWAYS) + 1 or not names & {"content", "file"}:
        yield "its members are not those of an attachment"
        return
    if key[:_PREFIX_BYTES] != row["o"].to_bytes(_PREFIX_BYTES, "big"):
        yield "_id begins with another organisation than o"
    name = _HASHES.get(len(key) - _PREFIX_BYTES)
    if name is None:
        yield "_id ends in no SHA-2"
        return
    digest, size = hashlib.new(name), 0
    for data in [bytes(row["content"])] if "content" in row else _chunks(row["file"], chunks):
        digest.update(data)
        size += len(data)
    if digest.digest() != key[_PREFIX_BYTES:]:
        yield "its bytes are not those of its hash"
    if size != row["size"]:
        yield f"it says {row['size']!r} bytes and has {size}"


def _chunks(file: object, chunks: Any) -> Iterator[bytes]:  # noqa: ANN401 - a collection
    for row in chunks.find({"files_id": file}).sort("n", 1):
        yield bytes(row["data"])
