"""The shapes of documents in `/api/v1`."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate, validates_schema
from marshmallow.exceptions import ValidationError

from evidence.content import DocumentType
from evidence.issuing.batch import ItemState
from evidence.issuing.document import Status
from evidence.issuing.issuer import REASON_MOST
from evidence.issuing.refusals import Reason
from lrs.http.api.schemas import PageQuerySchema
from training.records.ids import ID_ACCEPTED, ID_PATTERN

_INSTANT: Final = {"format": "date-time"}


def _said(description: str, **more: str) -> dict[str, str]:
    return {"description": description, **more}


def _id(description: str) -> fields.String:
    return fields.String(validate=validate.Regexp(ID_PATTERN, error=ID_ACCEPTED), metadata=_said(description))


def _type(*, required: bool) -> fields.String:
    return fields.String(
        required=required, validate=validate.OneOf(list(DocumentType)), metadata=_said("Which kind of document")
    )


class _PeriodSchema(Schema):
    """A document's own days."""

    first_on = fields.Date(metadata=_said("The first day of its period, for a kind of document that has one"))
    last_on = fields.Date(metadata=_said("The last day, included"))

    @validates_schema
    def check_period(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's own
        """Refuse half a period."""
        if ("first_on" in data) != ("last_on" in data):
            missing = "last_on" if "first_on" in data else "first_on"
            raise ValidationError("Both days of a period are given, or neither.", missing)


class DocumentAskSchema(_PeriodSchema):
    """Which document is asked for."""

    type = _type(required=True)
    enrolment_id = _id("Of which enrolment; every kind but EMARG")
    session_id = _id("Of which training session; EMARG alone")
    as_of = fields.AwareDateTime(metadata=_said("As things stood at this instant; now when absent"))

    @validates_schema
    def check_subject(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's own
        """Refuse both subjects, and none."""
        if ("enrolment_id" in data) == ("session_id" in data):
            raise ValidationError("Exactly one of enrolment_id and session_id is given.", "enrolment_id")


class DocumentListQuerySchema(PageQuerySchema):
    """Which documents are listed."""

    enrolment_id = _id("Those that this enrolment is in")
    session_id = _id("Those of this session and of its enrolments")
    type = _type(required=False)
    status = fields.String(validate=validate.OneOf(list(Status)), metadata=_said("What they are worth now"))


class DocumentVersionSchema(Schema):
    """One version of one document."""

    code = fields.String(required=True, metadata=_said("What its QR code leads to"))
    number = fields.String(required=True, metadata=_said("How people cite it; the same for every version"))
    version = fields.Integer(required=True)
    type = _type(required=True)
    status = fields.String(
        required=True,
        validate=validate.OneOf(list(Status)),
        metadata=_said("SUPERSEDED_INPUTS: what it follows from has changed since; it is to be replaced"),
    )
    session_id = fields.String(required=True)
    enrolment_id = fields.String(required=True, allow_none=True)
    first_on = fields.Date(required=True, allow_none=True)
    last_on = fields.Date(required=True, allow_none=True)
    title = fields.String(required=True, metadata=_said("The action's title"))
    holder = fields.String(required=True, metadata=_said("Whom it is about"))
    as_of = fields.String(required=True, metadata=_said("The instant that all of it is true of", **_INSTANT))
    issued_at = fields.String(required=True, metadata=_INSTANT)
    issued_by = fields.String(required=True)
    sha256 = fields.String(required=True, metadata=_said("Of the PDF"))
    size_bytes = fields.Integer(required=True)
    evidence_sha256 = fields.String(required=True, metadata=_said("Of the evidence inside it"))
    seal_level = fields.String(required=True)
    is_development = fields.Boolean(required=True, metadata=_said("Sealed by the development authority"))
    replaces = fields.String(required=True, allow_none=True, metadata=_said("The code of the version before it"))
    replaced_by = fields.String(required=True, allow_none=True, metadata=_said("The code of the next version"))
    changed_at = fields.String(required=True, allow_none=True, metadata=_INSTANT)
    revoked_at = fields.String(required=True, allow_none=True, metadata=_INSTANT)
    revocation_reason = fields.String(required=True, allow_none=True)


class IssuedDocumentSchema(Schema):
    """A document, and whether this request made it."""

    document = fields.Nested(DocumentVersionSchema, required=True)
    is_new = fields.Boolean(required=True, metadata=_said("False for one that said the same already"))


class DocumentPageSchema(Schema):
    """Documents, a page, newest first."""

    items = fields.List(fields.Nested(DocumentVersionSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class MissingOfDocumentSchema(Schema):
    """One thing that stands in the way."""

    reason = fields.String(required=True, validate=validate.OneOf(list(Reason)))
    message = fields.String(required=True, metadata=_said("In French, for people"))
    about = fields.String(required=True, metadata=_said("The record or member that it is about, as kind:id"))
    passes = fields.Boolean(required=True, metadata=_said("It goes away by itself"))


class DocumentReadinessSchema(Schema):
    """Whether a document can be issued, and everything that is missing."""

    is_ready = fields.Boolean(required=True)
    missing = fields.List(fields.Nested(MissingOfDocumentSchema), required=True)


class DocumentRevocationSchema(Schema):
    """Why a document is withdrawn."""

    reason = fields.String(
        required=True,
        validate=(validate.Length(1, REASON_MOST), validate.Regexp(r"[\s\S]*\S", error="The reason is empty.")),
        metadata=_said("Kept with the document; not shown to who verifies it"),
    )


class DocumentBatchAskSchema(_PeriodSchema):
    """Which documents are asked for everybody in a session."""

    type = _type(required=True)
    session_id = fields.String(
        required=True, validate=validate.Regexp(ID_PATTERN, error=ID_ACCEPTED), metadata=_said("Of which session")
    )
    as_of = fields.AwareDateTime(metadata=_said("As things stood at this instant; now when absent"))


class DocumentBatchSchema(Schema):
    """A batch, and how far it has come."""

    id = fields.UUID(required=True)
    type = _type(required=True)
    session_id = fields.String(required=True)
    first_on = fields.Date(required=True, allow_none=True)
    last_on = fields.Date(required=True, allow_none=True)
    as_of = fields.String(required=True, metadata=_INSTANT)
    started_at = fields.String(required=True, metadata=_INSTANT)
    finished_at = fields.String(required=True, allow_none=True, metadata=_INSTANT)
    total = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    unchanged = fields.Integer(required=True, metadata=_said("There was one that says the same"))
    refused = fields.Integer(required=True, metadata=_said("Something is missing; the item says what"))
    failed = fields.Integer(required=True)
    trouble = fields.String(required=True, allow_none=True, metadata=_said("What it waits for now, in French"))
    trouble_since = fields.String(required=True, allow_none=True, metadata=_INSTANT)


class DocumentBatchMissingSchema(Schema):
    """One thing that stood in the way."""

    reason = fields.String(required=True)
    message = fields.String(required=True)


class DocumentBatchItemSchema(Schema):
    """One document of a batch."""

    number = fields.Integer(required=True)
    enrolment_id = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(list(ItemState)))
    code = fields.String(required=True, allow_none=True)
    missing = fields.List(fields.Nested(DocumentBatchMissingSchema), required=True)


class DocumentBatchItemPageSchema(Schema):
    """Documents of a batch, a page, in order."""

    items = fields.List(fields.Nested(DocumentBatchItemSchema), required=True)
    next = fields.String(required=True, allow_none=True)
