"""Tiles: hashes of the tree in slabs of 256, addressed as in C2SP tlog-tiles (https://c2sp.org/tlog-tiles).

Tile (L, N) holds the hashes of the full subtrees 256 N, 256 N + 1, … of level 8 L: those of level 0 are leaves. A tile
only ever grows, and its beginning never changes: who reads a smaller tree takes as many hashes of it as that tree has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from lrs.errors import NotFound
from lrs.ledger.hashing import HASH_BYTES, perfect_root
from lrs.ledger.proofs import Node

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
TILE_BYTES: Final = WIDTH * HASH_BYTES
# tlog-tiles knows six levels: 2^48 leaves.
LEVEL_MOST: Final = 5
SIZE_MOST: Final = 1 << 48
_GROUP: Final = 1000
_PATH: Final = re.compile(r"([0-5])/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z", re.ASCII)


class TileKey(NamedTuple):
    """Which tile."""

    level: int
    number: int


class TileRange(NamedTuple):
    """A tile as it is asked for: its first `width` hashes."""

    key: TileKey
    width: int


def tile_path(wanted: TileRange) -> str:
    """Write what stands behind `tile/` in the address of a tile.

    >>> tile_path(TileRange(TileKey(0, 1234067), 256)), tile_path(TileRange(TileKey(1, 0), 3))
    ('0/x001/x234/067', '1/000.p/3')
    """
    groups, rest = [f"{wanted.key.number % _GROUP:03}"], wanted.key.number // _GROUP
    while rest:
        groups.insert(0, f"x{rest % _GROUP:03}")
        rest //= _GROUP
    part = "" if wanted.width == WIDTH else f".p/{wanted.width}"
    return f"{wanted.key.level}/{'/'.join(groups)}{part}"


def parse_tile_path(path: str) -> TileRange:
    """Read such an address; raise NotFound for what is none.

    >>> parse_tile_path("0/x001/x234/067.p/8")
    TileRange(key=TileKey(level=0, number=1234067), width=8)
    """
    found = _PATH.match(path)
    if found is not None:
        index = int(found[2].replace("x", "").replace("/", ""))
        wanted = TileRange(TileKey(int(found[1]), index), int(found[3] or WIDTH))
        # One tile has one address: no leading zeros, no `.p/256`.
        if wanted.width <= WIDTH and tile_path(wanted) == path:
            return wanted
    raise NotFound("There is no such tile; addresses are those of C2SP tlog-tiles: <level>/<index>[.p/<width>].")


def tile_of(node: Node) -> TileKey:
    """Return the tile that a full subtree's hash is in, or is computed from."""
    level, height = divmod(node.level, HEIGHT)
    return TileKey(level, node.number << height >> HEIGHT)


def width_at(key: TileKey, size: int) -> int:
    """Return how many hashes a tile has in a tree of `size` leaves."""
    return max(0, min(WIDTH, (size >> HEIGHT * key.level) - key.number * WIDTH))


def edge(size: int) -> list[TileKey]:
    """Return the tiles that are neither full nor empty in a tree of `size` leaves, one a level at most.

    They alone say the root, and what appending changes.
    """
    keys = [TileKey(level, size >> HEIGHT * level >> HEIGHT) for level in range(LEVEL_MOST + 1)]
    return [key for key in keys if width_at(key, size)]


class Tiles:
    """Hashes of full subtrees out of tiles that were read beforehand."""

    def __init__(self, tiles: Mapping[TileKey, bytes]) -> None:
        self._tiles = tiles

    def __call__(self, node: Node) -> bytes:
        """Return the hash of a full subtree; raise KeyError when its tile is not there or too short."""
        height = node.level % HEIGHT
        first = (node.number << height) % WIDTH
        data = self._tiles[tile_of(node)]
        end = (first + (1 << height)) * HASH_BYTES
        if len(data) < end:
            raise KeyError(node)
        return perfect_root(data[first * HASH_BYTES : end])


def grow(tiles: Mapping[TileKey, bytes], size: int, leaves: Sequence[bytes]) -> dict[TileKey, bytes]:
    """Return every tile that changes when `leaves` are appended to a tree of `size`, as it then is.

    `tiles` has those of `edge(size)`; raises KeyError when one is missing.
    """
    changed: dict[TileKey, bytes] = {}
    level, start, fresh = 0, size, list(leaves)
    while fresh:
        full = _append(tiles, changed, TileKey(level, start >> HEIGHT), start % WIDTH, fresh)
        level, start, fresh = level + 1, start >> HEIGHT, full
    return changed


def _append(
    tiles: Mapping[TileKey, bytes], changed: dict[TileKey, bytes], key: TileKey, width: int, fresh: list[bytes]
) -> list[bytes]:
    """Append hashes of one level, from a tile that has `width` of them on; return the roots of those that got full."""
    roots = []
    before = tiles[key][: width * HASH_BYTES] if width else b""
    if len(before) != width * HASH_BYTES:
        raise KeyError(key)
    at = 0
    while at < len(fresh):
        taken = fresh[at : at + WIDTH - width]
        at += len(taken)
        changed[key] = before + b"".join(taken)
        if len(changed[key]) == TILE_BYTES:
            roots.append(perfect_root(changed[key]))
        key, width, before = TileKey(key.level, key.number + 1), 0, b""
    return roots


def hashes_of(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile, in order."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def tiles_of(nodes: Iterable[Node]) -> set[TileKey]:
    """Return the tiles that these full subtrees are read from."""
    return {tile_of(node) for node in nodes}
