"""The tables of OULAD as values: read from a folder of CSV files, gzipped or plain, whole or without the clicks."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple, TextIO

import numpy as np
from numpy.typing import NDArray

# The set tells months only: B begins in February, J in October.
_FIRST_MONTHS: Final = {"B": 2, "J": 10}
_REQUIRED: Final = ("courses", "assessments", "studentInfo", "studentRegistration", "studentAssessment", "vle")
# Where a table may be: as the whole set is unpacked, or in the folders that the data given has.
_FOLDERS: Final = (".", "oulad", "clicks")
PASSED: Final = frozenset({"Pass", "Distinction"})
WITHDRAWN: Final = "Withdrawn"


class MissingTable(Exception):
    """A table that is needed is not in the folder; the message names the files that would do."""


class Key(NamedTuple):
    """One enrolment: module, presentation, learner."""

    module: str
    presentation: str
    student: int

    @property
    def course(self) -> tuple[str, str]:
        """Module and presentation."""
        return self.module, self.presentation


class Assessment(NamedTuple):
    """One piece of assessed work; `due_day` counts from the first day of the presentation, None where not told."""

    id: int
    module: str
    presentation: str
    type: str
    due_day: int | None
    weight: float


class Submission(NamedTuple):
    """One piece of work handed in; a banked one is carried over from an earlier presentation."""

    key: Key
    assessment_id: int
    day: int
    is_banked: bool
    score: float | None


@dataclass(frozen=True, slots=True)
class Student:
    """One enrolment as the tables have it. `audit` holds what is for the audit alone: no record, statement or feature.

    Attributes:
        key: Which enrolment.
        registered_day: Day of registration, 0 the first of the presentation; None where not told.
        left_day: Day of withdrawal; None for whoever did not leave.
        result: Pass, Distinction, Fail or Withdrawn.
        previous_attempts: How often the learner had begun this module before.
        credits: What the learner studies for, all modules together.
        audit: Sex, age band, disability, IMD band, region and education, by the names of their columns.
    """

    key: Key
    registered_day: int | None
    left_day: int | None
    result: str
    previous_attempts: int
    credits: int
    audit: Mapping[str, str | None]


class Clicks(NamedTuple):
    """How much one enrolment had done by the end of a day, since its first click; `days` with any, None if not told."""

    key: Key
    day: int
    clicks: int
    days: int | None
    rows: int | None


@dataclass(frozen=True, slots=True)
class DailyClicks:
    """The whole set's clicks, a row for each row of studentVle; arrays of shape [n], `key` indexing `keys`."""

    keys: tuple[Key, ...]
    key: NDArray[np.int32]
    site: NDArray[np.int32]
    day: NDArray[np.int32]
    clicks: NDArray[np.int32]


@dataclass(frozen=True)
class Tables:
    """What a folder holds. `daily` is there when studentVle is, else what is known of clicks is in the other three."""

    lengths: Mapping[tuple[str, str], int]
    assessments: Mapping[int, Assessment]
    students: Mapping[Key, Student]
    submissions: tuple[Submission, ...]
    sites: Mapping[int, str]
    cumulative: tuple[Clicks, ...] = ()
    before: tuple[Clicks, ...] = ()
    week8: tuple[Clicks, ...] = ()
    daily: DailyClicks | None = None
    source: Path = field(default_factory=Path)
    # How many enrolments each learner has in all the tables, also where these are a part of them.
    enrolments_of: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def presentations(self) -> tuple[str, ...]:
        """Return the presentations by their first day."""
        return tuple(sorted({presentation for _, presentation in self.lengths}, key=first_day))

    def due(self, course: tuple[str, str]) -> list[Assessment]:
        """Return the assessments of one course, by due day; those without one are last."""
        found = [item for item in self.assessments.values() if (item.module, item.presentation) == course]
        return sorted(found, key=lambda item: (item.due_day is None, item.due_day or 0, item.id))

    def until(self, presentation: str, modules: frozenset[str] | None = None) -> Tables:
        """Return one presentation, of some modules where these are named, with all that its learners did before.

        Whole courses of that presentation; of earlier ones, the enrolments of the same learners.
        """
        begins = first_day(presentation)
        here = {
            key for key in self.students if key.presentation == presentation and (not modules or key.module in modules)
        }
        people = {key.student for key in here}
        kept = here | {key for key in self.students if first_day(key.presentation) < begins and key.student in people}
        courses = {key.course for key in kept}

        def some(rows: tuple[Clicks, ...]) -> tuple[Clicks, ...]:
            return tuple(row for row in rows if row.key in kept)

        return Tables(
            {course: days for course, days in self.lengths.items() if course in courses},
            {name: item for name, item in self.assessments.items() if (item.module, item.presentation) in courses},
            {key: student for key, student in self.students.items() if key in kept},
            tuple(item for item in self.submissions if item.key in kept),
            self.sites, some(self.cumulative), some(self.before), some(self.week8), _some_daily(self.daily, kept),
            self.source, self.enrolments_of,
        )  # fmt: skip


def first_day(presentation: str) -> date:
    """Return day 0 of a presentation.

    >>> first_day("2013J")
    datetime.date(2013, 10, 1)
    """
    return date(int(presentation[:-1]), _FIRST_MONTHS[presentation[-1]], 1)


def on(presentation: str, day: int) -> date:
    """Return the date of a day of a presentation."""
    return first_day(presentation) + timedelta(days=day)


