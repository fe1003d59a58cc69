"""Documents come in blocks, all of them, and nothing stays open when nobody wants the rest."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect

from lrs.store.blocks import find_blocks
from lrs.store.database import Store

ROWS = "rows"


@pytest.fixture
def filled(store: Store) -> Store:
    # Three of them are more than one answer of the database holds.
    store.collection(ROWS).insert_many([{"_id": number, "text": "x" * 6_000_000} for number in range(5)])
    return store


def numbers(blocks: Iterator[list[dict[str, Any]]]) -> list[list[int]]:
    return [[row["_id"] for row in block] for block in blocks]


def open_cursors(store: Store) -> int:
    pipeline = [
        {"$currentOp": {"idleCursors": True, "allUsers": True}},
        {"$match": {"type": "idleCursor", "ns": f"{store.database.name}.{ROWS}"}},
    ]
    return len(list(store.client["admin"].aggregate(pipeline)))


def test_what_is_larger_than_one_answer_comes_in_several_blocks(filled: Store) -> None:
    blocks = numbers(find_blocks(filled, ROWS, {"filter": {}, "sort": {"_id": -1}}))

    assert [number for block in blocks for number in block] == [4, 3, 2, 1, 0]
    assert len(blocks) > 1
    assert open_cursors(filled) == 0


@pytest.mark.parametrize(("limit", "come"), [(1, 1), (4, 4), (5, 5), (9, 5)])
def test_no_more_than_the_limit_comes_and_then_nothing_is_open(filled: Store, limit: int, come: int) -> None:
    blocks = numbers(find_blocks(filled, ROWS, {"filter": {}, "sort": {"_id": 1}, "limit": limit}))

    assert [number for block in blocks for number in block] == list(range(come))
    assert open_cursors(filled) == 0


def test_whoever_stops_early_leaves_nothing_open(filled: Store) -> None:
    blocks = find_blocks(filled, ROWS, {"filter": {}, "sort": {"_id": 1}})

    first = next(blocks)
    was_open = open_cursors(filled)
    blocks.close()  # type: ignore[attr-defined]  # it is a generator

    assert [row["_id"] for row in first] == [0, 1]
    assert was_open == 1
    assert open_cursors(filled) == 0


def test_nothing_found_is_no_block(store: Store) -> None:
    assert list(find_blocks(store, ROWS, {"filter": {"_id": "none"}})) == []


def sockets() -> set[int]:
    """Return this process's sockets, by the number of their file."""
    found = set()
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(int(path.name)).st_mode):
                found.add(int(path.name))
    return found


def cut(numbers: set[int]) -> None:
    """Cut connections as a network does: whoever holds them is not told."""
    for number in numbers:
        with socket.socket(fileno=os.dup(number)) as held:
            held.shutdown(socket.SHUT_RDWR)


def test_a_read_that_loses_its_connection_is_made_once_more(filled: Store, mongod_uri: str) -> None:
    with MongoClient(mongod_uri) as client:
        store = Store(client, filled.database.name)
        assert client.address is not None  # the driver's own watch over the server has its connection now

        watching = sockets()
        store.ping()
        cut(sockets() - watching)
        with pytest.raises(AutoReconnect):
            store.ping()
        watching = sockets()
        store.ping()
        cut(sockets() - watching)
        blocks = numbers(find_blocks(store, ROWS, {"filter": {}, "sort": {"_id": 1}, "limit": 1}))

    assert blocks == [[0]]
