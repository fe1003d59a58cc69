"""What processes do to one database when they start together."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pymongo import MongoClient

from analytics.store.progress import ProgressOf
from lrs.caller import OrganisationId
from lrs.clock import Micros
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


def test_a_lease_is_had_though_who_had_it_died_in_the_middle_of_a_transaction(mongod_uri, clock) -> None:
    dead: MongoClient[dict[str, Any]] = MongoClient(mongod_uri)
    living: MongoClient[dict[str, Any]] = MongoClient(mongod_uri)
    name, organisation = "test_died_holding", OrganisationId(7)
    try:
        store = Store(living, name)
        store.ensure_indexes()
        leases = ProgressOf(store)
        assert leases.hold(organisation, "dead", clock.now_micros())
        session = dead.start_session()
        session.start_transaction()
        Store(dead, name).collection("fact_progress").update_one(
            {"_id": organisation}, {"$inc": {"round": 1}}, session=session
        )

        began = time.monotonic()
        held = leases.hold(organisation, "living", Micros(clock.now_micros() + 60_000_000))

        assert held
        # The server itself would give the transaction up after a minute.
        assert time.monotonic() - began < 30
        assert leases.find(organisation).round == 0
    finally:
        dead.close()  # ends its sessions, as a process that dies does not
        living.drop_database(name)
        living.close()