def read_tables(folder: Path) -> Tables:
    """Read every table of a folder. Raises MissingTable for one of the six that are needed."""
    for name in _REQUIRED:
        if _find(folder, name) is None:
            places = " or ".join(str(folder / place / f"{name}.csv[.gz]") for place in _FOLDERS[:2])
            message = f"The table {name} is not there: {places} was expected."
            raise MissingTable(message)
    assessments = {item.id: item for item in _assessments(folder)}
    students = _students(folder)
    has_all = _find(folder, "studentVle") is not None
    return Tables(
        {(row[0], row[1]): int(row[2]) for row in _rows(folder, "courses", "code_module", "code_presentation",
                                                         "module_presentation_length")},
        assessments, students, tuple(_submissions(folder, assessments)),
        {int(row[0]): row[1] for row in _rows(folder, "vle", "id_site", "activity_type")},
        () if has_all else tuple(_clicks(folder, "cumulative_by_week", "total_clicks", None)),
        () if has_all else tuple(_clicks(folder, "pre_course", "clicks", -1)),
        () if has_all else tuple(_clicks(folder, "week8_by_enrolment", "total_clicks", 56)),
        _daily(folder, students) if has_all else None, folder, Counter(key.student for key in students),
    )  # fmt: skip


def _find(folder: Path, name: str) -> Path | None:
    for place in _FOLDERS:
        for suffix in (".csv", ".csv.gz"):
            path = folder / place / f"{name}{suffix}"
            if path.is_file():
                return path
    return None


def _open(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8", newline="") if path.suffix == ".gz" else path.open(newline="")


def _rows(folder: Path, table: str, *columns: str) -> Iterator[tuple[str, ...]]:
    """Yield some columns of a table, by their names: other sources have them in another order."""
    path = _find(folder, table)
    if path is None:
        return
    with _open(path) as file:
        rows = csv.reader(file)
        header = next(rows)
        try:
            at = [header.index(column) for column in columns]
        except ValueError as error:
            message = f"{path} lacks a column: {error}; its first line is {','.join(header)}."
            raise MissingTable(message) from error
        for row in rows:
            yield tuple(row[place] for place in at)


def _whole(text: str) -> int | None:
    """Read a whole number; an empty cell and a question mark are none."""
    return None if text in {"", "?"} else int(float(text))


def _assessments(folder: Path) -> Iterator[Assessment]:
    columns = ("id_assessment", "code_module", "code_presentation", "assessment_type", "date", "weight")
    for name, module, presentation, kind, due, weight in _rows(folder, "assessments", *columns):
        yield Assessment(int(name), module, presentation, kind, _whole(due), float(weight))


def _students(folder: Path) -> dict[Key, Student]:
    dates = {
        Key(module, presentation, int(student)): (_whole(registered), _whole(left))
        for module, presentation, student, registered, left in _rows(
            folder, "studentRegistration", "code_module", "code_presentation", "id_student", "date_registration",
            "date_unregistration",
        )
    }  # fmt: skip
    audit = ("gender", "age_band", "disability", "imd_band", "region", "highest_education")
    found: dict[Key, Student] = {}
    for row in _rows(folder, "studentInfo", "code_module", "code_presentation", "id_student", "final_result",
                     "num_of_prev_attempts", "studied_credits", *audit):  # fmt: skip
        key = Key(row[0], row[1], int(row[2]))
        registered, left = dates.get(key, (None, None))
        told = {name: value if value not in {"", "?"} else None for name, value in zip(audit, row[6:], strict=True)}
        found[key] = Student(key, registered, left, row[3], int(row[4]), int(row[5]), told)
    return found


def _submissions(folder: Path, assessments: Mapping[int, Assessment]) -> Iterator[Submission]:
    columns = ("id_assessment", "id_student", "date_submitted", "is_banked", "score")
    for name, student, day, banked, score in _rows(folder, "studentAssessment", *columns):
        of = assessments[int(name)]
        key = Key(of.module, of.presentation, int(student))
        yield Submission(key, of.id, int(day), banked == "1", None if score in {"", "?"} else float(score))


def _clicks(folder: Path, table: str, column: str, day: int | None) -> Iterator[Clicks]:
    named = ["code_module", "code_presentation", "id_student", column]
    more = {"cumulative_by_week": ["day", "active_days", "rows"], "pre_course": ["rows"]}.get(table, [])
    for module, presentation, student, clicks, *rest in _rows(folder, table, *named, *more):
        by = int(rest[0]) if day is None else day
        days = int(rest[1]) if day is None else None
        rows = int(rest[-1]) if rest else None
        yield Clicks(Key(module, presentation, int(student)), by, int(clicks), days, rows)


def _daily(folder: Path, students: Mapping[Key, Student]) -> DailyClicks:
    """Read ten million rows as numbers: of an enrolment that is not in the tables nothing is kept."""
    keys = tuple(students)
    numbers = {(key.module, key.presentation, str(key.student)): at for at, key in enumerate(keys)}
    columns = ("code_module", "code_presentation", "id_student", "id_site", "date", "sum_click")
    parts: list[NDArray[np.int32]] = []
    some: list[tuple[int, int, int, int]] = []
    for module, presentation, student, site, day, clicks in _rows(folder, "studentVle", *columns):
        number = numbers.get((module, presentation, student))
        if number is None:
            continue
        some.append((number, int(site), int(day), int(clicks)))
        if len(some) == 500_000:
            parts.append(np.array(some, dtype=np.int32))
            some = []
    parts.append(np.array(some, dtype=np.int32).reshape(-1, 4))
    held = np.concatenate(parts)
    return DailyClicks(keys, held[:, 0], held[:, 1], held[:, 2], held[:, 3])


def _some_daily(daily: DailyClicks | None, kept: Collection[Key]) -> DailyClicks | None:
    if daily is None:
        return None
    wanted = np.array([key in kept for key in daily.keys])
    rows = wanted[daily.key]
    return DailyClicks(daily.keys, daily.key[rows], daily.site[rows], daily.day[rows], daily.clicks[rows])
