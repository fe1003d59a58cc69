"""Courses of cmi5: imported from an archive or a structure alone, listed, read."""

from __future__ import annotations

import io
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from lrs.caller import OrganisationId
from lrs.clock import Clock
from lrs.cmi5.course import Course
from lrs.cmi5.structure import NAME, STRUCTURE_MOST_BYTES, parse_structure
from lrs.cmi5.vocabulary import derived_id
from lrs.errors import InvalidRequest, NotFound, Problem, TooLarge
from lrs.packages.archive import Archive, ArchiveLimits
from lrs.recent import Recent
from lrs.store.cmi5_courses import CourseRow, CourseStore
from lrs.store.database import Store

_ZIP: Final = b"PK\3\4"
# A structure never changes under its digest.
_REMEMBERED_SECONDS: Final = 600.0
_REMEMBERED_MOST: Final = 64


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import; `is_new` when the organisation had no such course."""

    row: CourseRow
    course: Course
    is_new: bool


class Courses:
    """The courses of every organisation."""

    def __init__(self, store: Store, clock: Clock, limits: ArchiveLimits | None = None) -> None:
        self._rows = CourseStore(store)
        self._clock = clock
        self._limits = limits or ArchiveLimits()
        self._parsed: Recent[str, Course] = Recent(_REMEMBERED_SECONDS, _REMEMBERED_MOST)

    def upload(self, organisation: OrganisationId, content: bytes, by: str) -> Imported:
        """Import a course from a zip with `cmi5.xml` at its top, or from that file alone (cmi5 14).

        A course that is there, by its publisher's id, gets the new structure; its registrations go on. Raises
        InvalidRequest with every problem, TooLarge; then nothing was changed.
        """
        has_files = content.startswith(_ZIP)
        structure = self._structure_of(content) if has_files else content
        if len(structure) > STRUCTURE_MOST_BYTES:
            message = f"A course structure has at most {STRUCTURE_MOST_BYTES:,} bytes."
            raise TooLarge(message, [Problem("", message, f"at most {STRUCTURE_MOST_BYTES:,} bytes")])
        course, now = parse_structure(structure, has_files=has_files), self._clock.now_micros()
        name = f"co_{derived_id('course', str(organisation), course.id).hex}"
        is_new = self._rows.find(organisation, name) is None
        units = sum(1 for _ in course.units())
        digest = sha256(structure).hexdigest()
        row = CourseRow(name, organisation, course.id, course.title, structure, digest, units, now, now, by)
        return Imported(self._rows.put(row), course, is_new)

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
        course = parse_structure(row.structure)
        self._parsed.put(row.digest, course, epoch)
        return course

    def page(self, organisation: OrganisationId, after: tuple[int, str] | None, limit: int) -> list[CourseRow]:
        """Return up to `limit` courses, oldest first."""
        return self._rows.page(organisation, after, limit)

    def _structure_of(self, content: bytes) -> bytes:
        archive = Archive.open(io.BytesIO(content), self._limits)
        if NAME not in archive:
            deeper = next((name for name in archive.names if name.endswith(f"/{NAME}")), None)
            found = "" if deeper is None else f"; there is {deeper}"
            message = f"The archive has no {NAME} at its top{found}."
            raise InvalidRequest(message, [Problem(f"/{NAME}", message, f"{NAME} at the top", "cmi5 14.1")])
        return archive.read(NAME, STRUCTURE_MOST_BYTES)
