"""The shapes of `/api/v1/ledger`. Hashes, signatures and tokens are base64, as in the checkpoint itself."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from lrs.http.api.schemas import PAGE_MOST
from lrs.ledger.tiles import SIZE_MOST

_SIZE: Final = validate.Range(0, SIZE_MOST)


def _said(description: str) -> dict[str, str]:
    return {"description": description}


class StampSchema(Schema):
    """A timestamp token (RFC 3161) over the whole note of a head."""

    at = fields.String(required=True, metadata={"format": "date-time", **_said("When, by the authority's clock")})
    authority = fields.String(required=True, metadata=_said("Who signed it"))
    qualified = fields.Boolean(
        required=True, metadata=_said("Whether the authority is a qualified one (eIDAS), as set")
    )
    token = fields.String(required=True, metadata=_said("The token as DER: `openssl ts -verify -token_in` takes it"))


class HeadSchema(Schema):
    """A signed head: what the first `size` statements were."""

    number = fields.Integer(required=True, metadata=_said("Counted from 1"))
    size = fields.Integer(required=True, metadata=_said("How many statements it covers"))
    root = fields.String(required=True)
    signed_at = fields.String(required=True, metadata={"format": "date-time"})
    checkpoint = fields.String(
        required=True, metadata=_said("The signed note (C2SP tlog-checkpoint), to keep as it is")
    )
    verifier_key = fields.String(required=True, metadata=_said("The key that signed it (C2SP signed-note)"))
    timestamp = fields.Nested(StampSchema, required=True, allow_none=True)


class KeySchema(Schema):
    """A key that signs heads from number `since` on, until the next key does."""

    verifier_key = fields.String(required=True)
    since = fields.Integer(required=True)
    made_at = fields.String(required=True, metadata={"format": "date-time"})


class TroubleSchema(Schema):
    """What does not work, and since when."""

    message = fields.String(required=True)
    since = fields.String(required=True, metadata={"format": "date-time"})


class StampingSchema(Schema):
    """How timestamps stand."""

    head = fields.Integer(required=True, allow_none=True, metadata=_said("The newest head that has one"))
    at = fields.String(required=True, allow_none=True, metadata=_said("When it was stamped"))
    waiting_since = fields.String(
        required=True, allow_none=True, metadata=_said("When the first head was signed that no timestamp covers yet")
    )
    trouble = fields.Nested(TroubleSchema, required=True, allow_none=True, metadata=_said("Why the last try failed"))
    next_try = fields.String(required=True, allow_none=True, metadata=_said("Not before then, after a failure"))


class LedgerSchema(Schema):
    """How the ledger stands."""

    origin = fields.String(
        required=True, allow_none=True, metadata=_said("Its name, in every head; null before it began")
    )
    statements = fields.Integer(required=True, metadata=_said("How many are stored"))
    sealed = fields.Integer(required=True, metadata=_said("How many of them are in the tree"))
    waiting = fields.Integer(required=True, metadata=_said("How many no head covers yet"))
    head = fields.Nested(HeadSchema, required=True, allow_none=True, metadata=_said("The newest"))
    timestamps = fields.Nested(StampingSchema, required=True)
    keys = fields.List(
        fields.Nested(KeySchema), required=True, metadata=_said("Every key there has been, oldest first")
    )
    trouble = fields.Nested(
        TroubleSchema, required=True, allow_none=True, metadata=_said("What keeps sealing or signing from going on")
    )


class HeadQuerySchema(Schema):
    """Which heads."""

    after = fields.Integer(load_default=0, validate=_SIZE, metadata=_said("The `next` of the page before"))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, PAGE_MOST))


class HeadPageSchema(Schema):
    """A page of heads, in order."""

    items = fields.List(fields.Nested(HeadSchema), required=True)
    next = fields.Integer(required=True, allow_none=True, metadata=_said("Send it as `after`; null on the last page"))


class InclusionQuerySchema(Schema):
    """Which statement, in which tree."""

    statement = fields.UUID(metadata=_said("The statement's id"))
    position = fields.Integer(validate=_SIZE, metadata=_said("Or its position in the log, counted from 0"))
    size = fields.Integer(
        validate=_SIZE, metadata=_said("In the tree of how many statements; of the newest head without it")
    )

    @validates_schema
    def _one_of_two(self, data: dict[str, Any], **_: object) -> None:
        if ("statement" in data) == ("position" in data):
            raise ValidationError("Either the statement's id or its position is given.", "statement")


class InclusionSchema(Schema):
    """An inclusion proof (RFC 9162 2.1.3). The leaf is SHA-256(0x00 ‖ salt ‖ the bytes that GET returns)."""

    statement = fields.UUID(required=True, allow_none=True, metadata=_said("Null when it was erased: the leaf stays"))
    position = fields.Integer(required=True)
    salt = fields.String(required=True, allow_none=True)
    leaf = fields.String(required=True)
    size = fields.Integer(required=True)
    path = fields.List(fields.String(), required=True, metadata=_said("Hashes beside the way up, lowest first"))
    checkpoint = fields.String(
        required=True, allow_none=True, metadata=_said("The newest head, when it is the one of this size")
    )


class ConsistencyQuerySchema(Schema):
    """Between which trees."""

    old_size = fields.Integer(required=True, validate=_SIZE)
    size = fields.Integer(validate=_SIZE, metadata=_said("That of the newest head without it"))


class ConsistencySchema(Schema):
    """A consistency proof (RFC 9162 2.1.4)."""

    old_size = fields.Integer(required=True)
    size = fields.Integer(required=True)
    path = fields.List(fields.String(), required=True)
    checkpoint = fields.String(
        required=True, allow_none=True, metadata=_said("The newest head, when it is the one of this size")
    )
