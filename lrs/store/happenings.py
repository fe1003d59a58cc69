"""How far the registers of what happens have been followed, and which silences were told.

`event_progress`: `_id` the organisation, and for each source the place up to which its events are noted.
`feed_silences`: `_id` organisation ‖ credential, `o`, `c`, `since`: the silence that was told of and is not over.
"""

from __future__ import annotations

from typing import Final

from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

PROGRESS: Final = "event_progress"
SILENCES: Final = "feed_silences"


class Happenings:
    """Both collections."""

    def __init__(self, store: Store) -> None:
        self._progress = store.collection(PROGRESS)
        self._silences = store.collection(SILENCES)

    def positions(self, organisation: OrganisationId) -> dict[str, int]:
        """Return how far each source was followed; a source that is missing never was."""
        row = self._progress.find_one({"_id": organisation}) or {}
        return {name: int(value) for name, value in row.items() if name != "_id"}

    def begin(self, organisation: OrganisationId, source: str, position: int) -> None:
        """Begin to follow a source, unless somebody has."""
        missing = {"_id": organisation, source: {"$exists": False}}
        self._progress.update_one({"_id": organisation}, {"$setOnInsert": {source: position}}, upsert=True)
        self._progress.update_one(missing, {"$set": {source: position}})

    def advance(self, organisation: OrganisationId, source: str, position: int) -> None:
        """Note how far a source was followed; never back."""
        self._progress.update_one({"_id": organisation}, {"$max": {source: position}})

    def silences(self, organisation: OrganisationId) -> dict[CredentialId, Micros]:
        """Return whose silence was told and is not over, with when it began."""
        return {CredentialId(row["c"]): Micros(row["since"]) for row in self._silences.find({"o": organisation})}

    def begin_silence(self, organisation: OrganisationId, credential: CredentialId, since: Micros) -> None:
        """Note that a silence was told of."""
        row = {"o": organisation, "c": credential, "since": since}
        self._silences.update_one({"_id": f"{organisation}:{credential}"}, {"$set": row}, upsert=True)

    def end_silence(self, organisation: OrganisationId, credential: CredentialId) -> None:
        """Note that its end was told of."""
        self._silences.delete_one({"_id": f"{organisation}:{credential}", "o": organisation})
