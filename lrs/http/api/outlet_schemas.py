"""The shapes of forwards and webhooks. Field descriptions are the documentation that integrators read."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from lrs.forwarding.editions import Speaks
from lrs.forwarding.event import TYPES
from lrs.forwarding.filter import IRI_MOST, WANTED_MOST
from lrs.forwarding.outlet import (
    GRACE_MOST_SECONDS,
    GRACE_SECONDS,
    LABEL_MOST,
    SECRET_MOST,
    SignIn,
    State,
)
from lrs.http.api.schemas import PageQuerySchema, StrictInteger, StrictList
from lrs.outgoing.places import URL_MOST
from lrs.store.deliveries import Standing, What

_LABEL: Final = (validate.Length(1, LABEL_MOST), validate.Regexp(r"[\s\S]*\S", error="The label is empty."))
_SECRET: Final = validate.Length(1, SECRET_MOST)
_USER_MOST: Final = 200
_USER: Final = (validate.Length(0, _USER_MOST), validate.Regexp(r"[^:\x00-\x1f]*\Z", error="It has a colon."))
_SCOPE: Final = (validate.Length(0, _USER_MOST), validate.Regexp(r"[\x21-\x7e ]*\Z", error="It is not a scope."))


def _said(description: str) -> dict[str, str]:
    return {"description": description}


def _url(description: str, **kwargs: Any) -> fields.String:  # noqa: ANN401 - the field's own
    said = {"description": description, "example": "https://lrs.example.org/xapi"}
    return fields.String(validate=validate.Length(1, URL_MOST), metadata=said, **kwargs)


def _texts(description: str) -> fields.List[Any]:
    inner = fields.String(validate=validate.Length(1, IRI_MOST))
    return StrictList(inner, load_default=list, validate=validate.Length(max=WANTED_MOST), metadata=_said(description))


class FilterSchema(Schema):
    """Which statements go; every part that names something must be met, an empty one asks for nothing."""

    verbs = _texts("Ids of verbs")
    activities = _texts("Ids of the object, or a parent or grouping; with * at the end, what they begin with")
    profiles = _texts("Ids of categories in the context: how statements name the profile that they follow")
    credentials = _texts("Keys of the credentials that statements were sent with")


class ForwardChangesSchema(Schema):
    """Settings to change; what is absent stays."""

    label = fields.String(validate=_LABEL)
    url = _url("The other record store's xAPI address; /statements is put behind it")
    filter = fields.Nested(FilterSchema)
    speaks = fields.Enum(Speaks, by_value=fields.String, metadata=_said("Which versions of xAPI it takes"))
    sign_in = fields.Enum(SignIn, by_value=fields.String)
    user = fields.String(validate=_USER, metadata=_said("The user name, or the client's id"))
    secret = fields.String(validate=_SECRET, metadata=_said("The password, or the client's secret; never shown again"))
    token_url = fields.String(
        validate=validate.Length(0, URL_MOST), metadata=_said("Where tokens are given out, for OAuth")
    )
    scope = fields.String(validate=_SCOPE, metadata=_said("What is asked for there"))


class NewForwardSchema(ForwardChangesSchema):
    """A forward to begin."""

    label = fields.String(required=True, validate=_LABEL)
    url = _url("The other record store's xAPI address; /statements is put behind it", required=True)
    since = fields.AwareDateTime(
        metadata=_said("From when on what was stored goes; what is stored from now on when absent")
    )


def _events(**kwargs: Any) -> fields.List[Any]:  # noqa: ANN401 - the field's own
    inner = fields.String(validate=validate.OneOf(list(TYPES)))
    return StrictList(inner, validate=validate.Length(1, len(TYPES)), metadata=_said("What it is told"), **kwargs)


class WebhookChangesSchema(Schema):
    """Settings to change; what is absent stays."""

    label = fields.String(validate=_LABEL)
    url = _url("Where events are posted")
    events = _events()


class NewWebhookSchema(WebhookChangesSchema):
    """A webhook to begin."""

    label = fields.String(required=True, validate=_LABEL)
    url = _url("Where events are posted", required=True)
    events = _events(required=True)


class HealthSchema(Schema):
    """How sending goes. Nothing in here is from whoever is sent to."""

    waiting = fields.Integer(required=True, metadata=_said("Statements of the log, or events, that are not sent yet"))
    letters = fields.Integer(required=True, metadata=_said("Dead letters"))
    last_success = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    last_error = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    error = fields.String(required=True, metadata=_said("The last error, as a word or http_<status>"))
    failures = fields.Integer(required=True, metadata=_said("How often in a row it failed"))
    next_try = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    tested = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    test = fields.String(required=True, metadata=_said("What the last test came to: ok, an error, or empty until then"))


class SecretDatesSchema(Schema):
    """When a secret began and, for the one before the current, ends. Never the secret."""

    created = fields.String(required=True, metadata={"format": "date-time"})
    until = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class OutletSchema(Schema):
    """What a forward and a webhook have in common."""

    id = fields.String(required=True)
    label = fields.String(required=True)
    url = fields.String(required=True)
    created = fields.String(required=True, metadata={"format": "date-time"})
    state = fields.String(required=True, validate=validate.OneOf(list(State)))
    reason = fields.String(required=True, metadata=_said("Why it is paused: by_hand, or what somebody must mend"))
    secrets = fields.List(fields.Nested(SecretDatesSchema), required=True)
    health = fields.Nested(HealthSchema, required=True)


class ForwardSchema(OutletSchema):
    """A forward without its secret."""

    filter = fields.Nested(FilterSchema, required=True)
    speaks = fields.String(required=True, validate=validate.OneOf(list(Speaks)))
    sign_in = fields.String(required=True, validate=validate.OneOf(list(SignIn)))
    user = fields.String(required=True)
    token_url = fields.String(required=True)
    scope = fields.String(required=True)
    position = fields.Integer(required=True, metadata=_said("The first statement of the log that is not settled yet"))


class WebhookSchema(OutletSchema):
    """A webhook without its secret."""

    events = fields.List(fields.String(), required=True)


class IssuedWebhookSchema(WebhookSchema):
    """A webhook with its new secret, which is shown this once."""

    secret = fields.String(required=True, metadata=_said("whsec_…; shown now and never again"))


class ForwardListSchema(Schema):
    """Every forward, oldest first."""

    items = fields.List(fields.Nested(ForwardSchema), required=True)


class WebhookListSchema(Schema):
    """Every webhook, oldest first."""

    items = fields.List(fields.Nested(WebhookSchema), required=True)


class SecretRotationSchema(Schema):
    """How to change over."""

    grace_seconds = StrictInteger(
        load_default=GRACE_SECONDS, validate=validate.Range(0, GRACE_MOST_SECONDS),
        metadata=_said("How long what is sent is signed with the secret before too; 0 ends it at once"),
    )  # fmt: skip


class DeliveryQuerySchema(PageQuerySchema):
    """Which deliveries."""

    standing = fields.Enum(Standing, by_value=fields.String)


class DeliverySchema(Schema):
    """One delivery: an event, a statement that was put aside, or the sum of the statements of one minute."""

    id = fields.String(required=True)
    what = fields.String(required=True, validate=validate.OneOf(list(What)))
    standing = fields.String(required=True, validate=validate.OneOf(list(Standing)))
    at = fields.String(required=True, metadata={"format": "date-time"})
    type = fields.String(required=True, metadata=_said("Of an event, its type"))
    about = fields.String(required=True)
    tries = fields.Integer(required=True)
    last_try = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    next_try = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    status = fields.Integer(required=True, allow_none=True, metadata=_said("The status that was answered last"))
    error = fields.String(required=True)
    answer = fields.String(required=True, metadata=_said("How the last answer to a dead letter began"))
    statements = fields.Integer(required=True)


class DeliveryPageSchema(Schema):
    """Deliveries, newest first."""

    items = fields.List(fields.Nested(DeliverySchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ReplayedSchema(Schema):
    """How many dead letters are sent again."""

    replayed = fields.Integer(required=True)
