"""Launches of SCORM content: issue a token, list, revoke."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, fields, validate

from lrs.clock import Micros, to_text
from lrs.courses.launches import IssuedLaunch, Launches, NewLaunch
from lrs.credential import LABEL_MOST, ORIGINS_MOST, RATE_MOST
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation, Section
from lrs.http.api.schemas import PageQuerySchema, StrictInteger, StrictList
from lrs.http.api.shapes import split_page
from lrs.scorm.launch import REQUESTS_PER_MINUTE, VALID_MOST_SECONDS, VALID_SECONDS, Launch
from lrs.scorm.values import Edition
from lrs.services import Services

_PATH: Final = "/scorm/launches/<string:launch>"
_DAY_SECONDS: Final = 86_400


def _said(description: str) -> dict[str, str]:
    return {"description": description}


def _object(description: str, **kwargs: Any) -> fields.Dict:  # noqa: ANN401 - the field's own
    return fields.Dict(keys=fields.String(), metadata=_said(description), **kwargs)


class NewLaunchSchema(Schema):
    """A launch to make: one learner in one SCO."""

    actor = _object("The learner, an Agent of xAPI", required=True)
    activity = _object(
        "The SCO, an Activity of xAPI; its name and description are written in statements", required=True
    )
    course = _object("The course that it is part of, an Activity of xAPI", allow_none=True)
    registration = fields.UUID(allow_none=True, metadata=_said("The enrolment's registration"))
    label = fields.String(load_default="SCORM", validate=validate.Length(1, LABEL_MOST))
    edition = fields.String(
        allow_none=True, validate=validate.OneOf([edition.value for edition in Edition]),
        metadata=_said("The only edition of SCORM to take; both when absent"),
    )  # fmt: skip
    origins = StrictList(
        fields.String(metadata={"example": "https://moodle.example.fr"}), load_default=lambda: ["*"],
        validate=validate.Length(1, ORIGINS_MOST), metadata=_said("Pages that the player runs in; * for any"),
    )  # fmt: skip
    requests_per_minute = StrictInteger(
        load_default=REQUESTS_PER_MINUTE, allow_none=True, validate=validate.Range(1, RATE_MOST)
    )
    silence_seconds = StrictInteger(
        allow_none=True, validate=validate.Range(60, _DAY_SECONDS),
        metadata=_said("After how long without a commit its session is ended; the deployment's delay when absent"),
    )  # fmt: skip
    valid_seconds = StrictInteger(
        load_default=VALID_SECONDS, validate=validate.Range(60, VALID_MOST_SECONDS),
        metadata=_said("How long the token works"),
    )  # fmt: skip


class LaunchSchema(Schema):
    """A launch without its token."""

    id = fields.String(required=True)
    label = fields.String(required=True)
    actor = fields.Dict(keys=fields.String(), required=True)
    activity = fields.Dict(keys=fields.String(), required=True)
    course = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    registration = fields.String(required=True, allow_none=True)
    edition = fields.String(required=True, allow_none=True)
    origins = fields.List(fields.String(), required=True)
    requests_per_minute = fields.Integer(required=True, allow_none=True)
    silence_seconds = fields.Integer(required=True, allow_none=True)
    created = fields.String(required=True, metadata={"format": "date-time"})
    expires = fields.String(required=True, metadata={"format": "date-time"})
    revoked = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    state = fields.String(required=True, validate=validate.OneOf(["active", "expired", "revoked"]))


class IssuedLaunchSchema(LaunchSchema):
    """A launch with its token, which is shown this once."""

    token = fields.String(required=True, metadata=_said("Shown now and never again"))
    commit_path = fields.String(required=True, metadata=_said("The player's lmsCommitUrl, below our address"))


class LaunchPageSchema(Schema):
    """Launches in order of creation."""

    items = fields.List(fields.Nested(LaunchSchema), required=True)
    next = fields.String(required=True, allow_none=True)


def list_launches(request: ApiRequest) -> dict[str, Any]:
    """List launches.

    Oldest first, ended ones included for 90 days, never with a token.
    """
    limit = request.arguments["limit"]
    after = parse_cursor(request.arguments.get("after"))
    rows = launches_of(request.services).page(request.caller.organisation, after, limit + 1)
    shown, last = split_page(rows, limit)
    now = request.services.clock.now_micros()
    return {
        "items": [launch_shape(launch, now) for launch in shown],
        "next": None if last is None else write_cursor(last.created, last.id),
    }


def create_launch(request: ApiRequest) -> dict[str, Any]:
    """Make a launch.

    The answer holds the token, which is shown this once.
    """
    given = dict(request.arguments)
    edition, registration = given.pop("edition", None), given.pop("registration", None)
    issued = launches_of(request.services).issue(
        request.caller.organisation,
        NewLaunch(
            **{**given, "origins": tuple(given["origins"])},
            edition=None if edition is None else Edition(edition),
            registration=None if registration is None else UUID(str(registration)),
        ),
    )
    return issued_launch_shape(issued, request.services.clock.now_micros())


def get_launch(request: ApiRequest) -> dict[str, Any]:
    """Show a launch."""
    found = launches_of(request.services).get(request.caller.organisation, request.path["launch"])
    return launch_shape(found, request.services.clock.now_micros())


def revoke_launch(request: ApiRequest) -> dict[str, Any]:
    """Revoke a launch.

    For good. What was committed stays. Revoking it again changes nothing.
    """
    revoked = launches_of(request.services).revoke(request.caller.organisation, request.path["launch"])
    return launch_shape(revoked, request.services.clock.now_micros())


def launches_of(services: Services) -> Launches:
    """Return the launches over these services."""
    return Launches(services.store, services.clock, services.ids, services.secret_key)


def launch_shape(launch: Launch, now: Micros) -> dict[str, Any]:
    """Write a launch. Nothing in here opens a door."""
    return {
        "id": launch.id,
        "label": launch.label,
        "actor": launch.actor,
        "activity": launch.activity,
        "course": launch.course,
        "registration": None if launch.registration is None else str(launch.registration),
        "edition": None if launch.edition is None else launch.edition.value,
        "origins": list(launch.origins),
        "requests_per_minute": launch.requests_per_minute,
        "silence_seconds": launch.silence_seconds,
        "created": to_text(launch.created),
        "expires": to_text(launch.expires),
        "revoked": None if launch.revoked is None else to_text(launch.revoked),
        "state": launch.state(now),
    }


def issued_launch_shape(issued: IssuedLaunch, now: Micros) -> dict[str, Any]:
    """Write a launch with its token."""
    return {**launch_shape(issued.launch, now), "token": issued.token, "commit_path": issued.path}


_MISSING: Final = (HTTPStatus.NOT_FOUND,)
OPERATIONS: Final = (
    Operation("GET", "/scorm/launches", list_launches, LaunchPageSchema, takes=PageQuerySchema),
    Operation(
        "POST", "/scorm/launches", create_launch, IssuedLaunchSchema, takes=NewLaunchSchema,
        status=HTTPStatus.CREATED,
    ),
    Operation("GET", _PATH, get_launch, LaunchSchema, refuses=_MISSING),
    Operation("POST", f"{_PATH}/revoke", revoke_launch, LaunchSchema, refuses=_MISSING),
)  # fmt: skip
SECTION: Final = Section("scorm", "Launches of SCORM content: whose player may commit where.", OPERATIONS)
