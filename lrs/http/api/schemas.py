"""The shapes of `/api/v1`. Field descriptions are the documentation that integrators read."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from lrs.caller import Scope
from lrs.credential import LABEL_MOST, ORIGINS_MOST, QUIET_MOST_SECONDS, RATE_MOST
from lrs.credentials import GRACE_MOST_SECONDS, GRACE_SECONDS
from lrs.profiles.checks import CheckMode
from lrs.profiles.library import FILES
from lrs.store.quarantine import State

PAGE_MOST: Final = 200
_LABEL: Final = (validate.Length(1, LABEL_MOST), validate.Regexp(r"[\s\S]*\S", error="The label is empty."))
_RATE: Final = validate.Range(1, RATE_MOST)
_QUIET: Final = validate.Range(1, QUIET_MOST_SECONDS)


class StrictBoolean(fields.Boolean):
    """`true` or `false`; marshmallow's own takes "yes" and 1 too."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:  # noqa: ANN401
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class StrictInteger(fields.Integer):
    """A JSON number without a fraction; marshmallow's own takes "7" and true too."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:  # noqa: ANN401
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise self.make_error("invalid", input=value)
        return super()._deserialize(int(value), attr, data, **kwargs)


class StrictList(fields.List[Any]):
    """A JSON array; marshmallow's own takes an object for the list of its names."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:  # noqa: ANN401
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


def _said(description: str) -> dict[str, str]:
    return {"description": description}


class ProblemSchema(Schema):
    """One thing that is wrong."""

    pointer = fields.String(required=True, metadata=_said("JSON Pointer into the body, or query:name, or header:Name"))
    message = fields.String(required=True)
    accepted = fields.String(required=True, metadata=_said("What would have been taken"))
    requirement = fields.String(required=True, metadata=_said("The rule's id in the standard, if it has one"))


class ErrorSchema(Schema):
    """The one shape of every refusal."""

    code = fields.Integer(required=True)
    status = fields.String(required=True)
    message = fields.String(required=True)
    errors = fields.List(fields.Nested(ProblemSchema), required=True)
    request_id = fields.String(required=True, metadata=_said("Quote it when you ask for help"))


class PageQuerySchema(Schema):
    """Which page."""

    after = fields.String(metadata=_said("The `next` of the page before"))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, PAGE_MOST))


