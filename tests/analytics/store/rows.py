"""Rows of kept facts, many of them, of which a search finds a few."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
from bson.binary import Binary

from analytics.kept import KeptActivity, KeptDay, KeptEnrolment
from analytics.store.kept_keys import ACTIVITIES, DAYS, ENROLMENTS, PEOPLE, SESSIONS
from lrs.services import Services

ENCODER = msgspec.msgpack.Encoder(uuid_format="bytes")
FIRST = date(2026, 1, 1)


def many_facts(services: Services, organisation: int) -> None:
    """Put two hundred rows of each kind there."""
    days, activities, enrolments, people, sessions = [], [], [], [], []
    for at in range(200):
        base = {"_id": Binary(at.to_bytes(24, "big")), "o": organisation, "s": f"s{at % 50}", "odd": at % 40 == 3}
        day = FIRST + timedelta(days=at)
        days.append({**base, "s": [base["s"]], "d": day.toordinal(), "p": f"p{at}", "b": ENCODER.encode(KeptDay(day))})
        activities.append({**base, "e": f"e{at}", "b": ENCODER.encode(KeptActivity(f"e{at}", "a", "s"))})
        kept = ENCODER.encode(KeptEnrolment(f"e{at}", "s"))
        enrolments.append({**base, "e": f"e{at}", "p": f"p{at}", "next": at or None, "at": 0, "b": kept})
        people.append({"_id": base["_id"], "o": organisation, "p": f"p{at}", "r": [Binary(at.to_bytes(16, "big"))]})
        noted = {"w": True} if at % 40 == 3 else {}
        sessions.append({"_id": Binary(at.to_bytes(20, "big")), "o": organisation, "s": f"s{at}", **noted})
    everything = {DAYS: days, ACTIVITIES: activities, ENROLMENTS: enrolments, PEOPLE: people, SESSIONS: sessions}
    for name, rows in everything.items():
        services.store.collection(name).insert_many(rows)
