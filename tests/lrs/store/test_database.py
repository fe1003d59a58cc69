"""What processes do to one database when they start together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pymongo import MongoClient

from lrs.store.database import Store
from lrs.store.indexes import COLLECTIONS, INDEXES


def test_processes_that_start_together_make_every_collection_and_index_once(mongod_uri: str) -> None:
    clients: list[MongoClient[dict[str, Any]]] = [MongoClient(mongod_uri) for _ in range(6)]
    name = "test_started_together"
    try:
        for _ in range(3):
            clients[0].drop_database(name)
            with ThreadPoolExecutor(len(clients)) as pool:
                list(pool.map(lambda client: Store(client, name).ensure_indexes(), clients))

            made = set(clients[0][name].list_collection_names())
            statements = clients[0][name]["statements"]

            assert made == {*COLLECTIONS, *(index.collection for index in INDEXES)}
            assert len(list(statements.list_indexes())) == 1 + sum(row.collection == "statements" for row in INDEXES)
            assert (
                "block_compressor=zstd"
                in statements.aggregate([{"$collStats": {"storageStats": {}}}]).next()["storageStats"]["wiredTiger"][
                    "creationString"
                ]
            )
    finally:
        clients[0].drop_database(name)
        for client in clients:
            client.close()
