"""The records behind the invented statements: everybody on it, every course a programme with a session."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from benchmarks.statements import LESSONS, Campus
from training.records import (
    Contract,
    Enrolment,
    HalfDay,
    Identity,
    Modality,
    Module,
    Person,
    Programme,
    Slot,
    TrainingActivity,
    TrainingSession,
)
from training.records.kinds import KINDS, Record
from training.store import Change

_FIRST: Final = date(2026, 1, 1)
_LAST: Final = date(2026, 12, 31)
_HALF_DAYS: Final = 20


def campus_changes(campus: Campus) -> list[Change]:
    """Return the writes that put a campus on record."""
    return [Change(KINDS[type(record)], record.id, record) for record in _records(campus)]


def _records(campus: Campus) -> Iterator[Record]:
    for at, course in enumerate(campus.courses):
        lessons = tuple(
            TrainingActivity(f"A{lesson}", f"{course}/modules/{lesson + 1}", estimated_seconds=1800)
            for lesson in range(LESSONS)
        )
        yield Programme(f"P{at}", f"P{at}", modules=(Module("M", activities=lessons),))
        yield TrainingSession(f"S{at}", f"P{at}", _FIRST, _LAST, allows_sundays_and_holidays=True)
        yield from (_slot(at, number) for number in range(_HALF_DAYS))
    contract = Contract(_FIRST, {Modality.ASYNC: 18_000, Modality.SYNC_REMOTE: _HALF_DAYS * 10_800})
    for number, actor in enumerate(campus.actors):
        account = actor["account"]
        identity = Identity.account(account["homePage"], account["name"])
        yield Person(f"p{number}", actor["name"], identities=(identity,))
        for at, registration in enumerate(campus.registrations[number]):
            yield Enrolment(f"e{number}-{at}", f"S{at}", f"p{number}", UUID(registration), (contract,))


def _slot(session: int, number: int) -> Slot:
    day = _FIRST + timedelta(days=7 * number + session)
    start = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    name = f"slot-{session}-{number}"
    return Slot(name, f"S{session}", day, HalfDay.AM, start, start + timedelta(hours=3), Modality.SYNC_REMOTE)
