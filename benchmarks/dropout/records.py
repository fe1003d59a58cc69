"""The records of the Open University's learners: what its administration knew, written on the day it knew it.

A programme for each module, in one version for each presentation; a session for each presentation; everybody with an
account, their enrolment with planned hours and the dates by which work is due. Sex, age band, disability, region, IMD
band and education are in none of them. Earlier attempts at a module that the tables only count, because these begin in
2013, are earlier enrolments that were not completed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import uuid5

from benchmarks.dropout.statements import HOME, MASTERY, NAMESPACE, assessment_iri, registration
from benchmarks.dropout.tables import Assessment, Key, Student, Tables, first_day, on
from training.records import (
    CompletionRule,
    Contract,
    Enrolment,
    Exit,
    ExitReason,
    Identity,
    Milestone,
    Modality,
    Module,
    Person,
    Programme,
    TrainingActivity,
    TrainingSession,
)
from training.records.ids import ActivityId, CompletionRuleId, EnrolmentId, ModuleId, PersonId, ProgrammeId, SessionId
from training.records.kinds import KINDS, Kind, Record
from training.store import Change

ZONE: Final = "Europe/London"
HOURS_A_CREDIT: Final = 10
RESULT: Final = ActivityId("result")
_WORK: Final = ModuleId("work")
_END: Final = ModuleId("end")
_RULE: Final = CompletionRuleId("end")
_YEAR: Final = timedelta(days=365)
# So much of an hour stands for a per cent of the mark: weights of assessments become announced lengths.
_SECONDS_A_PERCENT: Final = 3600
# Of an attempt before 2013 only that there was one is known: each is a year before the next.
_ATTEMPTS_MOST: Final = 6


def session_id(module: str, presentation: str) -> SessionId:
    """Return the session that a presentation of a module is."""
    return SessionId(f"{module}-{presentation}")


def enrolment_id(key: Key) -> EnrolmentId:
    """Return the enrolment of one learner in one presentation."""
    return EnrolmentId(f"{key.module}-{key.presentation}-{key.student}")


def key_of(name: str) -> Key:
    """Return what `enrolment_id` was made of."""
    module, presentation, student = name.split("-")
    return Key(module, presentation, int(student))


@dataclass
class Administration:
    """Says what is put on record by when."""

    tables: Tables
    _known: set[int] = field(default_factory=set)
    _earlier: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        """Sort enrolments and exits by their day."""
        self._entries: dict[date, list[Student]] = defaultdict(list)
        self._exits: dict[date, list[Student]] = defaultdict(list)
        self._begun: dict[tuple[int, str], list[str]] = defaultdict(list)
        for student in self.tables.students.values():
            presentation = student.key.presentation
            self._entries[on(presentation, entry_day(student))].append(student)
            if student.left_day is not None:
                self._exits[on(presentation, student.left_day)].append(student)
            self._begun[student.key.student, student.key.module].append(presentation)
        self._calendars = {course: _calendar(self.tables, course) for course in self.tables.lengths}

    def beforehand(self) -> Iterator[list[Change]]:
        """Yield what is on record before anybody registers; each list is written at once, in this order."""
        yield [_change(CompletionRule(_RULE, "The module's result", mandatory_module_ids=(_END,)))]
        versions: dict[str, int] = defaultdict(int)
        modules = sorted({module for module, _ in self.tables.lengths})
        for presentation in self.tables.presentations:
            for module in modules:
                days = self.tables.lengths.get((module, presentation))
                if days is None:
                    continue
                versions[module] += 1
                yield [_change(_programme(module, presentation, self.tables.due((module, presentation))))]
                starts_on = first_day(presentation)
                yield [_change(_session(session_id(module, presentation), module, starts_on,
                                        starts_on + timedelta(days=days), versions[module]))]  # fmt: skip
        first = min(map(first_day, self.tables.presentations))
        yield [
            _change(_session(_before(module, back), module, first - back * _YEAR, first - back * _YEAR + _YEAR // 2, 1))
            for module in modules
            for back in range(1, _ATTEMPTS_MOST + 1)
        ]

    def until(self, day: date) -> list[Change]:
        """Return what is to be put on record of all days up to one, but for what was returned before.

        Sessions together: whoever writes one enrolment of a session looks at all of them.
        """
        entered = [student for at in sorted(self._entries) if at <= day for student in self._entries[at]]
        left = [student for at in sorted(self._exits) if at <= day for student in self._exits[at]]
        for kept in (self._entries, self._exits):
            for at in [at for at in kept if at <= day]:
                del kept[at]
        found: dict[tuple[Kind, str], Change] = {}
        for student in sorted(entered, key=_by_course):
            found.update(((change.kind, change.record_id), change) for change in map(_change, self._enrol(student)))
        for student in sorted(left, key=_by_course):
            change = _change(self._enrolment(student, has_left=True))
            found[change.kind, change.record_id] = change
        return list(found.values())

    def _enrol(self, student: Student) -> Iterator[Record]:
        number = student.key.student
        person = PersonId(str(number))
        if number not in self._known:
            self._known.add(number)
            yield Person(person, identities=(Identity.account(HOME, str(number)),))
        module, presentation = student.key.course
        told = sum(first_day(other) < first_day(presentation) for other in self._begun[number, module])
        wanted = min(student.previous_attempts - told, _ATTEMPTS_MOST)
        for back in range(self._earlier[number, module] + 1, wanted + 1):
            self._earlier[number, module] = back
            name = f"{module}-before{back}-{number}"
            yield Enrolment(EnrolmentId(name), _before(module, back), person, uuid5(NAMESPACE, name))
        yield self._enrolment(student)

    def _enrolment(self, student: Student, *, has_left: bool = False) -> Enrolment:
        key = student.key
        left = on(key.presentation, student.left_day) if has_left and student.left_day is not None else None
        starts_on = first_day(key.presentation)
        registered = None if student.registered_day is None else on(key.presentation, student.registered_day)
        planned = {Modality.ASYNC: student.credits * HOURS_A_CREDIT * 3600}
        return Enrolment(
            enrolment_id(key), session_id(*key.course), PersonId(str(key.student)), registration(key),
            (Contract(registered or starts_on, planned, signed_on=registered),),
            exit=None if left is None else Exit(left, ExitReason.ABANDON),
            individual_calendar=self._calendars[key.course],
        )  # fmt: skip


def entry_day(student: Student) -> int:
    """Return the day on which an enrolment is put on record.

    Of some the table does not say when they registered, and some left on a day before they did.
    """
    told = [day for day in (student.registered_day, student.left_day) if day is not None]
    return min(told) if student.registered_day is not None else min([0, *told])


def _by_course(student: Student) -> tuple[str, str]:
    return student.key.course


def _calendar(tables: Tables, course: tuple[str, str]) -> tuple[Milestone, ...]:
    return tuple(
        Milestone(on(course[1], item.due_day), activity_id=ActivityId(str(item.id)))
        for item in tables.due(course)
        if item.due_day is not None
    )


def _programme(module: str, presentation: str, assessments: list[Assessment]) -> Programme:
    work = tuple(
        TrainingActivity(
            ActivityId(str(item.id)), assessment_iri(item.id), f"{item.type} {at + 1}",
            estimated_seconds=round(item.weight * _SECONDS_A_PERCENT), mastery_score=MASTERY / 100,
        )
        for at, item in enumerate(assessments)
    )  # fmt: skip
    result = TrainingActivity(RESULT, f"{HOME}/xapi/courses/{module}/{presentation}", "Result")
    return Programme(
        ProgrammeId(module), module, module,
        (Module(_WORK, "Work", activities=work), Module(_END, "Result", activities=(result,))),
        completion_rule_id=_RULE,
    )  # fmt: skip


def _session(name: SessionId, module: str, starts_on: date, ends_on: date, version: int) -> TrainingSession:
    return TrainingSession(
        name, ProgrammeId(module), starts_on, ends_on, name, Modality.ASYNC, programme_version=version,
        time_zone=ZONE, allows_sundays_and_holidays=True,
    )  # fmt: skip


def _before(module: str, back: int) -> SessionId:
    return SessionId(f"{module}-before{back}")


def _change(record: Record) -> Change:
    return Change(KINDS[type(record)], record.id, record)
