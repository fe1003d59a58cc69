"""How an analyst's process reaches the database."""

from __future__ import annotations

from pymongo import MongoClient

from lrs.store.database import Document, Store


def open_store(uri: str, database: str) -> Store:
    """Return the database of a deployment; it connects when it is first asked something."""
    client: MongoClient[Document] = MongoClient(
        uri, appname="assidu-analysts", tz_aware=True, uuidRepresentation="standard"
    )
    return Store(client, database)
