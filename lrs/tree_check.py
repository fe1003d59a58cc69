"""What stands before every signature: the tree read again as it is stored, and held against what was published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lrs.errors import LedgerBroken
from lrs.ledger.compact import CompactRange
from lrs.ledger.proofs import make_root, root_nodes
from lrs.ledger.tiles import WIDTH, TileKey, Tiles, edge, hashes_of, tiles_of, width_at
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
        # 1.
        begun = self._begun(ledger, previous)
        # 2.
        last = -(-ledger.size // WIDTH)
        for first in range(begun.size // WIDTH, last, _TILES):
            keys = [TileKey(0, number) for number in range(first, min(first + _TILES, last))]
            tiles = self._tiles.find(ledger.organisation, keys)
            for key in keys:
                leaves = hashes_of(tiles[key])[: width_at(key, ledger.size)]
                if len(leaves) < width_at(key, ledger.size):
                    raise KeyError(key)
                begun.extend(leaves[max(0, begun.size - key.number * WIDTH) :])
        # 3. 4.
        whole = make_root(ledger.size, self._read(ledger, edge(ledger.size)))
        if not begun.root() == whole == CompactRange.from_bytes(ledger.size, ledger.peaks).root():
            raise LedgerBroken(
                f"The stored hashes of the ledger {ledger.origin} contradict each other; no head is signed."
            )
        return whole

    def _begun(self, ledger: LedgerRow, previous: HeadRow | None) -> CompactRange:
        """Return the tree of the head before, as it is stored now."""
        if previous is None:
            if ledger.head:
                raise LedgerBroken(
                    f"Head {ledger.head} of {ledger.origin} is gone: restore “ledger_heads” from a backup."
                )
            return CompactRange()
        if previous.size != ledger.head_size or previous.size > ledger.size:
            raise LedgerBroken(f"Head {ledger.head} of {ledger.origin} is not the one that was published.")
        nodes = root_nodes(previous.size)
        tree = CompactRange(previous.size, map(self._read(ledger, tiles_of(nodes)), nodes))
        if tree.root() != previous.root:
            raise LedgerBroken(
                f"What is stored of {ledger.origin} is not what head {previous.number} was signed over: hashes were "
                "changed. No head that contradicts it is signed."
            )
        return tree

    def _read(self, ledger: LedgerRow, keys: Iterable[TileKey]) -> Tiles:
        return Tiles(self._tiles.find(ledger.organisation, keys))
