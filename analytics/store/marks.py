"""Who must be settled: marks that intake and changes of records leave, and settling takes away.

A mark is of an identity, with the buckets that new statements touched; or of a person, who is then settled whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bson.binary import Binary
from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from analytics.store.traces import identity_key, keys_of, name_key
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId

COLLECTION: Final = "fact_marks"


@dataclass(frozen=True, slots=True)
class TouchMark:
    """One mark: of the identity `identity` with its `buckets`, or of the person `person_id`."""

    key: bytes
    identity: str | None
    person_id: PersonId | None
    buckets: tuple[int, ...] = ()


class Marks:
    """The marks of every organisation of one deployment."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def touch_identities(
        self, organisation: OrganisationId, touched: Mapping[str, Iterable[int]], session: ClientSession
    ) -> None:
        """Mark identities with the buckets that were touched."""
        self._write(
            [
                UpdateOne(
                    {"_id": Binary(identity_key(organisation, identity)), "o": organisation},
                    {"$setOnInsert": {"a": identity}, "$addToSet": {"d": {"$each": sorted(buckets)}}},
                    upsert=True,
                )
                for identity, buckets in touched.items()
            ],
            session,
        )

    def touch_people(self, organisation: OrganisationId, people: Iterable[PersonId], session: ClientSession) -> None:
        """Mark people to be settled whole."""
        self._write(
            [
                UpdateOne(
                    {"_id": Binary(name_key(organisation, "person", name)), "o": organisation},
                    {"$setOnInsert": {"p": name}},
                    upsert=True,
                )
                for name in people
            ],
            session,
        )

    def first(self, organisation: OrganisationId, limit: int, *, but: Collection[bytes] = ()) -> list[TouchMark]:
        """Return some marks, `but` those under these keys."""
        query = _all(organisation)
        if but:
            query["_id"]["$nin"] = [Binary(key) for key in but]
        return [_mark(row) for row in self._rows.find(query).limit(limit)]

    def of(
        self, organisation: OrganisationId, identities: Iterable[str], people: Iterable[PersonId]
    ) -> list[TouchMark]:
        """Return the marks of these identities and people."""
        keys = [Binary(identity_key(organisation, name)) for name in identities]
        keys += [Binary(name_key(organisation, "person", name)) for name in people]
        return [_mark(row) for row in self._rows.find({"_id": {"$in": keys}, "o": organisation})]

    def count(self, organisation: OrganisationId) -> int:
        """Return how many marks there are."""
        return self._rows.count_documents(_all(organisation))

    def clear(self, organisation: OrganisationId, keys: Iterable[bytes], session: ClientSession) -> None:
        """Take marks away."""
        wanted = [Binary(key) for key in keys]
        if wanted:
            self._rows.delete_many({"_id": {"$in": wanted}, "o": organisation}, session=session)

    def _write(self, updates: list[UpdateOne], session: ClientSession) -> None:
        if updates:
            self._rows.bulk_write(updates, ordered=False, session=session)


def _all(organisation: OrganisationId) -> dict[str, Any]:
    return {"_id": keys_of(organisation), "o": organisation}


def _mark(row: Mapping[str, Any]) -> TouchMark:
    person = row.get("p")
    return TouchMark(bytes(row["_id"]), row.get("a"), None if person is None else PersonId(person),
                     tuple(row.get("d", ())))  # fmt: skip
