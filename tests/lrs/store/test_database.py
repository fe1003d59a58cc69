"""What processes do to one database when they start together."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pymongo import MongoClient, monitoring

from analytics.store.progress import ProgressOf
from lrs.clock import Micros
from lrs.store.database import Session, Store
from lrs.store.indexes import COLLECTIONS, INDEXES
from lrs.tenancy import OrganisationId


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


class Commits(monitoring.CommandListener):
    """Notes what each commit waits for."""

    def __init__(self) -> None:
        self.concerns: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "commitTransaction":
            self.concerns.append(dict(event.command["writeConcern"]))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to note."""


def test_whoever_comes_next_goes_on_when_a_transaction_is_in_and_its_caller_when_a_majority_has_it(
    mongod_uri: str, store: Store
) -> None:
    commits = Commits()
    seen: list[object] = []
    store.collection("rows").insert_one({"_id": 1, "count": 0})
    with MongoClient(mongod_uri, event_listeners=[commits]) as client:
        committing = Store(client, store.database.name)
        rows = committing.collection("rows")

        def work(session: Session) -> None:
            rows.update_one({"_id": 1}, {"$inc": {"count": 1}}, session=session)

        def applied(_: None) -> None:
            seen.extend(commits.concerns)
            # It would fail, at once, beside a transaction that is not in yet.
            store.transaction(lambda session: store.collection("rows").update_one(
                {"_id": 1}, {"$inc": {"count": 1}}, session=session
            ), patience_seconds=0)  # fmt: skip

        committing.transaction(work, applied=applied)

    assert seen == [{"w": 1, "j": True}]
    assert commits.concerns[1:] == [{"w": "majority", "j": True, "wtimeout": 10_000}]
    assert store.collection("rows").find_one({"_id": 1}) == {"_id": 1, "count": 2}


def test_a_transaction_that_nobody_goes_on_from_commits_once_to_a_majority(mongod_uri: str, store: Store) -> None:
    commits = Commits()
    with MongoClient(mongod_uri, event_listeners=[commits]) as client:
        committing = Store(client, store.database.name)
        committing.transaction(lambda session: committing.collection("rows").insert_one({}, session=session))

    assert commits.concerns == [{"w": "majority", "j": True}]
