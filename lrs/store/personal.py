"""What is kept of a person beside their statements: names, documents of state and profile, bodies in quarantine."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

import orjson
from bson.binary import Binary

from lrs.clock import Micros
from lrs.statements.keys import identifier_text, key
from lrs.store.agents import COLLECTION as AGENTS
from lrs.store.cmi5_registrations import RegistrationStore
from lrs.store.cmi5_sessions import SessionStore
from lrs.store.database import Document, Store
from lrs.store.documents import DOCUMENTS
from lrs.store.package_plays import PlayStore
from lrs.store.scorm_launches import LaunchStore
from lrs.store.scorm_tracks import TrackStore
from lrs.tenancy import OrganisationId

_GONE: Final = [
    {
        "pointer": "",
        "message": "A part of this body was erased with what was wrong in it; a replay says what is wrong now.",
        "accepted": "",
        "requirement": "",
    }
]


class Personal:
    """Deletes what is kept of people, by their identities (`lrs.statements.keys.identifier_text`)."""

    def __init__(self, store: Store) -> None:
        self._agents = store.collection(AGENTS)
        self._documents = store.collection(DOCUMENTS)
        self._quarantine = store.collection("quarantine")
        self._launches = LaunchStore(store)
        self._plays = PlayStore(store)
        self._tracks = TrackStore(store)
        self._registrations = RegistrationStore(store)
        self._sessions = SessionStore(store)

    def count_documents(self, organisation: OrganisationId, identities: Iterable[str]) -> int:
        """Return how many documents of state and profile are of these agents."""
        return self._documents.count_documents({"o": organisation, "g": {"$in": sorted(identities)}})

    def forget_documents(self, organisation: OrganisationId, identities: Iterable[str]) -> None:
        """Delete the documents of state and profile of these agents, and what SCORM and cmi5 remember of them."""
        names = sorted(identities)
        self._documents.delete_many({"o": organisation, "g": {"$in": names}})
        self._launches.forget(organisation, names)
        self._plays.forget(organisation, names)
        self._tracks.forget(organisation, names)
        self._registrations.forget(organisation, names)
        self._sessions.forget(organisation, names)

    def forget_names(self, organisation: OrganisationId, identities: Iterable[str]) -> None:
        """Delete the names that these agents have gone by."""
        start = organisation.to_bytes(4, "big")
        keys = [Binary(start + key(organisation, "agent", text).to_bytes(8, "big", signed=True)) for text in identities]
        self._agents.delete_many({"_id": {"$in": keys}, "o": organisation})

    def forget_quarantined(
        self, organisation: OrganisationId, identities: Collection[str], ids: Collection[UUID], now: Micros
    ) -> bool:
        """Take what is of these agents, and these statements, out of the bodies in quarantine; False to come again.

        Of a body that is a list, the other statements stay. What cannot be read and names one of them goes whole. A
        body that is being replayed just now is waited for.
        """
        names = {_needles(text) for text in identities}
        wanted = {str(statement_id) for statement_id in ids}
        is_done = True
        for row in self._quarantine.find({"o": organisation, "body": {"$ne": None}}):
            before = bytes(row["body"])
            # What a replay has stored is in the log; which of it had no id when it was sent cannot be told any more.
            is_stored = any(str(UUID(bytes=bytes(item))) in wanted for item in row["ids"])
            after = None if is_stored else _without(before, set(identities), names, wanted)
            if after == before:
                continue
            free = {"_id": row["_id"], "o": organisation, "body": row["body"], "claimed_until": {"$not": {"$gt": now}}}
            changes: Document = {"body": after, "problems": _GONE, "digest": None}
            is_done &= self._quarantine.update_one(free, {"$set": changes}).matched_count == 1
        return is_done


def _needles(identity: str) -> tuple[bytes, ...]:
    """Return the parts that a body holds all of when it names an agent in whatever form."""
    parts = identity.split(" ")
    found = parts[1:2] if parts[0] != "account" else [parts[1], " ".join(parts[2:])]
    return tuple(part.removeprefix("mailto:").lower().encode() for part in found)


def _without(
    body: bytes, identities: Collection[str], names: Iterable[tuple[bytes, ...]], ids: Collection[str]
) -> bytes | None:
    """Return a body without what is of these agents or has one of these ids; None when nothing is left."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        lower = body.lower()
        is_meant = any(all(part in lower for part in parts) for parts in names)
        return None if is_meant or any(name.encode() in lower for name in ids) else body
    if not isinstance(value, list):
        return None if _is_meant(value, identities, ids) else body
    kept = [item for item in value if not _is_meant(item, identities, ids)]
    if len(kept) == len(value):
        return body
    return orjson.dumps(kept) if kept else None


def _is_meant(value: Any, identities: Collection[str], ids: Collection[str]) -> bool:  # noqa: ANN401 - JSON as sent
    """Say whether a statement, whatever is wrong with it, has one of the ids or names one of the agents anywhere."""
    if isinstance(value, dict) and isinstance(value.get("id"), str) and value["id"].lower() in ids:
        return True
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            if _identity(item) in identities:
                return True
            waiting.extend(item.values())
    return False


def _identity(item: dict[str, Any]) -> str | None:
    try:
        return identifier_text(item)
    except (KeyError, TypeError):
        return None
