"""Tiles: that they grow to what the tree says, however they are filled, and are addressed as others expect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import NotFound
from lrs.ledger.hashing import HASH_BYTES
from lrs.ledger.proofs import (
    inclusion_spans,
    make_consistency,
    make_inclusion,
    make_root,
    root_nodes,
)
from lrs.ledger.tiles import (
    TileKey,
    TileRange,
    Tiles,
    edge,
    grow,
    parse_tile_path,
    tile_path,
    tiles_of,
    width_at,
)
from tests.lrs.ledger.trees import AllHashes, defined_root, leaves

# More than one tile of the second level would take 65,536 leaves; its edges are tried below with 255 to 257 tiles.
STEPS = st.lists(st.one_of(st.integers(1, 20), st.integers(200, 600)), min_size=1, max_size=8)


def fill(steps: list[int]) -> tuple[dict[TileKey, bytes], int]:
    """Append by steps, having read no more than the edge each time."""
    tiles: dict[TileKey, bytes] = {}
    size = 0
    for step in steps:
        known = {key: tiles[key] for key in edge(size)}
        tiles.update(grow(known, size, leaves(step, size)))
        size += step
    return tiles, size


@given(steps=STEPS)
def test_however_they_are_filled_tiles_hold_the_same_tree(steps):
    tiles, size = fill(steps)

    assert (tiles, size) == fill([sum(steps)])
    assert make_root(size, Tiles(tiles)) == defined_root(leaves(size))
    assert all(len(data) == width_at(key, size) * HASH_BYTES for key, data in tiles.items())


@given(steps=STEPS, data=st.data())
def test_proofs_from_tiles_are_those_from_leaves_at_any_size_since(steps, data):
    tiles, size = fill(steps)
    then = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, then - 1))

    assert make_inclusion(index, then, Tiles(tiles)) == make_inclusion(index, then, AllHashes(leaves(then)))
    assert make_consistency(then, size, Tiles(tiles)) == make_consistency(then, size, AllHashes(leaves(size)))


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537])
def test_the_edge_alone_says_the_root_also_where_levels_begin(size):
    tiles, _ = fill([size])

    assert tiles_of(root_nodes(size)) <= set(edge(size))
    assert make_root(size, Tiles({key: tiles[key] for key in edge(size)})) == defined_root(leaves(size))
    assert len(tiles) == -(-size // 256) + -(-(size // 256) // 256) + (size >= 65_536)


def test_a_proof_in_a_million_leaves_reads_a_handful_of_tiles():
    spans = inclusion_spans(123_456, 1_000_000)

    assert len(tiles_of(node for span in spans for node in span.nodes())) <= 6


def test_a_tile_that_was_not_read_is_asked_for_by_name():
    with pytest.raises(KeyError):
        grow({}, 5, leaves(1))
    with pytest.raises(KeyError):
        grow({TileKey(0, 0): leaves(1)[0]}, 5, leaves(1))
    with pytest.raises(KeyError):
        make_root(3, Tiles({TileKey(0, 0): leaves(1)[0]}))


@given(level=st.integers(0, 5), index=st.integers(0, 10**12), width=st.integers(1, 256))
def test_the_address_of_a_tile_is_read_back(level, index, width):
    wanted = TileRange(TileKey(level, index), width)

    assert parse_tile_path(tile_path(wanted)) == wanted


@pytest.mark.parametrize(
    "path",
    ["", "0", "0/0", "6/000", "0/000.p/0", "0/000.p/256", "0/000.p/257", "0/x000/001", "0/000/", "0/x001", "-1/000",
     "0/001/002", "0/٠٠٠", "entries/000", "0/000.p/08", "0/000\n"],
)  # fmt: skip
def test_what_is_no_address_of_a_tile_is_refused(path):
    with pytest.raises(NotFound):
        parse_tile_path(path)
