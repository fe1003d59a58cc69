"""Whom the first page has told that a chance is estimated: once each, with the day (RGPD, 13; AI Act, 26 (11))."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from lrs.clock import Clock, Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId

TOLD: Final = "risk_told"


class Told:
    """Collection `risk_told`: `_id` organisation and person, `at` when they said that they had read it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._rows = store.collection(TOLD)
        self._clock = clock

    def since(self, organisation: OrganisationId, people: Collection[PersonId]) -> Micros | None:
        """Return since when somebody knows, under any of their records; None when they have not been told."""
        names = [f"{organisation}/{name}" for name in people]
        found = [row["at"] for row in self._rows.find({"_id": {"$in": names}})]
        return Micros(min(found)) if found else None

    def note(self, organisation: OrganisationId, person_id: PersonId) -> None:
        """Keep that somebody has read it; the first time counts."""
        row = {"o": organisation, "p": person_id, "at": self._clock.now_micros()}
        self._rows.update_one({"_id": f"{organisation}/{person_id}"}, {"$setOnInsert": row}, upsert=True)

    def forget(self, organisation: OrganisationId, people: Collection[PersonId]) -> int:
        """Forget that these have been told; return how many had."""
        names = [f"{organisation}/{name}" for name in people]
        return self._rows.delete_many({"_id": {"$in": names}, "o": organisation}).deleted_count
