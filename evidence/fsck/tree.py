"""The Merkle tree of RFC 6962, grown a leaf at a time in the room of its height. Own code, from the RFC alone."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256().digest()


def leaf_of(salt: bytes, body: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ salt ‖ bytes)."""
    return sha256(b"\x00" + salt + body).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """The frontier of a tree: the root of each full subtree, largest first.

    >>> tree = Tree()
    >>> tree.root() == EMPTY_ROOT
    True
    """

    def __init__(self) -> None:
        self.size = 0
        self._full: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Put one leaf hash at the end."""
        node, level = leaf, self.size
        while level & 1:
            node = node_of(self._full.pop(), node)
            level >>= 1
        self._full.append(node)
        self.size += 1

    def peaks(self) -> list[bytes]:
        """Return the root of each full subtree, largest first."""
        return list(self._full)

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._full:
            return EMPTY_ROOT
        root = self._full[-1]
        for node in reversed(self._full[:-1]):
            root = node_of(node, root)
        return root


def root_of(hashes: list[bytes]) -> bytes:
    """Return the root over a list of hashes, each the root of a subtree of one and the same full size."""
    tree = Tree()
    for item in hashes:
        tree.add(item)
    return tree.root()
