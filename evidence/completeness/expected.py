"""Which documents a funder's profile asks for of one enrolment, from when, and by when. Pure; profiles are data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from evidence.retention.classes import months_after
from training.law import Holidays
from training.records import Modality, Records
from training.records.enrolment import Enrolment
from training.records.funder import Deadline, FunderProfile, Report, Trigger
from training.records.reading import read_plain
from training.records.session import TrainingSession

_DEFAULT: Final = Path(__file__).parent / "default.json"
_DISTANCE: Final = frozenset((Modality.SYNC_REMOTE, Modality.ASYNC))
_SYNCHRONOUS: Final = frozenset((Modality.IN_PERSON, Modality.SYNC_REMOTE, Modality.WORKPLACE))
_MONTHS: Final = {Trigger.MONTHLY: 1, Trigger.QUARTERLY: 3, Trigger.YEARLY: 12}
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Expected:
    """One document that is asked for: by which report of which profile, from when, by when, and who says so.

    `event_on` is what makes it due, None where no date can be told. `due_on` is the last day, None without a deadline.
    `first_on` and `last_on` are the period that it must cover, None for the whole enrolment.
    """

    profile_id: str
    report_id: str
    document: str
    trigger: Trigger
    event_on: date | None
    due_on: date | None
    deadline: str
    source: str
    source_status: str
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of an enrolment for this: its days, how it is held, and on which days its slots are missed."""

    enrolment: Enrolment
    session: TrainingSession
    modalities: frozenset[Modality]
    absent_on: Sequence[date] = ()

    @property
    def entered_on(self) -> date:
        """The first day."""
        return self.enrolment.entered_on or self.session.starts_on

    @property
    def ended_on(self) -> date:
        """The last day, or the one that is planned."""
        return self.session.ends_on if self.enrolment.exit is None else self.enrolment.exit.on


def profile_of(enrolment: Enrolment, records: Records, on: date) -> FunderProfile:
    """Return the profile that says what is asked for: that of the funder, else of its family, else our own."""
    funder = None if enrolment.funding is None else records.funders.get(enrolment.funding.funder_id)
    if funder is None:
        return default_profile()
    named = None if funder.profile_id is None else records.funder_profiles.get(funder.profile_id)
    if named is not None and named.is_effective(on):
        return named
    family = [
        item for item in records.funder_profiles.values() if item.family is funder.family and item.is_effective(on)
    ]
    return max(family, key=lambda item: (item.effective_from, item.id), default=named or default_profile())


def course_of(enrolment: Enrolment, records: Records, absent_on: Sequence[date] = ()) -> Course | None:
    """Return what must be known of an enrolment; None where its session is not on record."""
    session = records.sessions.get(enrolment.session_id)
    if session is None:
        return None
    modalities = {slot.mode for slot in records.slots_of(session.id)}
    programme = records.programme_of(session.id)
    modalities.update(module.modality for module in (programme.modules if programme else ()))
    modalities.update((session.modality,) if session.modality is not Modality.BLENDED else ())
    return Course(enrolment, session, frozenset(modalities), absent_on)


def expected_of(course: Course, profile: FunderProfile, holidays: Holidays, today: date) -> list[Expected]:
    """Return every document that a profile asks for of an enrolment by today, and those to come."""
    found = []
    for report in profile.reports:
        for event, first, last in _events(course, report, today):
            for asked in report.required_documents:
                code, _, condition = asked.partition("?")
                if _applies(condition, course):
                    due = _due(course, report.deadline, event, holidays)
                    found.append(
                        Expected(
                            profile.id, report.id, code, report.trigger, event, due, _words(report.deadline),
                            profile.source.url, profile.source.status.value, first, last,
                        )
                    )  # fmt: skip
    return found


def _events(course: Course, report: Report, today: date) -> Iterator[tuple[date | None, date | None, date | None]]:
    """Yield what makes a report due, with the period that it covers where it covers one."""
    trigger = report.trigger
    if trigger is Trigger.ON_ENTRY:
        yield course.entered_on, None, None
    elif trigger is Trigger.ON_EXIT:
        yield course.ended_on, None, None
    elif trigger is Trigger.ON_ABSENCE:
        yield from ((day, day, day) for day in sorted(set(course.absent_on)))
    elif trigger in _MONTHS:
        months = _MONTHS[trigger]
        start = course.entered_on.replace(day=1, month=(course.entered_on.month - 1) // months * months + 1)
        while start <= min(course.ended_on, today):
            following = months_after(start, months)
            first = max(start, course.entered_on)
            last = min(following - timedelta(days=1), course.ended_on)
            yield last, first, last
            start = following
    else:
        yield None, None, None


def _due(course: Course, deadline: Deadline | None, event: date | None, holidays: Holidays) -> date | None:
    if deadline is None or event is None:
        return None
    start = {"effective_end": course.ended_on, "effective_start": course.entered_on}.get(deadline.from_event, event)
    count = int(deadline.value)
    if deadline.unit == "month":
        return months_after(start, count)
    if deadline.unit == "year":
        return months_after(start, 12 * count)
    if deadline.unit == "week":
        return start + timedelta(weeks=count)
    if deadline.counting == "calendar":
        return start + timedelta(days=count)
    day = start
    while count > 0:
        day += timedelta(days=1)
        # Working days (jours ouvrés): Monday to Friday, public holidays left out.
        if day.weekday() < _SATURDAY and not holidays.find(day, course.session.territory):
            count -= 1
    return day


def _applies(condition: str, course: Course) -> bool:
    """Say whether a condition such as `mode=mixed` holds; one that is not known does, for nothing is left out."""
    name, _, value = condition.partition("=")
    if name != "mode":
        return True
    at_distance, together = bool(course.modalities & _DISTANCE), bool(course.modalities & _SYNCHRONOUS)
    in_room = bool(course.modalities - _DISTANCE)
    known = {
        "mixed": at_distance and in_room, "distance": at_distance, "synchronous": together,
        "in_person": Modality.IN_PERSON in course.modalities, "workplace": Modality.WORKPLACE in course.modalities,
    }  # fmt: skip
    return known.get(value, True)


def _words(deadline: Deadline | None) -> str:
    if deadline is None:
        return ""
    return f"{deadline.value} {deadline.unit} ({deadline.counting}), from {deadline.from_event}"


@cache
def default_profile() -> FunderProfile:
    """Return what is asked for where no funder says: our own choice, as data (`default.json`)."""
    profile: FunderProfile = read_plain(FunderProfile, orjson.loads(_DEFAULT.read_bytes()))
    return profile
