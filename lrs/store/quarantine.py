"""Where refused statement bodies are kept with their problems, for a manager to see, mend and replay."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from bson import Binary
from pymongo import DESCENDING, ReturnDocument

from lrs.caller import Caller, CredentialId
from lrs.clock import Clock, IdSource, Micros, to_datetime
from lrs.errors import Conflict, NotFound, Problem
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from lrs.versions import Version

# One MongoDB document holds 16 MiB; a longer body is not kept, only what was wrong with it.
BODY_MOST_BYTES: Final = 15 * 1024 * 1024
PROBLEMS_MOST: Final = 500
# A sender that is broken for months must not fill the disk: from here on its bodies are not kept.
HELD_BODIES_MOST: Final = 1000
# A replay that died half-way may be taken up again after this long.
CLAIM_SECONDS: Final = 60
# Listed newest first; `_id` breaks ties. Changing this invalidates every cursor already handed out.
LIST_ORDER: Final = (("received", DESCENDING), ("_id", DESCENDING))


class State(StrEnum):
    """What has become of a refused body."""

    HELD = "held"
    REPLAYED = "replayed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Held:
    """One refused request. `body` is None in a list, when it was too long to keep, and once it was dropped."""

    held_id: UUID
    organisation: OrganisationId
    credential: CredentialId
    received: Micros
    last_received: Micros
    times: int
    version: Version
    method: str
    content_type: str
    statement_id: UUID | None
    size_bytes: int
    body: bytes | None
    problems: tuple[Problem, ...]
    state: State
    statement_ids: tuple[UUID, ...]


class Quarantine:
    """Collection `quarantine`. Every question names the organisation; nothing is found without it."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, kept_days: int = 90) -> None:
        self._rows = store.collection("quarantine")
        self._clock = clock
        self._ids = ids
        self._kept_micros = kept_days * 86_400 * 1_000_000

    def hold(
        self,
        caller: Caller,
        version: Version,
        method: str,
        content_type: str,
        body: bytes,
        problems: Iterable[Problem],
        statement_id: UUID | None = None,
    ) -> UUID:
        """Keep a refused body and return the id to find it by.

        The same body refused again is counted, not kept twice: a sender that fails sends the same batch at
        every turn of its scheduler. `statement_id` is the one that a PUT named in its query.
        """
        now = self._clock.now_micros()
        digest = hashlib.sha256(body).digest()
        mine: Document = {"o": caller.organisation, "c": caller.credential, "state": State.HELD}
        fresh = {"problems": _problem_documents(problems), "last_received": now, "expires_at": self._expiry(now)}
        again = self._rows.find_one_and_update(
            {**mine, "digest": digest, "method": method, "statement_id": _binary(statement_id)},
            {"$set": fresh, "$inc": {"times": 1}},
            projection=["_id"],
        )
        if again is not None:
            return UUID(bytes=again["_id"])
        held_id = self._ids.new_uuid()
        full = self._rows.count_documents(mine, limit=HELD_BODIES_MOST) >= HELD_BODIES_MOST
        kept = None if full or len(body) > BODY_MOST_BYTES else body
        self._rows.insert_one(
            {
                "_id": _binary(held_id),
                **mine,
                **fresh,
                "received": now,
                "times": 1,
                "version": version,
                "method": method,
                "content_type": content_type[:500],
                "statement_id": _binary(statement_id),
                "digest": digest,
                "size": len(body),
                "body": kept,
                "ids": [],
            }
        )
        return held_id

    def page(
        self,
        organisation: OrganisationId,
        state: State | None = None,
        before: tuple[int, UUID] | None = None,
        limit: int = 50,
    ) -> list[Held]:
        """Return up to `limit` refused requests without their bodies, newest first, before `(received, id)`."""
        query: Document = {"o": organisation}
        if state is not None:
            query["state"] = state
        if before is not None:
            received, held_id = before
            query["$or"] = [
                {"received": {"$lt": received}},
                {"received": received, "_id": {"$lt": _binary(held_id)}},
            ]
        rows = self._rows.find(query, {"body": 0}).sort(list(LIST_ORDER)).limit(limit)
        return [_held(row) for row in rows]

    def since(self, organisation: OrganisationId, received: Micros) -> list[Held]:
        """Return the refused requests that arrived after an instant, without their bodies, oldest first."""
        rows = self._rows.find({"o": organisation, "received": {"$gt": received}}, {"body": 0})
        return [_held(row) for row in rows.sort([("received", 1), ("_id", 1)])]

    def get(self, organisation: OrganisationId, held_id: UUID) -> Held:
        """Return one refused request with its body; raise NotFound."""
        row = self._rows.find_one({"_id": _binary(held_id), "o": organisation})
        if row is None:
            message = "There is nothing with this id in quarantine."
            raise NotFound(message)
        return _held(row)

    def claim(self, organisation: OrganisationId, held_id: UUID) -> Held:
        """Take a held request for a replay, so that nobody replays it at the same time; raise NotFound or Conflict."""
        now = self._clock.now_micros()
        free: Document = {"state": State.HELD, "claimed_until": {"$not": {"$gt": now}}}
        row = self._rows.find_one_and_update(
            {"_id": _binary(held_id), "o": organisation, **free},
            {"$set": {"claimed_until": now + CLAIM_SECONDS * 1_000_000}},
        )
        if row is None:
            state = self.get(organisation, held_id).state
            message = "It is being replayed just now." if state is State.HELD else f"It has already been {state}."
            raise Conflict(message)
        return _held(row)

    def release(self, held: Held) -> None:
        """Give up a claim; the request stays held."""
        self._set(held.organisation, held.held_id, {"claimed_until": 0})

    def mark_replayed(self, held: Held, statement_ids: Sequence[UUID]) -> Held:
        """Record the statements that a replay stored."""
        ids = [_binary(statement_id) for statement_id in statement_ids]
        return self._set(held.organisation, held.held_id, {"state": State.REPLAYED, "ids": ids, "claimed_until": 0})

    def drop(self, organisation: OrganisationId, held_id: UUID) -> Held:
        """Forget the body of a held request, and keep that it was refused; raise NotFound or Conflict."""
        held = self.claim(organisation, held_id)
        return self._set(organisation, held.held_id, {"state": State.DROPPED, "body": None, "claimed_until": 0})

    def _set(self, organisation: OrganisationId, held_id: UUID, changes: Document) -> Held:
        row = self._rows.find_one_and_update(
            {"_id": _binary(held_id), "o": organisation}, {"$set": changes}, return_document=ReturnDocument.AFTER
        )
        if row is None:
            message = "Its time in quarantine is over."
            raise NotFound(message)
        return _held(row)

    def _expiry(self, now: Micros) -> Any:  # noqa: ANN401 - a BSON date
        return to_datetime(Micros(now + self._kept_micros))


def _binary(value: UUID | None) -> Binary | None:
    return None if value is None else Binary(value.bytes)


def _problem_documents(problems: Iterable[Problem]) -> list[Document]:
    documents = [
        {"pointer": p.pointer, "message": p.message, "accepted": p.accepted, "requirement": p.requirement}
        for p in problems
    ]
    return documents[:PROBLEMS_MOST]


def _held(row: Document) -> Held:
    named = row["statement_id"]
    body = row.get("body")
    return Held(
        held_id=UUID(bytes=row["_id"]),
        organisation=OrganisationId(row["o"]),
        credential=CredentialId(row["c"]),
        received=Micros(row["received"]),
        last_received=Micros(row["last_received"]),
        times=row["times"],
        version=Version(row["version"]),
        method=row["method"],
        content_type=row["content_type"],
        statement_id=None if named is None else UUID(bytes=named),
        size_bytes=row["size"],
        body=None if body is None else bytes(body),
        problems=tuple(Problem(**problem) for problem in row["problems"]),
        state=State(row["state"]),
        statement_ids=tuple(UUID(bytes=statement_id) for statement_id in row["ids"]),
    )
