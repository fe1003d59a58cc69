"""Courses of cmi5: kept with where their files are, listed, read. Hosting takes them in (`lrs.courses.hosting`)."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from lrs.clock import Clock
from lrs.cmi5.course import Course
from lrs.cmi5.structure import parse_kept_structure
from lrs.cmi5.vocabulary import derived_id
from lrs.errors import NotFound
from lrs.recent import Recent
from lrs.store.cmi5_courses import CourseRow, CourseStore
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

# A structure never changes under its digest.
_REMEMBERED_SECONDS: Final = 600.0
_REMEMBERED_MOST: Final = 64


class Courses:
    """The courses of every organisation."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._rows = CourseStore(store)
        self._clock = clock
        self._parsed: Recent[str, Course] = Recent(_REMEMBERED_SECONDS, _REMEMBERED_MOST)

    def keep(
        self, organisation: OrganisationId, course: Course, structure: bytes, by: str, where: tuple[str, int]
    ) -> CourseRow:
        """Keep a course that was judged, with the package and version that `where` its files are.

        A course that is there, by its publisher's id, gets the new structure and files; its registrations go on.
        """
        now = self._clock.now_micros()
        row = CourseRow(
            course_id(organisation, course.id), organisation, course.id, course.title, structure,
            sha256(structure).hexdigest(), sum(1 for _ in course.units()), now, now, by, *where,
        )  # fmt: skip
        return self._rows.put(row)

    def find(self, organisation: OrganisationId, iri: str) -> CourseRow | None:
        """Return one course by its publisher's id."""
        return self._rows.find(organisation, course_id(organisation, iri))

    def get(self, organisation: OrganisationId, name: str) -> CourseRow:
        """Return one course as it is kept; raise NotFound."""
        found = self._rows.find(organisation, name)
        if found is None:
            message = "There is no such course."
            raise NotFound(message)
        return found

    def course(self, row: CourseRow) -> Course:
        """Return the structure of a course."""
        recent = self._parsed.find(row.digest)
        if recent is not None:
            return recent[0]
        epoch = self._parsed.epoch
        course = parse_kept_structure(row.structure)
        self._parsed.put(row.digest, course, epoch)
        return course

    def page(self, organisation: OrganisationId, after: tuple[int, str] | None, limit: int) -> list[CourseRow]:
        """Return up to `limit` courses, oldest first."""
        return self._rows.page(organisation, after, limit)


def course_id(organisation: OrganisationId, iri: str) -> str:
    """Return what a course is called here; it follows from its publisher's id."""
    return f"co_{derived_id('course', str(organisation), iri).hex}"
