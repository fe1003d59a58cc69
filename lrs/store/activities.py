"""What this store knows of each activity: the union of the definitions that statements brought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import orjson
from bson.binary import Binary
from pymongo import ReplaceOne
from pymongo.client_session import ClientSession

from lrs.seen import Seen
from lrs.statements.keys import key
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "activities"
# What marks a definition as merged, and the Activity that brought it.
ActivityNews: TypeAlias = tuple[tuple[int, str, bytes], Mapping[str, Any]]
_LANGUAGE_MAPS: Final = ("name", "description")
# What would grow beyond this stays as it is: a record holds 16 MiB, and an append that cannot write one fails whole.
DEFINITION_MOST_BYTES: Final = 1024 * 1024


class Activities:
    """Remembers definitions, and tells them."""

    def __init__(self, store: Store) -> None:
        self.collection = store.collection(COLLECTION)
        # Definitions that this process has seen merged: a course sends the same one thousands of times.
        self._merged = Seen(20_000)

    def news(self, organisation: OrganisationId, activities: Iterable[Mapping[str, Any]]) -> list[ActivityNews]:
        """Return the activities whose definition this process has not merged yet, each with its mark."""
        fresh = {}
        for activity in activities:
            if activity.get("definition"):
                mark = (organisation, activity["id"], orjson.dumps(activity["definition"]))
                if mark not in self._merged:
                    fresh[mark] = activity
        return list(fresh.items())

    def remember(
        self, session: ClientSession, organisation: OrganisationId, activities: Iterable[Mapping[str, Any]]
    ) -> None:
        """Merge definitions into what is known; later words win, languages add up."""
        new: dict[bytes, tuple[str, dict[str, Any]]] = {}
        for activity in activities:
            place = _key(organisation, activity["id"])
            before = new[place][1] if place in new else {}
            new[place] = (activity["id"], merged(before, activity["definition"]))
        if not new:
            return
        stored = {bytes(item["_id"]): orjson.loads(item["d"]) for item in
                  self.collection.find({"_id": {"$in": list(new)}, "o": organisation}, session=session)}  # fmt: skip
        writes = []
        for place, (activity_id, definition) in new.items():
            after = merged(stored.get(place, {}), definition)
            text = orjson.dumps(after)
            if after != stored.get(place) and len(text) <= DEFINITION_MOST_BYTES:
                document: Document = {"_id": Binary(place), "o": organisation, "i": activity_id, "d": text}
                writes.append(ReplaceOne({"_id": Binary(place)}, document, upsert=True))
        if writes:
            self.collection.bulk_write(writes, ordered=False, session=session)

    def mark(self, marks: Iterable[tuple[int, str, bytes]]) -> None:
        """Note, once the transaction is durable, that these need no merging again."""
        self._merged.add(marks)

    def definitions(self, organisation: OrganisationId, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return what is known of each of `ids` that is known at all."""
        places = [Binary(_key(organisation, activity_id)) for activity_id in set(ids)]
        return dict(self._pairs({"_id": {"$in": places}, "o": organisation}))

    def _pairs(self, filter_: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for item in self.collection.find(filter_):
            yield item["i"], orjson.loads(item["d"])


def merged(known: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Merge one definition into another.

    >>> merged({"name": {"fr": "Quiz"}, "type": "urn:a"}, {"name": {"en": "Quiz"}})
    {'name': {'fr': 'Quiz', 'en': 'Quiz'}, 'type': 'urn:a'}
    """
    result = {**known, **said}
    for name in (*_LANGUAGE_MAPS, "extensions"):
        if name in known and name in said:
            result[name] = {**known[name], **said[name]}
    return result


def _key(organisation: OrganisationId, activity_id: str) -> bytes:
    number = key(organisation, "activity", activity_id)
    return organisation.to_bytes(4, "big") + number.to_bytes(8, "big", signed=True)
