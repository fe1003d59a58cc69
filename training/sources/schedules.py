"""Where it is kept when other record stores are pulled from, beside how far each pull has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lrs.clock import Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.sources.schedule import Schedule
from training.sources.store import PULLS, SOURCES, source_key

_FIELDS: Final = ("every", "x", "o", "id")


@dataclass(frozen=True, slots=True)
class Due:
    """A source that is to be pulled from."""

    organisation: OrganisationId
    source_id: str


class Schedules:
    """Collection `source_pulls`; what an administrator settled stands in `sources`."""

    def __init__(self, store: Store) -> None:
        self._sources = store.collection(SOURCES)
        self._pulls = store.collection(PULLS)

    def due(self, now: Micros) -> list[Due]:
        """Return what is to be pulled from by now, of every organisation: the worker's question."""
        rows = list(self._sources.find({"every": {"$gt": 0}}, dict.fromkeys(_FIELDS, 1)))
        # By `_id`, in which the organisation leads.
        pulls = {row["_id"]: row for row in self._pulls.find({"_id": {"$in": [row["_id"] for row in rows]}})}
        return [
            Due(OrganisationId(row["o"]), row["id"])
            for row in rows
            if _schedule(row, pulls.get(row["_id"], {})).is_due(now)
        ]

    def get(self, organisation: OrganisationId, source_id: str) -> Schedule:
        """Return how the pulls of a source stand; of one that is not there, that nobody pulls."""
        where = {"_id": source_key(organisation, source_id), "o": organisation}
        row = self._sources.find_one(where, dict.fromkeys(_FIELDS, 1)) or {}
        return _schedule(row, self._pulls.find_one(where) or {})

    def succeeded(self, organisation: OrganisationId, source_id: str, at: Micros, stored: int) -> None:
        """Note a pull that took all there was: whatever was wrong before is over."""
        change = {"ok": at, "got": stored, "fails": 0, "rest": None, "why": "", "err": ""}
        self._set(organisation, source_id, change)

    def failed(
        self, organisation: OrganisationId, source_id: str, at: Micros, error: str, failures: int, rests_until: Micros
    ) -> None:
        """Note a pull that failed in a way that passes, and when to try again."""
        change = {"err": error, "err_at": at, "fails": failures, "rest": rests_until}
        self._set(organisation, source_id, change)

    def stopped(self, organisation: OrganisationId, source_id: str, at: Micros, reason: str) -> None:
        """Note that nobody is to pull until somebody has mended something."""
        self._set(organisation, source_id, {"err": reason, "err_at": at, "why": reason, "rest": None})

    def _set(self, organisation: OrganisationId, source_id: str, change: Mapping[str, Any]) -> None:
        where = {"_id": source_key(organisation, source_id), "o": organisation}
        self._pulls.update_one(where, {"$set": dict(change)})


def _schedule(row: Mapping[str, Any], pull: Mapping[str, Any]) -> Schedule:
    return Schedule(
        every_minutes=row.get("every") or 0, has_secret=bool(row.get("x")), pulled_at=pull.get("ok"),
        stored=pull.get("got", 0), error=pull.get("err", ""), error_at=pull.get("err_at"),
        failures=pull.get("fails", 0), rests_until=pull.get("rest"), stopped=pull.get("why", ""),
        held_until=pull.get("until"),
    )  # fmt: skip
