"""Alerts, as events: whom somebody should look at, by ids alone. No estimate, no reason and no name is told."""

from __future__ import annotations

from datetime import date
from typing import Final

from analytics.store.risk_keys import ALERTS
from lrs.clock import Clock, Micros, to_text
from lrs.forwarding.event import Event
from lrs.sending.happenings import Followed, followed_by_time, overlapping
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

_FIELDS: Final = {"id": 1, "e": 1, "s": 1, "d": 1, "at": 1}


class Alerted:
    """Follows the alerts by when they were decided; those that are seen late are looked for again."""

    name = "alerts"

    def __init__(self, store: Store, clock: Clock) -> None:
        self._rows = store.collection(ALERTS)
        self._clock = clock

    def end(self, organisation: OrganisationId) -> int:  # noqa: ARG002 - of every organisation the same
        """Return the present."""
        return self._clock.now_micros()

    def after(self, organisation: OrganisationId, position: int, limit: int) -> Followed:
        """Return the alerts since a little before the place."""
        now = self._clock.now_micros()
        query = {"o": organisation, "at": {"$gt": overlapping(position, now)}}
        rows = self._rows.find(query, _FIELDS).sort("at", 1)
        return followed_by_time([_event(organisation, row) for row in rows], position, limit, now)


def _event(organisation: OrganisationId, row: Document) -> Event:
    at = Micros(int(row["at"]))
    data = {
        "alert_id": row["id"], "enrolment_id": row["e"], "session_id": row["s"],
        "opened_on": date.fromordinal(row["d"]).isoformat(), "opened_at": to_text(at),
    }  # fmt: skip
    return Event(organisation, "alert.opened", row["id"], f"enrolment:{row['e']}", at, data)
