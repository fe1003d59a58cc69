"""Random histories of one person: traces over four days, in two sessions, on a few activities and classes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from analytics.traces import Mark, Play, Role, Trace
from training.records import (
    Contract,
    Enrolment,
    HalfDay,
    Identity,
    Modality,
    Module,
    Person,
    Programme,
    Records,
    Slot,
    TrainingActivity,
    TrainingSession,
)

SECOND = 1_000_000
PARIS = ZoneInfo("Europe/Paris")
# The last Friday before the clocks go forward: the four days hold a midnight, a Sunday and a day of 23 hours.
FIRST_DAY = date(2026, 3, 27)
DAYS = 4
START = int(datetime(2026, 3, 27, tzinfo=PARIS).timestamp()) * SECOND
MAIL, ACCOUNT = "mbox mailto:lucie@example.org", "account https://lms.example lucie"
IRIS = [f"https://lms.example/A{number}" for number in range(1, 5)]
REGISTRATIONS = [UUID(int=900 + number) for number in range(2)]
# Later than anything is stored.
END = START + 30 * 86_400 * SECOND


def records() -> Records:
    """Return two sessions of two programmes, each with two activities, and a class on each day of the first."""
    activities = [TrainingActivity(f"A{number}", iri, estimated_seconds=1800) for number, iri in enumerate(IRIS, 1)]
    programmes = [
        Programme(f"P{index}", modules=(Module("M", activities=tuple(activities[2 * index : 2 * index + 2])),))
        for index in range(2)
    ]
    sessions = [
        TrainingSession(f"S{index}", f"P{index}", FIRST_DAY, FIRST_DAY + timedelta(days=2)) for index in range(2)
    ]
    slots = [_slot(day) for day in range(DAYS)]
    contract = Contract(FIRST_DAY, {Modality.ASYNC: 3600, Modality.SYNC_REMOTE: 12_600})
    enrolments = [
        Enrolment(f"E{index}", f"S{index}", "lucie", registration, (contract,))
        for index, registration in enumerate(REGISTRATIONS)
    ]
    people = [
        Person("lucie", identities=(Identity.of_text(ACCOUNT),)),
        Person("twin", identities=(Identity.of_text(MAIL),), merged_into="lucie"),
    ]
    return Records(
        1,
        people={item.id: item for item in people},
        programmes={item.id: item for item in programmes},
        sessions={item.id: item for item in sessions},
        slots={item.id: item for item in slots},
        enrolments={item.id: item for item in enrolments},
    )


def _slot(number: int) -> Slot:
    day = FIRST_DAY + timedelta(days=number)
    start = datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)
    return Slot(f"slot-{number}", "S0", day, HalfDay.AM, start, start + timedelta(hours=3), Modality.SYNC_REMOTE)


@st.composite
def traces(draw: st.DrawFn, number: int) -> Trace:
    """One statement, stored some time after it happened. Roles are drawn so that things open and close again."""
    role = draw(
        st.sampled_from(
            [*Role, Role.OPENED, Role.CLOSED, Role.JOINED, Role.LEFT, Role.PLAYED, Role.HALTED, Role.ATTENDED]
        )
    )
    if role is Role.VOIDED:
        role = Role.OTHER
    # Crowded around a few hours (a class, two midnights, the change of the clock), or anywhere.
    around = draw(st.sampled_from([None, 540, 1400, 1500, 2 * 1440 + 90, 2 * 1440 + 600, 3 * 1440 - 30]))
    minute = draw(st.integers(0, DAYS * 1440)) if around is None else around + draw(st.integers(0, 90))
    timestamp = START + minute * 60 * SECOND + draw(st.sampled_from([0, 0, 1, 30 * SECOND]))
    position = draw(st.sampled_from([None, 0.0, 300.0]))
    is_mark = role in (Role.ATTENDED, Role.ABSENT)
    return Trace(
        statement_id=UUID(int=number),
        stored=timestamp + draw(st.integers(0, 20 * 1440)) * 60 * SECOND + number + 1,
        timestamp=timestamp,
        role=role,
        agents=(draw(st.sampled_from([ACCOUNT, ACCOUNT, MAIL])),),
        is_act=not is_mark and role not in (Role.SCORED, Role.UNCOMPLETED, Role.WAIVED, Role.REPORTED, Role.ABANDONED),
        activity=draw(st.sampled_from([*IRIS, "https://lms.example/slot-1", "https://lms.example/other"])),
        registration=draw(st.sampled_from([*REGISTRATIONS, None])),
        platform=draw(st.sampled_from(["moodle", "other"])),
        session=draw(st.sampled_from(["", "", "tab-1", "tab-2"])),
        is_classroom=role in (Role.JOINED, Role.LEFT),
        declared_seconds=draw(st.sampled_from([None, None, 60.0, 5400.0, 10.0**6])),
        scaled=draw(st.sampled_from([None, 0.2, 0.9])),
        success={Role.PASSED: True, Role.FAILED: False}.get(role),
        completion={Role.COMPLETED: True, Role.UNCOMPLETED: False}.get(role),
        play=Play(position, 900.0, 1.0, ((0.0, 10.0),)) if role in (Role.PLAYED, Role.HALTED) else None,
        mark=_mark(draw, role) if is_mark else None,
        voids=None,
    )


def _mark(draw: st.DrawFn, role: Role) -> Mark:
    day = draw(st.sampled_from([27, 28]))
    seconds = draw(st.sampled_from([None, 600.0, 3600.0, 10.0**5]))
    return Mark(f"2026-03-{day}/AM", role is Role.ATTENDED, seconds, is_justified=draw(st.booleans()))


@st.composite
def histories(draw: st.DrawFn, most: int = 16) -> list[Trace]:
    """Several statements, some of which void others."""
    found = [draw(traces(number)) for number in range(1, draw(st.integers(0, most)) + 1)]
    for number in range(draw(st.integers(0, 2))):
        target = UUID(int=draw(st.integers(1, most)))
        stored = START + draw(st.integers(0, 25 * 1440)) * 60 * SECOND
        found.append(Trace(UUID(int=100 + number), stored, stored, Role.VOIDED, (ACCOUNT,), voids=target))
    return found
