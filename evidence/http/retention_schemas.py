"""What requests about retention take and answer, as `/api/docs` tells it."""

from __future__ import annotations

from typing import Final

from marshmallow import Schema, fields, validate

from evidence.retention.holds import HoldScope
from lrs.http.api.schemas import StrictBoolean, StrictList
from lrs.store.erasure import Ground

_REASON: Final = validate.Length(1, 2_000)
_ID: Final = validate.Length(1, 200)


class ReasonSchema(Schema):
    """Why. It is kept for ever: it names nobody."""

    reason = fields.String(required=True, validate=_REASON)


class PlaceHoldSchema(ReasonSchema):
    """What a hold is on, and why."""

    scope = fields.String(required=True, validate=validate.OneOf([scope.value for scope in HoldScope]))
    about_id = fields.String(validate=_ID, metadata={"description": "The record's id; none for everything"})


class HoldSchema(Schema):
    """One legal hold."""

    id = fields.UUID(required=True)
    scope = fields.String(required=True)
    about_id = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    placed_at = fields.String(required=True, metadata={"format": "date-time"})
    placed_by = fields.String(required=True)
    is_in_force = fields.Boolean(required=True)
    released_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    released_by = fields.String(required=True, allow_none=True)
    release_reason = fields.String(required=True, allow_none=True)


class HoldListSchema(Schema):
    """Every hold."""

    items = fields.List(fields.Nested(HoldSchema), required=True)


class DueFileSchema(Schema):
    """A file whose time is over."""

    sha256 = fields.String(required=True)
    kind = fields.String(required=True)
    size_bytes = fields.Integer(required=True)
    about = fields.List(fields.String(), required=True)
    until = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    provision = fields.String(required=True, allow_none=True)


def _counts(description: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": description}
    )


class ForecastSchema(Schema):
    """What a run would delete."""

    on = fields.String(required=True, metadata={"format": "date"})
    files = fields.List(fields.Nested(DueFileSchema), required=True, metadata={"description": "The first thousand"})
    file_count = fields.Integer(required=True)
    file_bytes = fields.Integer(required=True)
    statements = _counts("By retention class")
    statements_about = _counts("By whom they concern, those with most first")
    kept_files = _counts("Over, and kept all the same, by why")
    kept_statements = _counts("Over, and kept all the same, by why")


class RunSchema(Schema):
    """One retention run."""

    id = fields.UUID(required=True)
    by = fields.String(required=True)
    reason = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    on = fields.String(required=True, metadata={"format": "date"})
    stage = fields.String(required=True)
    statements = fields.Integer(required=True)
    certificate = fields.String(required=True, allow_none=True, metadata={"description": "Its address in the archive"})
    finished_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class RunListSchema(Schema):
    """Every run."""

    items = fields.List(fields.Nested(RunSchema), required=True)


class LookSchema(Schema):
    """Whose statements, or which: one of the two."""

    person_id = fields.String(validate=_ID)
    statement_ids = StrictList(fields.UUID(), validate=validate.Length(1, 10_000))


class EraseSchema(LookSchema, ReasonSchema):
    """What is to be erased, and why."""

    ground = fields.String(required=True, validate=validate.OneOf([ground.value for ground in Ground]))
    documents = StrictBoolean(metadata={"description": "Also the person's documents of state and profile"})


class ObstacleSchema(Schema):
    """What stands against erasing a statement."""

    statement_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    message = fields.String(required=True)


class PreviewSchema(Schema):
    """What an erasure would take."""

    statements = fields.Integer(required=True)
    unknown_ids = fields.List(fields.UUID(), required=True)
    already_erased = fields.List(fields.UUID(), required=True)
    mentions = fields.Integer(required=True, metadata={"description": "Statements of others that name the person"})
    documents = fields.Integer(required=True, metadata={"description": "Of state and profile"})
    obstacle_count = fields.Integer(required=True)
    obstacles = fields.List(fields.Nested(ObstacleSchema), required=True)


class ErasureSchema(Schema):
    """One erasure."""

    id = fields.UUID(required=True)
    ground = fields.String(required=True)
    reason = fields.String(required=True)
    by = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    statements = fields.Integer(required=True)
    erased = fields.Integer(required=True)
    state = fields.String(required=True)
    finished_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
