"""The shapes of attendance in `/api/v1`."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from training.attendance.mark import DeviceClass, Method, Rule, Status
from training.attendance.sheet import SheetState
from training.http.shapes import members_of, required_of
from training.records.slot import Slot

_INSTANT: Final = {"format": "date-time"}


def _said(description: str, **more: str) -> dict[str, str]:
    return {"description": description, **more}


def body_of(kind: type) -> type[Schema]:
    """Return what is taken for a value of our own, which is read elsewhere with every problem."""
    required = set(required_of(kind))
    members = {name: fields.Raw(required=name in required, metadata=shape) for name, shape in members_of(kind).items()}
    return type(f"{kind.__name__}Schema", (_WholeSchema,), members)


class _WholeSchema(Schema):
    """What is described here is read elsewhere, with every problem: the body comes through as it is."""

    def load(self, data: Any, **_: Any) -> dict[str, Any]:  # noqa: ANN401 - the schema's interface
        return {"plain": data}


def _rules() -> fields.List[Any]:
    inner = fields.String(validate=validate.OneOf([rule.value for rule in Rule]))
    return fields.List(inner, required=True, metadata=_said("The product rules that it does not keep"))


class EvidenceSchema(Schema):
    """What is kept of a signature."""

    method = fields.String(required=True, validate=validate.OneOf([method.value for method in Method]))
    signed_at = fields.String(required=True, metadata=_said("This server's time", **_INSTANT))
    device_class = fields.String(required=True, validate=validate.OneOf([kind.value for kind in DeviceClass]))
    network = fields.String(required=True, metadata=_said("The address, cut to its /24 or /48"))
    device = fields.String(required=True, metadata=_said("A keyed hash: the same for one device in this organisation"))
    text_sha256 = fields.String(required=True, metadata=_said("Of the text that was shown"))
    drawing_sha256 = fields.String(required=True, allow_none=True, metadata=_said("Of the drawing; null when ticked"))


class MarkSchema(Schema):
    """One mark: one statement."""

    statement_id = fields.String(required=True, metadata={"format": "uuid"})
    slot_id = fields.String(required=True)
    enrolment_id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf([status.value for status in Status]))
    credited_seconds = fields.Integer(required=True)
    recorded_at = fields.String(required=True, metadata=_INSTANT)
    recorded_by = fields.String(required=True, metadata=_said("An account, a credential, or the trainee's enrolment"))
    late_seconds = fields.Integer(required=True)
    early_seconds = fields.Integer(required=True)
    is_justified = fields.Boolean(required=True, metadata=_said("Whether what was missed is justified"))
    reason = fields.String(required=True)
    evidence = fields.Nested(
        EvidenceSchema, required=True, allow_none=True, metadata=_said("null when nobody signed it")
    )
    late_reason = fields.String(required=True, allow_none=True, metadata=_said("Why it was signed after the window"))
    flags = _rules()
    replaces = fields.String(required=True, allow_none=True, metadata={"format": "uuid"})
    correction_reason = fields.String(required=True)
    is_voided = fields.Boolean(required=True)


class LineSchema(Schema):
    """One trainee of a sheet."""

    enrolment_id = fields.String(required=True)
    person_id = fields.String(required=True)
    registration = fields.String(required=True, metadata={"format": "uuid"})
    last_name = fields.String(required=True)
    first_name = fields.String(required=True)
    is_expected = fields.Boolean(required=True, metadata=_said("false: waived, not entered yet, or gone"))
    is_signed = fields.Boolean(required=True)
    mark = fields.Nested(MarkSchema, required=True, allow_none=True, metadata=_said("The one in effect"))
    history = fields.List(fields.Nested(MarkSchema), required=True, metadata=_said("Every mark, voided ones too"))


class CountersignatureSchema(Schema):
    """The trainer's signature under a sheet."""

    statement_id = fields.String(required=True, metadata={"format": "uuid"})
    trainer_id = fields.String(required=True, allow_none=True)
    trainer_name = fields.String(required=True)
    signed_at = fields.String(required=True, metadata=_INSTANT)
    sheet_sha256 = fields.String(required=True)
    drawing_sha256 = fields.String(required=True, allow_none=True)
    recorded_by = fields.String(required=True)
    is_current = fields.Boolean(required=True, metadata=_said("Whether the sheet is still the one that was signed"))


class TrainerSchema(Schema):
    """Who trains."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class SheetSchema(Schema):
    """The attendance sheet of one slot."""

    organisation = fields.String(required=True)
    title = fields.String(required=True, metadata=_said("The programme's, as convention and invoice have it"))
    module = fields.String(required=True)
    slot = fields.Raw(required=True, metadata={"type": "object", "properties": members_of(Slot)})
    trainers = fields.List(fields.Nested(TrainerSchema), required=True)
    state = fields.String(required=True, validate=validate.OneOf([state.value for state in SheetState]))
    opened_at = fields.String(required=True, allow_none=True, metadata=_INSTANT)
    closed_at = fields.String(required=True, allow_none=True, metadata=_INSTANT)
    lines = fields.List(fields.Nested(LineSchema), required=True)
    countersignature = fields.Nested(CountersignatureSchema, required=True, allow_none=True)
    flags = _rules()
    sha256 = fields.String(required=True, metadata=_said("What a countersignature names: it changes with the sheet"))


class DisplaySchema(Schema):
    """What to show while a slot is open."""

    token = fields.String(required=True, metadata=_said("Of the class's link and QR code"))
    code = fields.String(required=True, metadata=_said("Six digits to show in the room"))
    code_changes_at = fields.String(required=True, metadata=_INSTANT)


class LinkSchema(Schema):
    """A personal link."""

    token = fields.String(required=True, metadata=_said("Shown this once"))
    address = fields.String(required=True, allow_none=True, metadata=_said("The e-mail address on record"))
    expires_at = fields.String(required=True, metadata=_INSTANT)
