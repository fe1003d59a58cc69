"""The compact range: all that has to be known of a tree to append to it and to say its root."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from lrs.ledger.hashing import HASH_BYTES, fold, node_hash, perfect_root


class CompactRange:
    """The full subtrees that the first `size` leaves make: one for each bit of `size` that is set, the largest first.

    >>> CompactRange(5, [bytes(32), bytes(32)]).size
    5
    """

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} full subtrees, not {len(self.peaks)}")

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        return cls(size, (data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)))

    def to_bytes(self) -> bytes:
        """Write the peaks one behind the other."""
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash; about one hash is computed."""
        self.append_packed(leaf)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        self.append_packed(b"".join(leaves))

    def append_packed(self, leaves: bytes) -> None:
        """Add leaf hashes that stand one behind the other, by full subtrees as large as fit."""
        at, left = 0, len(leaves) // HASH_BYTES
        while left:
            # A full subtree stands at a multiple of its size.
            height = left.bit_length() - 1
            if self.size:
                height = min(height, (self.size & -self.size).bit_length() - 1)
            count = 1 << height
            end = at + count * HASH_BYTES
            self._put(height, perfect_root(leaves[at:end]))
            at, left = end, left - count

    def _put(self, height: int, root: bytes) -> None:
        """Add a full subtree of `1 << height` leaves where one may stand."""
        rest = self.size >> height
        while rest & 1:
            root = node_hash(self.peaks.pop(), root)
            rest >>= 1
        self.peaks.append(root)
        self.size += 1 << height

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        return fold(self.peaks)
