"""Courses of cmi5 as those who answer for training see them: what is in them, who stands where, waiving a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from dashboards.views.administration.trailing import leave_deed
from dashboards.views.lens import Lens
from lrs.clock import Micros
from lrs.cmi5.course import Block, Course, Unit
from lrs.cmi5.registration import Registration
from lrs.cmi5.vocabulary import activity_iri
from lrs.courses.cmi5_keeping import Keeper
from lrs.courses.cmi5_plays import UnitState, state_of
from lrs.errors import InvalidRequest, NotFound, Problem
from training.access import STAFF

_COURSES_MOST = 500
SHOWN_MOST = 500


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course, how many are registered in it, and of how many it is satisfied; `mapped` are IRIs of programmes."""

    id: str
    iri: str
    course: Course
    registered: int
    satisfied: int
    updated: Micros
    mapped: frozenset[str]

    def lines(self) -> Iterator[tuple[int, Unit | Block]]:
        """Yield blocks and units in order, each with how deep it stands."""
        waiting: list[tuple[int, Unit | Block]] = [(0, child) for child in reversed(self.course.children)]
        while waiting:
            level, child = waiting.pop()
            yield level, child
            if isinstance(child, Block):
                waiting += [(level + 1, each) for each in reversed(child.children)]


@dataclass(frozen=True, slots=True)
class StandingView:
    """One registration: who, how many units are met, and when something last happened."""

    registration: Registration
    who: str
    enrolment_id: str | None
    states: tuple[tuple[Unit, UnitState], ...]
    is_satisfied: bool

    @property
    def met(self) -> int:
        """Return how many units are met."""
        return sum(self.registration.has_met(unit) for unit, _ in self.states)

    @property
    def last(self) -> Micros | None:
        """Return when content last said anything, or was launched."""
        return max((session.last for session in self.registration.sessions), default=None)


def read_courses(lens: Lens) -> tuple[CourseView, ...]:
    """Return the organisation's courses in the order of their import."""
    lens.viewer.require(STAFF)
    sessions, organisation = lens.services.cmi5, lens.viewer.organisation
    mapped = frozenset(
        activity.iri
        for programme in lens.records.programmes.values()
        for _, activity in programme.activities()
        if activity.iri
    )
    found = []
    for row in sessions.courses.page(organisation, None, _COURSES_MOST):
        course = sessions.courses.course(row)
        registered, satisfied = sessions.keeper.rows.counts(organisation, row.id)
        ids = [course.id, *(each.id for each in course.blocks()), *(each.id for each in course.units())]
        names = {each: {each, activity_iri(organisation, course.id, each)} for each in ids}
        known = frozenset(name for name, iris in names.items() if iris & mapped)
        found.append(CourseView(row.id, row.iri, course, registered, satisfied, row.updated, known))
    return tuple(found)


def read_course(lens: Lens, name: str) -> tuple[CourseView, tuple[StandingView, ...]]:
    """Return a course and how those registered in it stand, the unsatisfied first; raises NotFound."""
    view = next((each for each in read_courses(lens) if each.id == name), None)
    if view is None:
        message = "There is no such course."
        raise NotFound(message)
    rows = _keeper(lens).rows.in_course(lens.viewer.organisation, name, SHOWN_MOST)
    return view, tuple(_standing(lens, each, view.course) for each in rows)


def read_registration(lens: Lens, course: str, name: str) -> tuple[CourseView, StandingView]:
    """Return how one learner stands in a course; raises NotFound."""
    lens.viewer.require(STAFF)
    view = next((each for each in read_courses(lens) if each.id == course), None)
    found = None if view is None else _keeper(lens).rows.find(lens.viewer.organisation, _uuid(name))
    if view is None or found is None or found[1] != course:
        message = "There is no such registration in this course."
        raise NotFound(message)
    return view, _standing(lens, found[0], view.course)


def waive_unit(lens: Lens, course: str, name: str, unit: str, reason: str) -> None:
    """Count a unit as met by other means; raises NotFound, InvalidRequest without a reason or for a unit that is."""
    _, standing = read_registration(lens, course, name)
    wanted = next((each for each, _ in standing.states if each.id == unit), None)
    if wanted is None or standing.registration.has_met(wanted):
        message = "This unit is met already, or is not of this course."
        raise InvalidRequest(message, [Problem("/unit", message, "a unit that is not met")])
    lens.services.cmi5.launcher.waive(lens.viewer.organisation, standing.registration.id, unit, reason)
    leave_deed(lens, f"cmi5_registration:{name}", "unit_waived", {"unit": unit}, why=reason)


def _standing(lens: Lens, registration: Registration, course: Course) -> StandingView:
    enrolment = lens.records.enrolment_of(registration.id)
    person = enrolment.person_id if enrolment is not None else lens.records.person_of(registration.learner)
    known = None if person is None else lens.records.people.get(lens.records.survivor(person))
    account = registration.actor.get("account", {}).get("name", "")
    return StandingView(
        registration, known.name if known is not None and known.name else registration.actor.get("name") or account,
        None if enrolment is None else enrolment.id,
        tuple((unit, state_of(registration, unit)) for unit in course.units()),
        course.id in registration.satisfied,
    )  # fmt: skip


def _keeper(lens: Lens) -> Keeper:
    return lens.services.cmi5.keeper


def _uuid(name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError:
        message = "There is no such registration in this course."
        raise NotFound(message) from None
