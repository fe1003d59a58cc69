"""Where organisations are kept, and where their numbers come from."""

from __future__ import annotations

from pymongo import ASCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError

from lrs.store.database import Document, Store


class OrganisationStore:
    """Collection `organisations`: `_id` number, `slug`, `name`, `created` in microseconds."""

    def __init__(self, store: Store) -> None:
        self._organisations = store.collection("organisations")
        self._counters = store.collection("counters")

    def insert(self, slug: str, name: str, created: int) -> Document | None:
        """Add an organisation under the next number; None when the slug is taken.

        A refused slug leaves a hole in the numbers, which nobody minds; a number is never used twice.
        """
        if self.find_by_slug(slug) is not None:
            return None
        row: Document = {"_id": self._next_number(), "slug": slug, "name": name, "created": created}
        try:
            self._organisations.insert_one(row)
        except DuplicateKeyError:
            return None
        return row

    def find(self, number: int) -> Document | None:
        """Return an organisation by number."""
        return self._organisations.find_one({"_id": number})

    def find_by_slug(self, slug: str) -> Document | None:
        """Return an organisation by slug."""
        return self._organisations.find_one({"slug": slug})

    def all(self) -> list[Document]:
        """Return every organisation in order of number."""
        return list(self._organisations.find().sort("_id", ASCENDING))

    def _next_number(self) -> int:
        counter: Document = self._counters.find_one_and_update(
            {"_id": "organisations"}, {"$inc": {"n": 1}}, upsert=True, return_document=ReturnDocument.AFTER
        )  # type: ignore[assignment]  # an upsert always returns
        return int(counter["n"])
