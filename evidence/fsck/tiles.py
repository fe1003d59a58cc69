"""The tiles of a ledger, grown again from its leaves and held against those that are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from evidence.fsck.finding import Findings, Kind
from evidence.fsck.tree import HASH_BYTES, root_of
from lrs.store.database import Document, Store

WIDTH: Final = 256
LEVELS: Final = 6
_NUMBER_BYTES: Final = 6
_MEMBERS: Final = frozenset(("_id", "o", "h"))


class TileCheck:
    """Holds every tile of one organisation against its leaves, a tile of each level at a time."""

    def __init__(self, store: Store, organisation: int, findings: Findings) -> None:
        self._store = store
        self._organisation = organisation
        self._findings = findings
        self._hashes: list[list[bytes]] = [[] for _ in range(LEVELS)]
        self._numbers = [0] * LEVELS
        self._first_stored = 0
        self._rows = [self._level(level) for level in range(LEVELS)]

    def take(self, leaf: bytes, stored: int) -> None:
        """Take the next leaf; empty for one that is missing."""
        if not self._hashes[0]:
            self._first_stored = stored
        self._add_hash(0, leaf)

    def finish(self) -> None:
        """Look at the tiles that are not full, and for tiles that should not be there."""
        for level in range(LEVELS):
            if self._hashes[level]:
                self._compare(level)
            for row in self._rows[level]:
                self._add(self._name(row), "it is there, and the ledger has not come that far")

    def _add_hash(self, level: int, value: bytes) -> None:
        self._hashes[level].append(value)
        if len(self._hashes[level]) == WIDTH:
            root = root_of([item or bytes(HASH_BYTES) for item in self._hashes[level]])
            self._compare(level)
            if level + 1 < LEVELS:
                self._add_hash(level + 1, root)

    def _compare(self, level: int) -> None:
        """Compare the tile that has just been grown, and begin the next one."""
        hashes, number = self._hashes[level], self._numbers[level]
        name = f"tile {level}/{number}"
        row = next(self._rows[level], None)
        self._findings.count(Kind.TILE)
        if row is None:
            self._add(name, "it is missing")
        else:
            for what in self._problems(row, level, number, hashes):
                self._add(name, what)
        self._hashes[level] = []
        self._numbers[level] += 1

    def _problems(self, row: Document, level: int, number: int, hashes: list[bytes]) -> Iterator[str]:
        expected = self._organisation.to_bytes(4, "big") + bytes((level,)) + number.to_bytes(_NUMBER_BYTES, "big")
        if row["_id"] != expected or row.get("o") != self._organisation:
            yield "it is missing, or its number was changed"
            return
        if frozenset(row) != _MEMBERS | ({"t"} if level == 0 else frozenset()):
            yield "its members are not those of a tile"
            return
        if level == 0 and row["t"] != self._first_stored:
            yield "t is not when its first statement was stored"
        found = bytes(row["h"]) if isinstance(row["h"], bytes) else b""
        if len(found) != len(hashes) * HASH_BYTES:
            yield f"it has {len(found)} bytes and should have {len(hashes) * HASH_BYTES}"
            return
        for at, value in enumerate(hashes):
            if value and found[at * HASH_BYTES : (at + 1) * HASH_BYTES] != value:
                place = number * WIDTH + at
                yield (
                    f"its hash {at} is not the leaf of the statement at position {place}"
                    if level == 0
                    else (f"its hash {at} is not the root of tile {level - 1}/{place}")
                )

    def _level(self, level: int) -> Iterator[Document]:
        start = self._organisation.to_bytes(4, "big") + bytes((level,))
        most = (1 << (8 * _NUMBER_BYTES)) - 1
        between = {"$gte": start + bytes(_NUMBER_BYTES), "$lte": start + most.to_bytes(_NUMBER_BYTES, "big")}
        return iter(self._store.collection("ledger_tiles").find({"_id": between}).sort("_id", 1))

    def _name(self, row: Document) -> str:
        key = bytes(row["_id"])
        return f"tile {key[4]}/{int.from_bytes(key[5:], 'big')}"

    def _add(self, subject: str, what: str) -> None:
        self._findings.add(Kind.TILE, self._organisation, subject, what)
