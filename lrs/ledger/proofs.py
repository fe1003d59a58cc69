"""Inclusion and consistency proofs (RFC 9162 2.1.3 and 2.1.4): which subtrees they need, making, checking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lrs.errors import ProofFailure
from lrs.ledger.hashing import EMPTY_ROOT, HASH_BYTES, fold, node_hash


class Node(NamedTuple):
    """A full subtree: that with the `number`, from 0, among those of 2^`level` leaves."""

    level: int
    number: int


# What gives the hash of a full subtree.
NodeHashes = Callable[[Node], bytes]


class Span(NamedTuple):
    """Leaves from `start` up to, not including, `end`, that hang together in a tree."""

    start: int
    end: int

    def nodes(self) -> Iterator[Node]:
        """Yield the full subtrees that the leaves make, the largest first."""
        at = self.start
        while at < self.end:
            level = (self.end - at).bit_length() - 1
            yield Node(level, at >> level)
            at += 1 << level


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """The hashes beside the way from leaf `index` up to the root of the first `size` leaves, lowest first."""

    index: int
    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """The hashes that show that the tree of `old_size` leaves is the beginning of the one of `size` leaves."""

    old_size: int
    size: int
    path: tuple[bytes, ...]


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return what each hash of an inclusion proof stands for. Needs 0 ≤ index < size, else raises ValueError."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among {size}")
    spans, start, end = [], 0, size
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old_size: int, size: int) -> list[Span]:
    """Return what each hash of a consistency proof stands for. Needs 0 ≤ old_size ≤ size, else raises ValueError."""
    if not 0 <= old_size <= size:
        raise ValueError(f"{old_size} leaves are not the beginning of {size}")
    if old_size in (0, size):
        return []
    spans, start, end = [], 0, size
    while end != old_size:
        middle = start + _left(end - start)
        if old_size <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    # What is left is the old tree's own last subtree; its root is given unless it is the whole old tree.
    if start > 0:
        spans.append(Span(start, end))
    return spans[::-1]


def root_nodes(size: int) -> list[Node]:
    """Return the full subtrees that the root of the first `size` leaves is made of."""
    return list(Span(0, size).nodes())


def make_root(size: int, hashes: NodeHashes) -> bytes:
    """Return the root of the first `size` leaves."""
    return fold(map(hashes, root_nodes(size)))


def make_inclusion(index: int, size: int, hashes: NodeHashes) -> InclusionProof:
    """Prove leaf `index` in the tree of `size` leaves; `hashes` gives the full subtrees of `inclusion_spans`."""
    return InclusionProof(index, size, _path(inclusion_spans(index, size), hashes))


def make_consistency(old_size: int, size: int, hashes: NodeHashes) -> ConsistencyProof:
    """Prove that the tree of `old_size` leaves begins that of `size`."""
    return ConsistencyProof(old_size, size, _path(consistency_spans(old_size, size), hashes))


def _path(spans: list[Span], hashes: NodeHashes) -> tuple[bytes, ...]:
    return tuple(fold(map(hashes, span.nodes())) for span in spans)


def verify_inclusion(leaf: bytes, proof: InclusionProof, root: bytes) -> None:
    """Raise ProofFailure unless `leaf` is at `proof.index` of the tree with this root (RFC 9162 2.1.3.2)."""
    _check_hashes(leaf, root, *proof.path)
    if not 0 <= proof.index < proof.size:
        raise ProofFailure(f"The inclusion proof is of leaf {proof.index}, which a tree of {proof.size} does not have.")
    first, last, found = proof.index, proof.size - 1, leaf
    for sibling in proof.path:
        if last == 0:
            raise ProofFailure("The inclusion proof is longer than the tree is high.")
        if first & 1 or first == last:
            found = node_hash(sibling, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        first, last = first >> 1, last >> 1
    if last != 0:
        raise ProofFailure("The inclusion proof is shorter than the tree is high.")
    if found != root:
        raise ProofFailure(f"The inclusion proof of leaf {proof.index} does not lead to the root of the tree.")


def verify_consistency(proof: ConsistencyProof, old_root: bytes, root: bytes) -> None:
    """Raise ProofFailure unless the tree with `old_root` is the beginning of the one with `root` (RFC 9162 2.1.4.2)."""
    _check_hashes(old_root, root, *proof.path)
    if not 0 <= proof.old_size <= proof.size:
        raise ProofFailure(f"A tree of {proof.old_size} leaves is not the beginning of one of {proof.size}.")
    if proof.old_size in (0, proof.size):
        if proof.path:
            raise ProofFailure("The consistency proof is longer than it has to be.")
        if proof.old_size == 0 and old_root != EMPTY_ROOT:
            raise ProofFailure("The old root is not that of an empty tree.")
        if proof.old_size == proof.size and old_root != root:
            raise ProofFailure(f"Two trees of {proof.size} leaves have different roots.")
        return
    old_found, found = _replay(proof, old_root)
    if old_found != old_root:
        raise ProofFailure(f"The consistency proof does not lead to the root of the tree of {proof.old_size} leaves.")
    if found != root:
        raise ProofFailure(f"The consistency proof does not lead to the root of the tree of {proof.size} leaves.")


def _replay(proof: ConsistencyProof, old_root: bytes) -> tuple[bytes, bytes]:
    """Return the two roots that a consistency proof leads to."""
    path = list(proof.path)
    if not path:
        raise ProofFailure("The consistency proof is empty.")
    if proof.old_size.bit_count() == 1:
        # The old tree is one full subtree of the new one: its root begins the way, and is not repeated in the proof.
        path.insert(0, old_root)
    first, last = proof.old_size - 1, proof.size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old_found = found = path.pop(0)
    for sibling in path:
        if last == 0:
            raise ProofFailure("The consistency proof is longer than the tree is high.")
        if first & 1 or first == last:
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        first, last = first >> 1, last >> 1
    if last != 0:
        raise ProofFailure("The consistency proof is shorter than the tree is high.")
    return old_found, found


def _left(count: int) -> int:
    """Return the largest power of two below `count`: how many leaves hang left of the root."""
    return 1 << (count - 1).bit_length() - 1


def _check_hashes(*hashes: bytes) -> None:
    if any(len(value) != HASH_BYTES for value in hashes):
        raise ProofFailure(f"Every hash of a proof has {HASH_BYTES} bytes.")
