"""Ends transactions whose process died in the middle: they would hold their organisation's lane for a minute."""

from __future__ import annotations

import uuid
from typing import Any, Final

from bson.binary import Binary
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from pymongo.read_preferences import ReadPreference

# Between two operations of one append a living process computes for milliseconds. One that has been silent for this
# long in all is dead or stopped; if it wakes after all, its transaction fails as a whole and it starts again.
SILENT_MICROS: Final = 1_000_000


def end_abandoned(client: MongoClient[dict[str, Any]]) -> int:
    """End every transaction of our own user that is open and silent; return how many there were.

    MongoDB itself keeps them until `transactionLifetimeLimitSeconds`, 60 by default. Ending one is safe at any
    moment: a transaction that is being committed is not idle, and one that isn't has promised nothing to anybody.
    """
    try:
        sessions = client.admin.aggregate(
            [
                {"$currentOp": {"allUsers": False, "idleSessions": True}},
                {"$match": {"type": "idleSession", "transaction.timeInactiveMicros": {"$gte": SILENT_MICROS}}},
                {"$project": {"lsid.id": 1}},
            ],
        )
        found = [{"id": _binary(item["lsid"]["id"])} for item in sessions]
        if found:
            client.admin.command("killSessions", found, read_preference=ReadPreference.PRIMARY)
    except PyMongoError:
        # Not allowed to look, or the node is away: then the server's own limit ends them.
        return 0
    return len(found)


def _binary(session_id: uuid.UUID | Binary) -> Binary:
    """Return a session's id as it goes back over the wire, whichever way the client reads UUIDs."""
    return Binary.from_uuid(session_id) if isinstance(session_id, uuid.UUID) else session_id
