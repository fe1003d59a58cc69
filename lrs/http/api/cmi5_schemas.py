"""What the operations on cmi5 take and answer."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from lrs.cmi5.vocabulary import LaunchMode, MoveOn
from lrs.courses.cmi5_launching import REASON_MOST
from lrs.http.api.schemas import StrictBoolean

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
    package = fields.String(
        required=True, allow_none=True, metadata=_said("The hosted package with its files, by which links are made")
    )
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
