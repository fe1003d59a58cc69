"""What is asked again and again under one name: its number, and who is at work on its next version.

`issued_series`: `_id` organisation ‖ type ‖ subject as text, `o`, `number`, `holder` and `until` while somebody is at
work. `issued_counters`: `_id` organisation ‖ year, `o`, `n` numbers given out.
"""

from __future__ import annotations

from typing import Final

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from evidence.content import DocumentType
from evidence.issuing.document import Subject
from lrs.clock import Micros
from lrs.store.database import Document, Session, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "issued_series"
COUNTERS: Final = "issued_counters"
# Longer than layout, seal and a slow timestamp authority together; whoever died holds its series up for this long.
LEASE_MICROS: Final = 60_000_000


def series_name(document_type: DocumentType, subject: Subject) -> str:
    """Return the name of a series within its organisation."""
    return f"{document_type}/{subject.name}"


class Series:
    """Hands out the right to make a series' next version: to one at a time."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)
        self._counters = store.collection(COUNTERS)

    def take(self, organisation: OrganisationId, series: str, holder: str, now: Micros) -> Document | None:
        """Take the right for `holder` and return the series as it is kept; None while somebody else has it."""
        free = {"$or": [{"holder": None}, {"until": {"$lte": now}}]}
        change: Document = {"$set": {"holder": holder, "until": now + LEASE_MICROS, "o": organisation}}
        try:
            return self._rows.find_one_and_update(
                {"_id": _key(organisation, series), **free}, change, upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:
            return None

    def give_back(self, organisation: OrganisationId, series: str, holder: str) -> None:
        """End the right of `holder`, if it is theirs still."""
        self._rows.update_one(
            {"_id": _key(organisation, series), "holder": holder}, {"$set": {"holder": None, "until": None}}
        )

    def finish(self, organisation: OrganisationId, series: str, holder: str, session: Session) -> bool:
        """End the right within the transaction of what was made; False when it is somebody else's by now."""
        place = {"_id": _key(organisation, series), "holder": holder}
        return (
            self._rows.update_one(place, {"$set": {"holder": None, "until": None}}, session=session).matched_count == 1
        )

    def number(
        self, organisation: OrganisationId, series: str, taken: Document, document_type: DocumentType, year: int
    ) -> str:
        """Return the number of a series that was taken, given one of the year if it has none: `CERTREAL-2026-000042`.

        Numbers may have gaps: one that was drawn and not used stays its series'.
        """
        if "number" in taken:
            return str(taken["number"])
        row: Document = self._counters.find_one_and_update(
            {"_id": f"{organisation}/{year}"}, {"$inc": {"n": 1}, "$set": {"o": organisation}}, upsert=True,
            return_document=ReturnDocument.AFTER,
        )  # type: ignore[assignment]  # an upsert always returns  # fmt: skip
        number = f"{document_type}-{year}-{row['n']:06d}"
        self._rows.update_one({"_id": _key(organisation, series), "o": organisation}, {"$set": {"number": number}})
        return number


def _key(organisation: OrganisationId, series: str) -> str:
    return f"{organisation}/{series}"
