"""Links to courses of cmi5: how somebody stands in each unit, and launching one of them.

A link of a package (`lrs.courses.plays`) leads here when the package is a course of cmi5. All launches by links of one
learner, or of one enrolment, are of one registration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from lrs.cmi5.course import Block, Course, Unit, text_in
from lrs.cmi5.registration import Registration
from lrs.cmi5.vocabulary import LaunchMode, MoveOn, derived_id
from lrs.courses.cmi5_launching import Launched, NewLaunch
from lrs.courses.cmi5_sessions import Sessions
from lrs.courses.plays import Opened, Premises
from lrs.errors import Conflict, NotFound
from lrs.store.cmi5_courses import CourseRow

# What a link adds for somebody who comes for one unit: its place.
UNIT: Final = "unite"
_GONE: Final = "The course is not there any more."


class UnitState(StrEnum):
    """How somebody stands in a unit; `TO_READ` and `READ` are of units that ask for nothing (NotApplicable)."""

    TO_DO = "to_do"
    BEGUN = "begun"
    SATISFIED = "satisfied"
    WAIVED = "waived"
    TO_READ = "to_read"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a course's contents: a block, or a unit at its `place` among the units."""

    title: str
    level: int
    place: int | None = None
    state: UnitState = UnitState.TO_DO


@dataclass(frozen=True, slots=True)
class Contents:
    """A course as somebody finds it. `next_place` is of the first unit that is not met, None when all are."""

    title: str
    lines: tuple[Line, ...]
    next_place: int | None
    is_satisfied: bool

    def line(self, place: int) -> Line:
        """Return the line of a unit."""
        return next(line for line in self.lines if line.place == place)


class CoursePlays:
    """The courses of cmi5 that links lead to."""

    def __init__(self, sessions: Sessions, premises: Premises) -> None:
        self._sessions = sessions
        self._premises = premises

    def contents(self, opened: Opened, language: str) -> Contents:
        """Return the contents of the course that a link leads to, for whoever it is for; raise NotFound."""
        row = self._row(opened)
        course = self._sessions.courses.course(row)
        registration = self._registration(opened, course)
        units = list(course.units())
        states = [state_of(registration, unit) for unit in units]
        waiting = (UnitState.TO_DO, UnitState.BEGUN), (UnitState.TO_READ,)
        left = [at for wanted in waiting for at, state in enumerate(states) if state in wanted]
        lines = tuple(_lines(course.children, 0, enumerate(states), language))
        is_satisfied = registration is not None and course.id in registration.satisfied
        return Contents(text_in(course.title, language), lines, left[0] if left else None, is_satisfied)

    def launch(self, opened: Opened, place: int, return_url: str) -> Launched:
        """Launch a unit by its place; raise NotFound, Conflict, InvalidRequest for who has no account."""
        row = self._row(opened)
        course = self._sessions.courses.course(row)
        units = list(course.units())
        if not 0 <= place < len(units):
            message = "The course has no such unit."
            raise NotFound(message)
        registration = self._registration(opened, course)
        mode = opened.play.mode
        if mode is LaunchMode.NORMAL and is_reviewed(registration, units[place]):
            mode = LaunchMode.REVIEW
        wanted = NewLaunch(
            row.id, opened.play.actor, self._premises.base, units[place].id, self.registration_of(opened, course),
            mode, return_url=return_url, origin=self._premises.origin,
        )  # fmt: skip
        return self._sessions.launcher.launch(opened.play.organisation, wanted)

    def registration_of(self, opened: Opened, course: Course) -> UUID:
        """Return the registration that launches by a link are of.

        The link's own, which is the enrolment's; of another course of the same enrolment one that follows from it, for
        a registration is in one course. Without any, one that follows from learner and package.
        """
        play, rows = opened.play, self._sessions.keeper.rows
        if play.registration is None:
            return derived_id("link", str(play.organisation), play.package, play.learner)
        found = rows.find(play.organisation, play.registration)
        if found is None or found[0].course == course.id:
            return play.registration
        return derived_id("enrolment", str(play.organisation), str(play.registration), course.id)

    def _registration(self, opened: Opened, course: Course) -> Registration | None:
        found = self._sessions.keeper.rows.find(opened.play.organisation, self.registration_of(opened, course))
        if found is None:
            return None
        if found[0].learner != opened.play.learner:
            message = "This registration is another learner's."
            raise Conflict(message)
        return found[0]

    def _row(self, opened: Opened) -> CourseRow:
        found = self._sessions.courses.find(opened.play.organisation, opened.package.identifier)
        if found is None:
            raise NotFound(_GONE)
        return found


def state_of(registration: Registration | None, unit: Unit) -> UnitState:
    """Say how somebody stands in a unit."""
    if registration is None:
        return UnitState.TO_READ if unit.move_on is MoveOn.NOT_APPLICABLE else UnitState.TO_DO
    if unit.id in registration.waived:
        return UnitState.WAIVED
    has_begun = any(each.unit == unit.id and each.initialized for each in registration.sessions)
    is_done = unit.id in registration.completed or unit.id in registration.passed
    if unit.move_on is MoveOn.NOT_APPLICABLE and not is_done:
        return UnitState.READ if has_begun else UnitState.TO_READ
    if registration.has_met(unit):
        return UnitState.SATISFIED
    return UnitState.BEGUN if has_begun else UnitState.TO_DO


def is_reviewed(registration: Registration | None, unit: Unit) -> bool:
    """Say whether a unit is opened only to be looked at again: what it could say has been said (9.3, 10.2.2)."""
    if registration is None or not registration.has_met(unit):
        return False
    return unit.id in registration.completed or unit.id in registration.passed


def _lines(
    children: Iterable[Unit | Block], level: int, states: Iterator[tuple[int, UnitState]], language: str
) -> Iterator[Line]:
    for child in children:
        title = text_in(child.title, language)
        if isinstance(child, Unit):
            yield Line(title, level, *next(states))
        else:
            yield Line(title, level)
            yield from _lines(child.children, level + 1, states, language)
