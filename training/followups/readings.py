"""Who looked at whose estimate, day by day: the learner is shown it, and an inspection can ask."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from lrs.clock import Clock, to_datetime
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId

READINGS: Final = "risk_readings"
_PARIS: Final = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Reading:
    """That somebody of a role looked, on a day; `by` is how they stand in the trail, never a name."""

    enrolment_id: EnrolmentId
    day: date
    by: str
    role: str


class Readings:
    """Collection `risk_readings`: one row for each reader, day and role with `e`, the enrolments they looked at."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._rows = store.collection(READINGS)
        self._clock = clock

    def note(self, organisation: OrganisationId, enrolments: Collection[EnrolmentId], by: str, role: str) -> None:
        """Keep that somebody looked at these today; the same again on one day adds nothing."""
        if not enrolments:
            return
        day = to_datetime(self._clock.now_micros()).astimezone(_PARIS).date().isoformat()
        wanted = sorted(set(enrolments))
        place = {"_id": f"{organisation}/{day}/{by}"}
        # Nothing is written where all is known: a page that stays open draws itself anew all the time.
        if self._rows.count_documents({**place, "e": {"$all": wanted}}, limit=1):
            return
        change = {
            "$setOnInsert": {"o": organisation, "day": day, "by": by, "role": role},
            "$addToSet": {"e": {"$each": wanted}},
        }
        self._rows.update_one(place, change, upsert=True)

    def of(self, organisation: OrganisationId, enrolments: Collection[EnrolmentId]) -> list[Reading]:
        """Return who looked at any of these, the last day first."""
        query = {"o": organisation, "e": {"$in": list(enrolments)}}
        wanted = frozenset(enrolments)
        rows = sorted(self._rows.find(query), key=lambda row: (row["day"], row["_id"]), reverse=True)
        return [
            Reading(EnrolmentId(name), date.fromisoformat(row["day"]), row["by"], row["role"])
            for row in rows
            for name in sorted(wanted.intersection(row["e"]))
        ]

    def forget(self, organisation: OrganisationId, enrolments: Collection[EnrolmentId]) -> None:
        """Forget who looked at these."""
        names = list(enrolments)
        self._rows.update_many({"o": organisation, "e": {"$in": names}}, {"$pull": {"e": {"$in": names}}})
        self._rows.delete_many({"o": organisation, "e": []})
