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
from training.records.ids import ActivityId, EnrolmentId, ModuleId, PersonId, ProgrammeId, SessionId, SlotId
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
            TrainingActivity(ActivityId(f"A{lesson}"), f"{course}/modules/{lesson + 1}", estimated_seconds=1800)
            for lesson in range(LESSONS)
        )
        programme = ProgrammeId(f"P{at}")
        yield Programme(programme, programme, modules=(Module(ModuleId("M"), activities=lessons),))
        yield TrainingSession(SessionId(f"S{at}"), programme, _FIRST, _LAST, allows_sundays_and_holidays=True)
        yield from (_slot(at, number) for number in range(_HALF_DAYS))
    contract = Contract(_FIRST, {Modality.ASYNC: 18_000, Modality.SYNC_REMOTE: _HALF_DAYS * 10_800})
    for number, actor in enumerate(campus.actors):
        account = actor["account"]
        identity = Identity.account(account["homePage"], account["name"])
        person = PersonId(f"p{number}")
        yield Person(person, actor["name"], identities=(identity,))
        for at, registration in enumerate(campus.registrations[number]):
            name = EnrolmentId(f"e{number}-{at}")
            yield Enrolment(name, SessionId(f"S{at}"), person, UUID(registration), (contract,))


def _slot(session: int, number: int) -> Slot:
    day = _FIRST + timedelta(days=7 * number + session)
    start = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    name, end = SlotId(f"slot-{session}-{number}"), start + timedelta(hours=3)
    return Slot(name, SessionId(f"S{session}"), day, HalfDay.AM, start, end, Modality.SYNC_REMOTE)
