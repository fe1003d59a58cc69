"""Roots and proofs: those of the RFC, those of another implementation, and that nothing changed passes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from lrs.errors import ProofFailure
from lrs.ledger import EMPTY_ROOT, ConsistencyProof, InclusionProof, verify_consistency, verify_inclusion
from lrs.ledger.compact import CompactRange
from lrs.ledger.proofs import consistency_spans, inclusion_spans, make_consistency, make_inclusion, make_root
from tests.lrs.ledger.trees import AllHashes, defined_root, leaves

SIZES = st.integers(1, 700)


@st.composite
def two_sizes(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(SIZES)
    return draw(st.integers(1, size)), size


def flipped(value: bytes, bit: int) -> bytes:
    at = bit // 8 % len(value)
    return value[:at] + bytes([value[at] ^ 1 << bit % 8]) + value[at + 1 :]


def test_the_roots_are_those_of_certificate_transparency():
    """The reference vectors of google/certificate-transparency: eight known entries."""
    from hashlib import sha256

    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    tree = CompactRange()
    for size, entry in enumerate(entries, 1):
        tree.append(sha256(b"\x00" + bytes.fromhex(entry)).digest())
        if size in roots:
            assert tree.root().hex() == roots[size]


@given(size=st.integers(0, 300))
def test_roots_equal_those_of_another_implementation(size):
    other = InmemoryTree(algorithm="sha256")
    for index in range(size):
        other.append_entry(b"entry %d" % index)
    ours = CompactRange()
    ours.extend(leaves(size))

    if size:
        assert ours.root() == other.get_root()
    assert ours.root() == defined_root(leaves(size)) == make_root(size, AllHashes(leaves(size)))


@given(first=st.integers(0, 300), second=st.integers(0, 300))
def test_a_compact_range_goes_on_from_what_was_written(first, second):
    begun, whole = CompactRange(), CompactRange()
    begun.extend(leaves(first))
    whole.extend(leaves(first + second))

    gone_on = CompactRange.from_bytes(first, begun.to_bytes())
    gone_on.extend(leaves(second, first))

    assert (gone_on.size, gone_on.peaks, gone_on.root()) == (whole.size, whole.peaks, whole.root())


def test_a_compact_range_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="full subtrees"):
        CompactRange(3, leaves(1))


@given(size=SIZES, data=st.data())
def test_every_inclusion_proof_holds_and_no_bit_of_it_may_change(size, data):
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    root = defined_root(hashes)
    proof = make_inclusion(index, size, AllHashes(hashes))

    verify_inclusion(hashes[index], proof, root)

    bit = data.draw(st.integers(0, 255))
    wrong: list[tuple[bytes, InclusionProof, bytes]] = [
        (flipped(hashes[index], bit), proof, root),
        (hashes[index], proof, flipped(root, bit)),
        (hashes[index], replace(proof, path=(*proof.path, root)), root),
        (hashes[index], replace(proof, index=size), root),
        (hashes[index], replace(proof, index=-1), root),
        (hashes[index], replace(proof, size=0), root),
    ]
    if proof.path:
        at = data.draw(st.integers(0, len(proof.path) - 1))
        path = list(proof.path)
        path[at] = flipped(path[at], bit)
        wrong += [
            (hashes[index], replace(proof, path=tuple(path)), root),
            (hashes[index], replace(proof, path=proof.path[:-1]), root),
            (hashes[index], replace(proof, path=(*proof.path[:-1], proof.path[-1][:-1])), root),
        ]
        other = data.draw(st.integers(0, size - 1).filter(lambda at: at != index))
        wrong.append((hashes[index], replace(proof, index=other), root))
    for case in wrong:
        with pytest.raises(ProofFailure):
            verify_inclusion(*case)


@given(sizes=two_sizes(), data=st.data())
def test_every_consistency_proof_holds_and_no_bit_of_it_may_change(sizes, data):
    old_size, size = sizes
    hashes = leaves(size)
    old_root, root = defined_root(hashes[:old_size]), defined_root(hashes)
    proof = make_consistency(old_size, size, AllHashes(hashes))

    verify_consistency(proof, old_root, root)

    bit = data.draw(st.integers(0, 255))
    wrong: list[tuple[ConsistencyProof, bytes, bytes]] = [
        (proof, flipped(old_root, bit), root),
        (proof, old_root, flipped(root, bit)),
        (replace(proof, path=(*proof.path, root)), old_root, root),
        (replace(proof, old_size=size + 1), old_root, root),
    ]
    if proof.path:
        at = data.draw(st.integers(0, len(proof.path) - 1))
        path = list(proof.path)
        path[at] = flipped(path[at], bit)
        wrong += [
            (replace(proof, path=tuple(path)), old_root, root),
            (replace(proof, path=proof.path[:-1]), old_root, root),
            (replace(proof, path=()), old_root, root),
        ]
    for case in wrong:
        with pytest.raises(ProofFailure):
            verify_consistency(*case)


@given(size=SIZES, other=SIZES)
def test_a_log_that_forgot_a_leaf_is_not_consistent(size, other):
    """Whatever proof its keeper makes up: here, that of the log as it should be."""
    hashes = leaves(size + other)
    forgetful = [*hashes[: size - 1], *hashes[size:]]
    proof = make_consistency(size, len(hashes), AllHashes(hashes))

    with pytest.raises(ProofFailure):
        verify_consistency(replace(proof, size=len(forgetful)), defined_root(hashes[:size]), defined_root(forgetful))


@given(size=st.integers(0, 100))
def test_every_tree_begins_with_the_empty_one(size):
    root = defined_root(leaves(size))

    verify_consistency(make_consistency(0, size, AllHashes(leaves(size))), EMPTY_ROOT, root)

    with pytest.raises(ProofFailure):
        verify_consistency(ConsistencyProof(0, size, ()), root if size else flipped(root, 1), root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_that_is_not_there_has_no_proof(index, size):
    with pytest.raises(ValueError, match="not among"):
        inclusion_spans(index, size)


@pytest.mark.parametrize(("old_size", "size"), [(4, 3), (-1, 3)])
def test_a_larger_tree_does_not_begin_a_smaller_one(old_size, size):
    with pytest.raises(ValueError, match="beginning"):
        consistency_spans(old_size, size)
