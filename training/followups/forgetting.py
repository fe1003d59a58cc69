"""Forgetting follow-ups when their time is over, whether an alert opened them or somebody did."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from lrs.clock import Clock, to_micros
from lrs.store.database import Store
from training.followups.readings import Readings
from training.followups.rows import PARIS
from training.followups.store import FOLLOWUPS
from training.records import Records


def forget_ended(store: Store, clock: Clock, records: Records, before: date) -> int:
    """Delete the follow-ups of sessions that ended before a day, open or closed; return how many there were.

    Of a session that is on record no more, those that were opened before that day. Who looked at these trainees'
    estimates goes with them.
    """
    rows, organisation = store.collection(FOLLOWUPS), records.organisation
    readings, count = Readings(store, clock), 0
    for name in rows.distinct("s", {"o": organisation}):
        query: dict[str, Any] = {"o": organisation, "s": name}
        session = records.sessions.get(name)
        if session is None:
            query["at"] = {"$lt": _start(before)}
        elif session.ends_on >= before:
            continue
        enrolments = rows.distinct("e", query)
        if enrolments:
            readings.forget(organisation, enrolments)
            count += rows.delete_many(query).deleted_count
    return count


def _start(day: date) -> int:
    return to_micros(datetime.combine(day, time.min, PARIS))
