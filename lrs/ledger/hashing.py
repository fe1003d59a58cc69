"""The two hashes of the tree (RFC 6962 2.1) and what follows from them for whole subtrees."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
# The root of a tree without leaves.
EMPTY_ROOT: Final = sha256(b"").digest()
# Leaves begin with 0x00 (`lrs.store.statements.leaf_hash`) and nodes with 0x01, so that no leaf passes for a node.
_NODE: Final = b"\x01"


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    return sha256(_NODE + left + right).digest()


def perfect_root(hashes: bytes) -> bytes:
    """Return the root of a full subtree; `hashes` are 1, 2, 4, … of one level, one behind the other."""
    while len(hashes) > HASH_BYTES:
        pairs = range(0, len(hashes), 2 * HASH_BYTES)
        hashes = b"".join([sha256(_NODE + hashes[at : at + 2 * HASH_BYTES]).digest() for at in pairs])
    return hashes


def fold(peaks: Iterable[bytes]) -> bytes:
    """Return the root over full subtrees that stand side by side, the largest first; of none, that of an empty tree."""
    root: bytes | None = None
    for peak in reversed(list(peaks)):
        root = peak if root is None else node_hash(peak, root)
    return EMPTY_ROOT if root is None else root
