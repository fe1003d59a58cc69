"""Where launches are kept, under a keyed hash of their token; the token itself is kept nowhere."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import orjson
from pymongo import ASCENDING, ReturnDocument

from lrs.clock import Micros, to_datetime
from lrs.scorm.launch import Launch
from lrs.scorm.values import Edition
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "scorm_launches"
# Listed oldest first; `_id` breaks ties.
LIST_ORDER: Final = (("created", ASCENDING), ("_id", ASCENDING))
# A launch that has ended is shown for a while, then MongoDB drops it.
SHOWN_MICROS: Final = 90 * 86_400 * 1_000_000


class LaunchStore:
    """Collection `scorm_launches`: `_id` keyed hash, `o` organisation, `id`, whom and what it names, instants in µs.

    `g` is the learner's identifier, so that what belongs to a person can be found.
    """

    def __init__(self, store: Store) -> None:
        self._launches = store.collection(COLLECTION)

    def insert(self, digest: bytes, launch: Launch) -> None:
        """Keep a new launch."""
        self._launches.insert_one({"_id": digest, **_document(launch)})

    def find_anywhere(self, digest: bytes) -> Launch | None:
        """Return the launch whose token hashes to this. Only a player asks without naming an organisation."""
        row = self._launches.find_one({"_id": digest})
        return None if row is None else _launch(row)

    def find(self, organisation: OrganisationId, name: str) -> Launch | None:
        """Return one of the organisation's launches."""
        row = self._launches.find_one({"o": organisation, "id": name})
        return None if row is None else _launch(row)

    def of(self, organisation: OrganisationId, names: Collection[str]) -> dict[str, Launch]:
        """Return those of these launches that there are, by their ids."""
        rows = self._launches.find({"o": organisation, "id": {"$in": sorted(names)}})
        return {row["id"]: _launch(row) for row in rows}

    def page(self, organisation: OrganisationId, after: tuple[int, str] | None, limit: int) -> list[Launch]:
        """Return up to `limit` of the organisation's launches that were created after `(created, id)`."""
        query: Document = {"o": organisation}
        if after is not None:
            created, name = after
            query["$or"] = [{"created": {"$gt": created}}, {"created": created, "id": {"$gt": name}}]
        rows = self._launches.find(query).sort([("created", ASCENDING), ("id", ASCENDING)]).limit(limit)
        return [_launch(row) for row in rows]

    def revoke(self, organisation: OrganisationId, name: str, now: Micros) -> Launch | None:
        """Mark a launch revoked, keeping the first instant when it already was."""
        which = {"o": organisation, "id": name}
        row = self._launches.find_one_and_update(
            {**which, "revoked": None}, {"$set": {"revoked": now}}, return_document=ReturnDocument.AFTER
        )
        return self.find(organisation, name) if row is None else _launch(row)

    def forget(self, organisation: OrganisationId, learners: Collection[str]) -> None:
        """Delete the launches of these learners, by their identifiers: their players commit no more."""
        self._launches.delete_many({"o": organisation, "g": {"$in": sorted(learners)}})


def _document(launch: Launch) -> Document:
    shown_until = Micros(launch.expires + SHOWN_MICROS)
    return {
        "o": launch.organisation,
        "id": launch.id,
        "g": launch.learner,
        "label": launch.label,
        # As JSON text: extension keys are IRIs full of dots.
        "actor": orjson.dumps(launch.actor),
        "activity": orjson.dumps(launch.activity),
        "course": None if launch.course is None else orjson.dumps(launch.course),
        "registration": None if launch.registration is None else str(launch.registration),
        "edition": launch.edition,
        "origins": list(launch.origins),
        "requests_per_minute": launch.requests_per_minute,
        "silence_seconds": launch.silence_seconds,
        "created": launch.created,
        "expires": launch.expires,
        "revoked": launch.revoked,
        # A BSON date beside the microseconds: the index that drops old launches takes only dates.
        "expires_at": to_datetime(shown_until),
    }


def _launch(row: Document) -> Launch:
    def parsed(name: str) -> dict[str, Any]:
        value: dict[str, Any] = orjson.loads(row[name])
        return value

    return Launch(
        id=row["id"],
        organisation=OrganisationId(row["o"]),
        label=row["label"],
        actor=parsed("actor"),
        activity=parsed("activity"),
        course=None if row["course"] is None else parsed("course"),
        registration=None if row["registration"] is None else UUID(row["registration"]),
        edition=None if row["edition"] is None else Edition(row["edition"]),
        origins=tuple(row["origins"]),
        requests_per_minute=row["requests_per_minute"],
        silence_seconds=row["silence_seconds"],
        created=Micros(row["created"]),
        expires=Micros(row["expires"]),
        revoked=row["revoked"],
    )
