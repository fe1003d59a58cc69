"""What stands before every signature: the tree read again as it is stored, and held against what was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from lrs.errors import LedgerBroken
from lrs.ledger.compact import CompactRange
from lrs.ledger.hashing import HASH_BYTES
from lrs.ledger.proofs import Node, make_root, root_nodes
from lrs.ledger.tiles import WIDTH, TileKey, Tiles, edge, tiles_of, width_at
from lrs.store.database import Store
from lrs.store.ledger_heads import HeadRow
from lrs.store.ledger_tiles import LedgerTiles
from lrs.store.ledgers import LedgerRow

# Tiles that are read at once while the tree is gone through: two megabytes.
_TILES: Final = 256


class RereadTree:
    """Works out roots from what is durably stored, never from what a sealer remembers."""

    def __init__(self, store: Store) -> None:
        self._tiles = LedgerTiles(store)

    def root(self, ledger: LedgerRow, previous: HeadRow | None) -> bytes:
        """Return the root of all that is sealed; raise LedgerBroken when it must not be signed.

        1. The tree of the head before, from its tiles, has the root that was signed. 2. Going on from there with the
        leaves that the tiles hold, and 3. from the tiles' own upper levels, and 4. from what the sealer put down, the
        same root comes out.
        """
        try:
            return self._root(ledger, previous)
        except KeyError as error:
            raise LedgerBroken(
                f"Hashes of the ledger {ledger.origin} are not there ({error}): restore “ledger_tiles” from a backup."
            ) from error

    def _root(self, ledger: LedgerRow, previous: HeadRow | None) -> bytes:
        nodes = root_nodes(previous.size) if previous is not None else []
        size = 0 if previous is None else previous.size
        last = -(-ledger.size // WIDTH)
        numbers = range(size // WIDTH, last)
        first = [TileKey(0, number) for number in numbers[:_TILES]]
        # Read at once: what says the head before, what came since, and what says the whole.
        read = self._tiles.find(ledger.organisation, {*tiles_of(nodes), *first, *edge(ledger.size)})
        # 1.
        tree = self._begun(ledger, previous, nodes, Tiles(read))
        # 2.
        _extend(tree, ledger, first, read)
        for start in range(_TILES, len(numbers), _TILES):
            keys = [TileKey(0, number) for number in numbers[start : start + _TILES]]
            _extend(tree, ledger, keys, self._tiles.find(ledger.organisation, keys))
        # 3. 4.
        whole = make_root(ledger.size, Tiles(read))
        if not tree.root() == whole == CompactRange.from_bytes(ledger.size, ledger.peaks).root():
            raise LedgerBroken(
                f"The stored hashes of the ledger {ledger.origin} contradict each other; no head is signed."
            )
        return whole

    def _begun(self, ledger: LedgerRow, previous: HeadRow | None, nodes: Sequence[Node], tiles: Tiles) -> CompactRange:
        """Return the tree of the head before, as it is stored now."""
        if previous is None:
            if ledger.head:
                raise LedgerBroken(
                    f"Head {ledger.head} of {ledger.origin} is gone: restore “ledger_heads” from a backup."
                )
            return CompactRange()
        if previous.size != ledger.head_size or previous.size > ledger.size:
            raise LedgerBroken(f"Head {ledger.head} of {ledger.origin} is not the one that was published.")
        tree = CompactRange(previous.size, map(tiles, nodes))
        if tree.root() != previous.root:
            raise LedgerBroken(
                f"What is stored of {ledger.origin} is not what head {previous.number} was signed over: hashes were "
                "changed. No head that contradicts it is signed."
            )
        return tree


def _extend(tree: CompactRange, ledger: LedgerRow, keys: Iterable[TileKey], tiles: Mapping[TileKey, bytes]) -> None:
    """Go on with the leaves of tiles that follow; raise KeyError for those that are not there."""
    for key in keys:
        leaves = tiles[key][: width_at(key, ledger.size) * HASH_BYTES]
        if len(leaves) < width_at(key, ledger.size) * HASH_BYTES:
            raise KeyError(key)
        tree.append_packed(leaves[max(0, tree.size - key.number * WIDTH) * HASH_BYTES :])
