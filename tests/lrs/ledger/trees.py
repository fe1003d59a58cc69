"""Trees for tests: leaves, and every hash of them, by the definition of RFC 6962 and not by the code that is tested."""

from __future__ import annotations

from hashlib import sha256

from lrs.ledger.proofs import Node


def leaf(index: int) -> bytes:
    return sha256(b"\x00" + b"entry %d" % index).digest()


def leaves(count: int, start: int = 0) -> list[bytes]:
    return [leaf(index) for index in range(start, start + count)]


def defined_root(hashes: list[bytes]) -> bytes:
    """The Merkle Tree Hash, as RFC 6962 2.1 writes it."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + defined_root(hashes[:split]) + defined_root(hashes[split:])).digest()


class AllHashes:
    """Full subtrees straight from the leaves."""

    def __init__(self, hashes: list[bytes]) -> None:
        self.hashes = hashes

    def __call__(self, node: Node) -> bytes:
        part = self.hashes[node.number << node.level : (node.number + 1) << node.level]
        assert len(part) == 1 << node.level
        return defined_root(part)
