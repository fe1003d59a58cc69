"""Where a trace belongs: which enrolment, which activity, which slot. Answers are remembered."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple
from uuid import UUID

from analytics.time import day_of
from analytics.traces import Trace
from training.records import Enrolment, Module, Place, Programme, Records, Slot, TrainingActivity, TrainingSession
from training.records.ids import ActivityId, EnrolmentId, ModuleId, PersonId, ProgrammeId, SessionId, SlotId

# The zone of what belongs to no session.
HOME_ZONE: Final = "Europe/Paris"
# Enough for a person's whole life; beyond, remembering costs more memory than it saves time.
_REMEMBERED: Final = 100_000
_SECOND: Final = 1_000_000


class Row(NamedTuple):
    """What one row of day facts is about; all None for what belongs to no enrolment."""

    enrolment_id: EnrolmentId | None = None
    session_id: SessionId | None = None
    module_id: ModuleId | None = None
    activity_id: ActivityId | None = None
    slot_id: SlotId | None = None
    zone: str = HOME_ZONE


NOWHERE: Final = Row()


class Spot(NamedTuple):
    """Where one trace belongs. `is_direct`: its verdict is one on the activity itself, not on a part of it."""

    row: Row
    is_direct: bool = False


class SlotWindow(NamedTuple):
    """One slot and its bounds in microseconds."""

    start: int
    end: int
    slot: Slot


@dataclass(frozen=True)
class Course:
    """One enrolment with all that its facts look up."""

    enrolment: Enrolment
    session: TrainingSession
    programme: Programme
    zone: str
    slots: tuple[SlotWindow, ...]

    @cached_property
    def by_iri(self) -> Mapping[str, tuple[Module, TrainingActivity]]:
        """Activities of the programme by the IRI written in it."""
        return {item.iri: (module, item) for module, item in self.programme.activities() if item.iri}

    @cached_property
    def by_id(self) -> Mapping[ActivityId, tuple[Module, TrainingActivity]]:
        """Activities of the programme."""
        return {item.id: (module, item) for module, item in self.programme.activities()}

    @cached_property
    def slot_starts(self) -> list[int]:
        """When each slot starts, in order."""
        return [window.start for window in self.slots]

    @cached_property
    def longest_slot(self) -> int:
        """How long the longest slot is, in microseconds."""
        return max((window.end - window.start for window in self.slots), default=0)

    @cached_property
    def slots_by_id(self) -> Mapping[str, SlotWindow]:
        """Slots of the session."""
        return {window.slot.id: window for window in self.slots}

    @cached_property
    def slots_by_half_day(self) -> Mapping[str, list[SlotWindow]]:
        """Slots of the session as attendance names them: `2026-11-20/AM`, in order of time."""
        found: dict[str, list[SlotWindow]] = {}
        for window in self.slots:
            found.setdefault(f"{window.slot.held_on.isoformat()}/{window.slot.half_day}", []).append(window)
        return found

    def row(self, module_id: ModuleId | None = None, activity_id: ActivityId | None = None,
            slot_id: SlotId | None = None) -> Row:  # fmt: skip
        """Return a row of this enrolment."""
        return Row(self.enrolment.id, self.session.id, module_id, activity_id, slot_id, self.zone)

    def slot_row(self, slot: Slot) -> Row:
        """Return the row of a slot."""
        return self.row(slot.module_id, None, slot.id)

    def find_slots(self, iri: str, half_day: str) -> list[SlotWindow]:
        """Return the slots that an attendance mark means: the one its object names, else those of its half-day."""
        named = self.slots_by_id.get(iri.rstrip("/").rpartition("/")[2])
        return [named] if named else self.slots_by_half_day.get(half_day, [])


@dataclass
class Roster:
    """One organisation's records, compiled for facts. Kept as long as the records it was made of hold."""

    records: Records
    _courses: dict[EnrolmentId, Course | None] = field(default_factory=dict)
    _spots: dict[tuple[object, ...], tuple[tuple[Course, Spot], ...]] = field(default_factory=dict)

    def courses_of(self, person_id: PersonId) -> list[Course]:
        """Return a person's enrolments whose session and programme are on record, by session start then id."""
        found = (self.course(enrolment) for enrolment in self.records.enrolments_of(person_id))
        return [course for course in found if course is not None]

    def course(self, enrolment: Enrolment) -> Course | None:
        """Return an enrolment with its session, programme and slots; None when a record is missing."""
        if enrolment.id not in self._courses:
            self._courses[enrolment.id] = self._compile(enrolment)
        return self._courses[enrolment.id]

    def spot(self, person_id: PersonId, trace: Trace, margin: int) -> Spot:
        """Return where a person's trace belongs. `margin`: microseconds around a slot that are still the class's."""
        key = (person_id, trace.registration, trace.activity, trace.attempt, trace.platform, trace.around)
        options = self._spots.get(key)
        if options is None:
            if len(self._spots) >= _REMEMBERED:
                self._spots.clear()
            options = self._spots[key] = self._options(person_id, trace)
        if not options:
            return Spot(NOWHERE)
        course, spot = options[0] if len(options) == 1 else _at(options, trace.timestamp)
        if trace.is_classroom and course.slots:
            window = find_class(course, trace, margin)
            if window is not None:
                return Spot(course.slot_row(window.slot))
        return spot

    def _compile(self, enrolment: Enrolment) -> Course | None:
        session = self.records.sessions.get(enrolment.session_id)
        programme = self.records.programme_of(enrolment.session_id)
        if session is None or programme is None:
            return None
        windows = (
            SlotWindow(_micros(slot.starts_at.timestamp()), _micros(slot.ends_at.timestamp()), slot)
            for slot in self.records.slots_of(session.id)
        )
        return Course(enrolment, session, programme, session.time_zone, tuple(windows))

    def _options(self, person_id: PersonId, trace: Trace) -> tuple[tuple[Course, Spot], ...]:
        """Return the enrolments that a trace may be of, and its place in each.

        1. its registration is that of an enrolment of this person; 2. its slot is one of theirs; 3. the programmes
        that its activity, or what is around it, belongs to.
        """
        courses = self.courses_of(person_id)
        own = [course for course in courses if course.enrolment.registration == trace.registration]
        if not own:
            name = trace.activity.rstrip("/").rpartition("/")[2]
            own = [course for course in courses if name in course.slots_by_id]
        if not own:
            programmes = set(self._programmes(trace))
            own = [course for course in courses if course.session.programme_id in programmes]
        return tuple((course, self._within(course, trace)) for course in own)

    def _programmes(self, trace: Trace) -> Iterable[ProgrammeId]:
        for iri in (trace.activity, *trace.around):
            places = self._places(iri, trace, trace.registration)
            if places:
                return [place.programme_id for place in places]
        return ()

    def _within(self, course: Course, trace: Trace) -> Spot:
        """Return the activity of the enrolment's programme: named by the object, else by what is around it."""
        for index, iri in enumerate((trace.activity, *trace.around)):
            found = course.by_iri.get(iri) or self._by_rule(course, iri, trace)
            if found:
                module, item = found
                is_direct = index == 0 or (trace.attempt == trace.activity and trace.activity != "")
                return Spot(course.row(module.id, item.id), is_direct)
        return Spot(course.row())

    def _by_rule(self, course: Course, iri: str, trace: Trace) -> tuple[Module, TrainingActivity] | None:
        for place in self._places(iri, trace, course.enrolment.registration):
            if place.programme_id == course.session.programme_id and place.activity_id is not None:
                return course.by_id.get(place.activity_id)
        return None

    def _places(self, iri: str, trace: Trace, registration: UUID | None) -> tuple[Place, ...]:
        return self.records.places_of(
            iri, platform=trace.platform or None, registration=registration, groupings=trace.around
        )


def find_class(course: Course, trace: Trace, margin: int) -> SlotWindow | None:
    """Return the slot whose class a trace comes from: the one its object names, else the nearest in time."""
    named = course.slots_by_id.get(trace.activity.rstrip("/").rpartition("/")[2])
    if named is not None:
        return named
    instant = trace.timestamp
    first = bisect_left(course.slot_starts, instant - margin - course.longest_slot)
    nearest: SlotWindow | None = None
    distance = margin + 1
    for window in course.slots[first : bisect_right(course.slot_starts, instant + margin)]:
        away = max(window.start - instant, instant - window.end, 0)
        if away < distance:
            nearest, distance = window, away
    return nearest


def _at(options: tuple[tuple[Course, Spot], ...], instant: int) -> tuple[Course, Spot]:
    """Return the option whose session was on; else the last that had begun; else the first."""
    begun = options[0]
    for option in options:
        session = option[0].session
        day = day_of(instant, option[0].zone)
        if session.starts_on <= day <= session.ends_on:
            return option
        if session.starts_on <= day:
            begun = option
    return begun


def _micros(seconds: float) -> int:
    return round(seconds * _SECOND)
