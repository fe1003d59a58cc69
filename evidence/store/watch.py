"""How far documents were held against what they follow from.

`issued_progress`: `_id` organisation, `change` of records, `as_of` of facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analytics.store.kept_keys import ENROLMENTS
from lrs.clock import Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "issued_progress"
_START: Final = Micros(0)


@dataclass(frozen=True, slots=True)
class Seen:
    """Up to which change of records, and up to which instant of facts, documents were looked at."""

    change: int = 0
    as_of: Micros = _START


class Watch:
    """Keeps how far that is."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)
        self._enrolments = store.collection(ENROLMENTS)

    def find(self, organisation: OrganisationId) -> Seen:
        """Return how far an organisation's documents were looked at."""
        row = self._rows.find_one({"_id": organisation}) or {}
        return Seen(row.get("change", 0), Micros(int(row.get("as_of", 0))))

    def note_change(self, organisation: OrganisationId, change: int) -> None:
        """Note that documents were marked for the changes of records up to this one."""
        self._rows.update_one({"_id": organisation}, {"$max": {"change": change}}, upsert=True)

    def note_facts(self, organisation: OrganisationId, as_of: Micros) -> None:
        """Note that documents were marked for what facts were settled up to an instant."""
        self._rows.update_one({"_id": organisation}, {"$max": {"as_of": as_of}}, upsert=True)

    def settled_since(self, organisation: OrganisationId, instant: Micros) -> list[str]:
        """Return the enrolments whose facts were settled at or after an instant."""
        rows = self._enrolments.find({"o": organisation, "at": {"$gte": instant}}, {"_id": 0, "e": 1})
        return [row["e"] for row in rows]
