"""cmi5: courses imported, units launched and waived, how somebody stands in a course."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, fields, validate

from lrs.clock import Micros, to_text
from lrs.cmi5.course import Block, Course, Unit
from lrs.cmi5.registration import Registration
from lrs.cmi5.vocabulary import LaunchMode, MoveOn, activity_iri
from lrs.courses.cmi5_launching import REASON_MOST, Launched, NewLaunch
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation, Section
from lrs.http.api.schemas import PageQuerySchema, StrictBoolean
from lrs.http.api.shapes import split_page
from lrs.store.cmi5_courses import CourseRow

_IRI: Final = validate.Length(1, 4_000)
_TEXTS: Final[dict[str, Any]] = {"keys": fields.String(), "values": fields.String(), "required": True}


def _said(description: str) -> dict[str, str]:
    return {"description": description}


class Cmi5CourseSchema(Schema):
    """An imported course."""

    id = fields.String(required=True)
    iri = fields.String(required=True, metadata=_said("The publisher's id"))
    title = fields.Dict(**_TEXTS)
    units = fields.Integer(required=True)
    digest = fields.String(required=True, metadata=_said("SHA-256 of the course structure"))
    created = fields.String(required=True, metadata={"format": "date-time"})
    updated = fields.String(required=True, metadata={"format": "date-time"})


class Cmi5UnitSchema(Schema):
    """An assignable unit, or a block of them."""

    kind = fields.String(required=True, validate=validate.OneOf(["unit", "block"]))
    id = fields.String(required=True, metadata=_said("The publisher's id"))
    activity = fields.String(required=True, metadata=_said("Its activity in statements"))
    title = fields.Dict(**_TEXTS)
    url = fields.String(required=True, allow_none=True)
    move_on = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(MoveOn)))
    mastery_score = fields.Float(required=True, allow_none=True)
    launch_method = fields.String(required=True, allow_none=True)
    children = fields.List(fields.Nested("Cmi5UnitSchema"), required=True)


class Cmi5WholeCourseSchema(Cmi5CourseSchema):
    """An imported course with what is in it."""

    children = fields.List(fields.Nested(Cmi5UnitSchema), required=True)


class Cmi5CoursePageSchema(Schema):
    """Courses in the order of their import."""

    items = fields.List(fields.Nested(Cmi5CourseSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class Cmi5NewLaunchSchema(Schema):
    """What to launch for whom."""

    course = fields.String(required=True, metadata=_said("The course's id here"))
    unit = fields.String(allow_none=True, validate=_IRI, metadata=_said("The unit, by its publisher's id; the first"))
    actor = fields.Dict(keys=fields.String(), required=True, metadata=_said("The learner: an Agent with an account"))
    registration = fields.UUID(allow_none=True, metadata=_said("The registration in the course; a new one if absent"))
    mode = fields.Enum(LaunchMode, by_value=fields.String, load_default=LaunchMode.NORMAL)
    strict = StrictBoolean(
        load_default=True, metadata=_said("Refuse statements that break a rule of cmi5, or store and count them")
    )
    return_url = fields.String(allow_none=True, validate=_IRI, metadata=_said("Where content leads when it is left"))


class Cmi5LaunchedSchema(Schema):
    """A session that was launched."""

    url = fields.String(required=True, metadata=_said("Open it in the learner's browser; it is shown this once"))
    launch_method = fields.String(required=True, validate=validate.OneOf(["AnyWindow", "OwnWindow"]))
    session = fields.UUID(required=True)
    registration = fields.UUID(required=True)
    activity = fields.String(required=True)
    mode = fields.String(required=True, validate=validate.OneOf(list(LaunchMode)))
    fetch_until = fields.String(required=True, metadata={"format": "date-time"})
    expires = fields.String(required=True, metadata={"format": "date-time"})


class Cmi5WaiverSchema(Schema):
    """Why a unit counts as met."""

    unit = fields.String(required=True, validate=_IRI, metadata=_said("The unit, by its publisher's id"))
    reason = fields.String(
        required=True, validate=validate.Length(1, REASON_MOST),
        metadata=_said("Tested Out, Equivalent AU, Equivalent Outside Activity, Administrative, or another"),
    )  # fmt: skip


class Cmi5SessionSchema(Schema):
    """One launch of a unit."""

    id = fields.UUID(required=True)
    unit = fields.String(required=True)
    mode = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["open", "terminated", "abandoned"]))
    launched = fields.String(required=True, metadata={"format": "date-time"})
    initialized = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    terminated = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class Cmi5StandingSchema(Schema):
    """How somebody stands in a unit."""

    unit = fields.String(required=True)
    completed = fields.Boolean(required=True)
    passed = fields.Boolean(required=True)
    waived = fields.Boolean(required=True)
    met = fields.Boolean(required=True, metadata=_said("Whether moveOn is met, or was waived"))


class Cmi5RegistrationSchema(Schema):
    """How somebody stands in a course."""

    id = fields.UUID(required=True)
    course = fields.String(required=True, metadata=_said("The publisher's id"))
    satisfied = fields.List(fields.String(), required=True, metadata=_said("Blocks, and the course, that are met"))
    units = fields.List(fields.Nested(Cmi5StandingSchema), required=True)
    sessions = fields.List(fields.Nested(Cmi5SessionSchema), required=True)


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


def import_course(request: ApiRequest) -> dict[str, Any]:
    """Import a course.

    A zip with `cmi5.xml` at its top, or that file alone. A course with the same publisher's id gets the new structure,
    and its registrations go on.
    """
    imported = request.services.cmi5.courses.upload(
        request.caller.organisation, request.body, f"credential:{request.caller.credential}"
    )
    return whole_shape(imported.row, imported.course)


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


def section(address: str) -> Section:
    """Return the operations; `address` is where this deployment is reached."""

    def launch(request: ApiRequest) -> dict[str, Any]:
        """Launch a unit.

        A session of this registration that is still open is abandoned. The address holds what opens the session: give
        it to the learner's browser, and to nobody else.
        """
        given = dict(request.arguments)
        wanted = NewLaunch(
            given["course"], given["actor"], address, given.get("unit"), given.get("registration"), given["mode"],
            given["strict"], given.get("return_url"),
        )  # fmt: skip
        return launched_shape(request.services.cmi5.launcher.launch(request.caller.organisation, wanted))

    operations = (
        Operation("GET", "/cmi5/courses", list_courses, Cmi5CoursePageSchema, takes=PageQuerySchema),
        Operation(
            "POST", "/cmi5/courses", import_course, Cmi5WholeCourseSchema, raw="application/octet-stream",
            status=HTTPStatus.CREATED,
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
