"""cmi5: courses imported, units launched and waived, how somebody stands in a course."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from lrs.clock import Micros, to_text
from lrs.cmi5.course import Block, Course, Unit
from lrs.cmi5.registration import Registration
from lrs.cmi5.vocabulary import activity_iri
from lrs.courses.cmi5_courses import course_id
from lrs.courses.cmi5_launching import Launched, NewLaunch
from lrs.courses.hosting import Offered
from lrs.courses.plays import Premises, build_hosting
from lrs.http.api.cmi5_schemas import (
    Cmi5CoursePageSchema,
    Cmi5LaunchedSchema,
    Cmi5NewLaunchSchema,
    Cmi5RegistrationSchema,
    Cmi5WaiverSchema,
    Cmi5WholeCourseSchema,
)
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation, Section
from lrs.http.api.schemas import PageQuerySchema
from lrs.http.api.shapes import split_page
from lrs.store.cmi5_courses import CourseRow


def list_courses(request: ApiRequest) -> dict[str, Any]:
    """List courses.

    In the order of their import.
    """
    limit = request.arguments["limit"]
    after = parse_cursor(request.arguments.get("after"))
    rows = request.services.cmi5.courses.page(request.caller.organisation, after, limit + 1)
    shown, last = split_page(rows, limit)
    return {
        "items": [course_shape(row) for row in shown],
        "next": None if last is None else write_cursor(last.created, last.id),
    }


def get_course(request: ApiRequest) -> dict[str, Any]:
    """Show a course with its blocks and units."""
    courses = request.services.cmi5.courses
    row = courses.get(request.caller.organisation, request.path["course"])
    return whole_shape(row, courses.course(row))


def get_registration(request: ApiRequest) -> dict[str, Any]:
    """Show how somebody stands in a course."""
    found = request.services.cmi5.standing(request.caller.organisation, _registration(request))
    return registration_shape(*found)


def waive(request: ApiRequest) -> dict[str, Any]:
    """Waive a unit.

    It counts as met from now on, whatever its content says. Waiving it again changes nothing.
    """
    sessions, organisation = request.services.cmi5, request.caller.organisation
    sessions.launcher.waive(organisation, _registration(request), **request.arguments)
    return registration_shape(*sessions.standing(organisation, _registration(request)))


def course_shape(row: CourseRow) -> dict[str, Any]:
    """Write a course."""
    return {
        "id": row.id,
        "iri": row.iri,
        "title": dict(row.title),
        "units": row.units,
        "digest": row.digest,
        "package": row.package,
        "created": to_text(row.created),
        "updated": to_text(row.updated),
    }


def whole_shape(row: CourseRow, course: Course) -> dict[str, Any]:
    """Write a course with what is in it."""

    def shape(child: Unit | Block) -> dict[str, Any]:
        unit = child if isinstance(child, Unit) else None
        return {
            "kind": "block" if unit is None else "unit",
            "id": child.id,
            "activity": activity_iri(row.organisation, course.id, child.id),
            "title": dict(child.title),
            "url": None if unit is None else unit.url,
            "move_on": None if unit is None else unit.move_on,
            "mastery_score": None if unit is None else unit.mastery_score,
            "launch_method": None if unit is None else unit.launch_method,
            "children": [] if isinstance(child, Unit) else [shape(each) for each in child.children],
        }

    return {**course_shape(row), "children": [shape(child) for child in course.children]}


def launched_shape(launched: Launched) -> dict[str, Any]:
    """Write a launch with its address, at the one moment when it can be read."""
    terms = launched.terms
    return {
        "url": launched.address,
        "launch_method": launched.unit.launch_method,
        "session": terms.session,
        "registration": terms.registration,
        "activity": terms.activity,
        "mode": terms.mode,
        "fetch_until": to_text(launched.fetch_until),
        "expires": to_text(terms.expires),
    }


def registration_shape(registration: Registration, course: Course) -> dict[str, Any]:
    """Write how somebody stands."""
    return {
        "id": registration.id,
        "course": registration.course,
        "satisfied": sorted(registration.satisfied),
        "units": [
            {
                "unit": unit.id,
                "completed": unit.id in registration.completed,
                "passed": unit.id in registration.passed,
                "waived": unit.id in registration.waived,
                "met": registration.has_met(unit),
            }
            for unit in course.units()
        ],
        "sessions": [
            {
                "id": session.id,
                "unit": session.unit,
                "mode": session.mode,
                "state": "open" if session.is_open else "abandoned" if session.is_abandoned else "terminated",
                "launched": to_text(session.launched),
                "initialized": _maybe(session.initialized),
                "terminated": _maybe(session.terminated),
            }
            for session in registration.sessions
        ],
    }


def section(premises: Premises) -> Section:
    """Return the operations; `premises` say where this deployment is reached, and where files of courses are served."""

    def import_course(request: ApiRequest) -> dict[str, Any]:
        """Import a course.

        A zip with `cmi5.xml` at its top, or that file alone. Its files are hosted as those of other packages are: it is
        among the packages too. A course with the same publisher's id gets the new structure and files, and its
        registrations go on.
        """
        assert request.file is not None  # noqa: S101 - by the operation
        offered = Offered(f"credential:{request.caller.credential}", premises.base, is_cmi5=True)
        done = build_hosting(request.services, premises.limits).upload(
            request.caller.organisation, request.file, offered
        )
        courses = request.services.cmi5.courses
        row = courses.get(request.caller.organisation, course_id(request.caller.organisation, done.package.identifier))
        return whole_shape(row, courses.course(row))

    def launch(request: ApiRequest) -> dict[str, Any]:
        """Launch a unit.

        A session of this registration that is still open is abandoned. The address holds what opens the session: give
        it to the learner's browser, and to nobody else.
        """
        given = dict(request.arguments)
        wanted = NewLaunch(
            given["course"], given["actor"], premises.base, given.get("unit"), given.get("registration"), given["mode"],
            given["strict"], given.get("return_url"), premises.origin,
        )  # fmt: skip
        return launched_shape(request.services.cmi5.launcher.launch(request.caller.organisation, wanted))

    operations = (
        Operation("GET", "/cmi5/courses", list_courses, Cmi5CoursePageSchema, takes=PageQuerySchema),
        Operation(
            "POST", "/cmi5/courses", import_course, Cmi5WholeCourseSchema, raw="application/octet-stream",
            spools=premises.limits.archive_bytes, status=HTTPStatus.CREATED, refuses=(HTTPStatus.CONFLICT,),
        ),
        Operation("GET", "/cmi5/courses/<string:course>", get_course, Cmi5WholeCourseSchema, refuses=_MISSING),
        Operation(
            "POST", "/cmi5/launches", launch, Cmi5LaunchedSchema, takes=Cmi5NewLaunchSchema, status=HTTPStatus.CREATED,
            refuses=(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
        ),
        Operation("GET", _ONE, get_registration, Cmi5RegistrationSchema, refuses=_MISSING),
        Operation("POST", f"{_ONE}/waivers", waive, Cmi5RegistrationSchema, takes=Cmi5WaiverSchema, refuses=_MISSING),
    )  # fmt: skip
    return Section("cmi5", "cmi5 courses: import, launch, waive, and how somebody stands.", operations)


_MISSING: Final = (HTTPStatus.NOT_FOUND,)
_ONE: Final = "/cmi5/registrations/<uuid:registration_id>"


def _registration(request: ApiRequest) -> UUID:
    return UUID(str(request.path["registration_id"]))


def _maybe(instant: Micros | None) -> str | None:
    return None if instant is None else to_text(instant)
