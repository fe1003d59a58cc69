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

_HALF_DAYS: Final = 20


def campus_changes(campus: Campus) -> list[Change]:
    """Return the writes that put a campus on record, its courses included."""
    return [Change(KINDS[type(record)], record.id, record) for record in (*_courses(campus), *_year(campus))]


def year_changes(campus: Campus) -> list[Change]:
    """Return the writes that put an earlier year of a campus on record whose courses are there already."""
    return [Change(KINDS[type(record)], record.id, record) for record in _year(campus)]


def _courses(campus: Campus) -> Iterator[Record]:
    for at, course in enumerate(campus.courses):
        lessons = tuple(
            TrainingActivity(ActivityId(f"A{lesson}"), f"{course}/modules/{lesson + 1}", estimated_seconds=1800)
            for lesson in range(LESSONS)
        )
        programme = ProgrammeId(f"P{at}")
        yield Programme(programme, programme, modules=(Module(ModuleId("M"), activities=lessons),))


def _year(campus: Campus) -> Iterator[Record]:
    first, last, year = date(campus.year, 1, 1), date(campus.year, 12, 31), campus.year
    for at in range(len(campus.courses)):
        session = SessionId(f"S{at}-{year}")
        yield TrainingSession(session, ProgrammeId(f"P{at}"), first, last, allows_sundays_and_holidays=True)
        yield from (_slot(session, first + timedelta(days=7 * number + at), number) for number in range(_HALF_DAYS))
    contract = Contract(first, {Modality.ASYNC: 18_000, Modality.SYNC_REMOTE: _HALF_DAYS * 10_800})
    for number, actor in enumerate(campus.actors):
        account = actor["account"]
        identity = Identity.account(account["homePage"], account["name"])
        person = PersonId(f"p{number}-{year}")
        yield Person(person, actor["name"], identities=(identity,))
        for at, registration in enumerate(campus.registrations[number]):
            name = EnrolmentId(f"e{number}-{at}-{year}")
            yield Enrolment(name, SessionId(f"S{at}-{year}"), person, UUID(registration), (contract,))


def _slot(session: SessionId, day: date, number: int) -> Slot:
    start = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    name, end = SlotId(f"slot-{session}-{number}"), start + timedelta(hours=3)
    return Slot(name, session, day, HalfDay.AM, start, end, Modality.SYNC_REMOTE)