class OrganisationSchema(Schema):
    """A tenant."""

    number = fields.Integer(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    created = fields.String(required=True, metadata={"format": "date-time"})


def _scopes(**kwargs: Any) -> fields.List[Any]:  # noqa: ANN401 - the field's own
    return StrictList(
        fields.Enum(Scope, by_value=fields.String), validate=validate.Length(1), metadata=_said("xAPI scopes"), **kwargs
    )


def _origins(**kwargs: Any) -> fields.List[Any]:  # noqa: ANN401 - the field's own
    said = _said("Browser pages that may use it, as in https://moodle.example.fr; * for any")
    item = fields.String(metadata={"example": "https://moodle.example.fr"})
    return StrictList(item, validate=validate.Length(1, ORIGINS_MOST), metadata=said, **kwargs)


class ChangesSchema(Schema):
    """Settings to change; what is absent stays."""

    label = fields.String(validate=_LABEL)
    scopes = _scopes()
    quarantine = StrictBoolean(metadata=_said("Keep refused statements for a replay"))
    origins = _origins()
    requests_per_minute = StrictInteger(allow_none=True, validate=_RATE)
    quiet_after_seconds = StrictInteger(
        allow_none=True, validate=_QUIET, metadata=_said("Silence after which the feed counts as quiet")
    )
    profile_checks = fields.Enum(
        CheckMode, by_value=fields.String,
        metadata=_said("What is done about a statement that breaks a rule of these profiles: count it, or refuse it"),
    )  # fmt: skip
    profiles = StrictList(
        fields.String(validate=validate.OneOf(list(FILES))), metadata=_said("Profiles that statements are held to")
    )


class NewCredentialSchema(ChangesSchema):
    """A credential to create."""

    label = fields.String(required=True, validate=_LABEL)
    scopes = _scopes(required=True)
    quarantine = StrictBoolean(load_default=False, metadata=_said("Keep refused statements for a replay"))
    origins = _origins(load_default=lambda: ["*"])
    authority = fields.Dict(
        keys=fields.String(), metadata=_said("The Agent that its statements carry; one of its own when absent")
    )
    expires = fields.AwareDateTime(allow_none=True, metadata=_said("When it stops working by itself"))


class SecretSchema(Schema):
    """When a secret began and, for the one before the current, ends. Never the secret."""

    created = fields.String(required=True, metadata={"format": "date-time"})
    until = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class CredentialSchema(Schema):
    """A credential without its secret."""

    key = fields.String(required=True, metadata=_said("The API key: Basic user name, OAuth client_id"))
    label = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    authority = fields.Dict(keys=fields.String(), required=True)
    quarantine = fields.Boolean(required=True)
    origins = fields.List(fields.String(), required=True)
    requests_per_minute = fields.Integer(required=True, allow_none=True)
    quiet_after_seconds = fields.Integer(required=True, allow_none=True)
    profile_checks = fields.String(required=True, validate=validate.OneOf(list(CheckMode)))
    profiles = fields.List(fields.String(), required=True)
    created = fields.String(required=True, metadata={"format": "date-time"})
    expires = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    revoked = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    state = fields.String(required=True, validate=validate.OneOf(["active", "expired", "revoked"]))
    secrets = fields.List(fields.Nested(SecretSchema), required=True)


class IssuedSchema(CredentialSchema):
    """A credential with its new secret, which is shown this once."""

    secret = fields.String(required=True, metadata=_said("Shown now and never again"))


class CredentialPageSchema(Schema):
    """Credentials in order of creation."""

    items = fields.List(fields.Nested(CredentialSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class RotationSchema(Schema):
    """How to change over."""

    grace_seconds = StrictInteger(
        load_default=GRACE_SECONDS,
        validate=validate.Range(0, GRACE_MOST_SECONDS),
        metadata=_said("How long the secret before still works; 0 ends it, and the access tokens, at once"),
    )


class SenderSchema(Schema):
    """A credential's clock."""

    credential = fields.String(required=True)
    label = fields.String(required=True)
    last_stored = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    statements = fields.Integer(required=True)
    quiet_after_seconds = fields.Integer(required=True, allow_none=True)
    quiet = fields.Boolean(required=True)
    quiet_since = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class SenderPageSchema(Schema):
    """Senders in order of their credential's creation."""

    items = fields.List(fields.Nested(SenderSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class HeldQuerySchema(PageQuerySchema):
    """Which refused requests."""

    state = fields.Enum(State, by_value=fields.String)


class HeldSchema(Schema):
    """A refused request."""

    id = fields.UUID(required=True)
    credential = fields.String(required=True)
    received = fields.String(required=True, metadata={"format": "date-time"})
    last_received = fields.String(required=True, metadata={"format": "date-time"})
    times = fields.Integer(required=True, metadata=_said("How often the sender sent exactly this"))
    version = fields.String(required=True)
    method = fields.String(required=True)
    content_type = fields.String(required=True)
    statement_id = fields.UUID(required=True, allow_none=True)
    size_bytes = fields.Integer(required=True)
    problems = fields.List(fields.Nested(ProblemSchema), required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(State)))
    statement_ids = fields.List(fields.UUID(), required=True, metadata=_said("What the replay stored"))


class HeldWithBodySchema(HeldSchema):
    """A refused request with what was sent."""

    body = fields.String(required=True, allow_none=True, metadata=_said("The body, when it is UTF-8"))
    body_base64 = fields.String(required=True, allow_none=True, metadata=_said("The body byte for byte, when kept"))


class HeldPageSchema(Schema):
    """Refused requests, newest first."""

    items = fields.List(fields.Nested(HeldSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ReplaySchema(Schema):
    """What to replay."""

    body = fields.String(metadata=_said("The mended JSON, as text; the body that was kept when absent"))


class DuplicateSchema(Schema):
    """A statement without id that came again: both are kept, and this one counts for nothing."""

    statement_id = fields.UUID(required=True)
    duplicate_of = fields.UUID(required=True)
    stored = fields.String(required=True, metadata={"format": "date-time"})
    credential = fields.String(required=True)


class DuplicatePageSchema(Schema):
    """Content duplicates in order of `stored`."""

    items = fields.List(fields.Nested(DuplicateSchema), required=True)
    next = fields.String(required=True, allow_none=True)
