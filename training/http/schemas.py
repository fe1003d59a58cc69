"""The shapes of the training records in `/api/v1`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, fields, validate

from lrs.http.api.schemas import PageQuerySchema
from training.http.shapes import members_of, required_of
from training.records.kinds import CLASSES, Kind

_INSTANT: Final = {"format": "date-time"}


def _said(description: str, **more: str) -> dict[str, str]:
    return {"description": description, **more}


class WholeSchema(Schema):
    """What is described here is read elsewhere, with every problem: the body comes through as it is."""

    def load(self, data: Any, **_: Any) -> dict[str, Any]:  # noqa: ANN401 - the schema's interface
        """Return the body as it is."""
        return {"plain": data}


class AsOfSchema(Schema):
    """When."""

    as_of = fields.AwareDateTime(metadata=_said("As it was recorded at this instant; now when absent"))


class EntryMetaSchema(Schema):
    """One version of a record."""

    version = fields.Integer(required=True, metadata=_said("What If-Match names, in double quotes"))
    change = fields.Integer(required=True, metadata=_said("Its number among all changes of the organisation's records"))
    recorded_at = fields.String(required=True, metadata=_INSTANT)
    until = fields.String(
        required=True, allow_none=True, metadata=_said("When the next version took over", format="date-time")
    )
    recorded_by = fields.String(required=True, metadata=_said("Who wrote it: a credential, an import, an account"))
    note = fields.String(required=True)
    is_deleted = fields.Boolean(required=True)


class MatchSchema(Schema):
    """Which version is replaced."""

    class Meta:
        """A request has many other headers."""

        unknown = EXCLUDE

    if_match = fields.String(
        data_key="If-Match", metadata=_said('The version that is replaced, as in "3", or * for whichever there is')
    )
    if_none_match = fields.String(data_key="If-None-Match", metadata=_said("* when there must be none yet"))


class MergeSchema(Schema):
    """Who two people are."""

    into = fields.String(required=True, metadata=_said("The person that this one is"))
    note = fields.String(load_default="", validate=validate.Length(0, 2000), metadata=_said("Why, for the history"))


class SplitSchema(WholeSchema):
    """What becomes a person of its own."""

    identities = fields.Raw(
        metadata={
            "description": "Identities that belong to somebody else",
            **members_of(CLASSES[Kind.PERSON])["identities"],
        }
    )
    person = fields.Raw(
        metadata={
            "description": "That person, without identities; absent to undo a merge",
            "type": "object",
            "properties": members_of(CLASSES[Kind.PERSON]),
            "additionalProperties": False,
        }
    )
    note = fields.String(metadata=_said("Why, for the history"))


class ProvisionSchema(Schema):
    """A value that rules take."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    value = fields.Raw(required=True)
    effective_from = fields.Date(required=True)
    effective_to = fields.Date(required=True, allow_none=True)
    reference = fields.String(required=True, metadata=_said("Its source, or an organisation's own reason"))
    status = fields.String(required=True, validate=validate.OneOf(["verified", "design", "recalled", "override"]))
    override_id = fields.String(required=True, allow_none=True)


class LawQuerySchema(Schema):
    """Which day."""

    on = fields.Date(metadata=_said("The day; today when absent"))


class LawSchema(Schema):
    """What holds on a day."""

    on = fields.Date(required=True)
    items = fields.List(fields.Nested(ProvisionSchema), required=True)


class ImportQuerySchema(Schema):
    """Whether it counts."""

    dry_run = fields.String(
        load_default="false",
        validate=validate.OneOf(["true", "false"]),
        metadata=_said("true to only list what would be done and what is wrong"),
    )


class LineProblemSchema(Schema):
    """One thing that is wrong with one line."""

    line = fields.Integer(required=True, metadata=_said("The line of the file; the header is line 1"))
    column = fields.String(required=True, metadata=_said("Empty for what is not wrong with one cell"))
    value = fields.String(required=True, metadata=_said("What stands there, or the record that it would make"))
    message = fields.String(required=True)
    accepted = fields.String(required=True, metadata=_said("What would have been taken"))


class ImportSchema(Schema):
    """What an import did, or would do."""

    dry_run = fields.Boolean(required=True)
    encoding = fields.String(required=True)
    delimiter = fields.String(required=True)
    ignored_columns = fields.List(fields.String(), required=True, metadata=_said("Columns that we do not know"))
    lines = fields.Integer(required=True, metadata=_said("Lines with something in them, without the header"))
    created = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    problems = fields.List(fields.Nested(LineProblemSchema), required=True, metadata=_said("Any of them keeps all out"))


def _name(kind: Kind) -> str:
    return "".join(part.capitalize() for part in kind.value.split("_"))


def _record_fields(kind: Kind, *, optional: frozenset[str]) -> Mapping[str, fields.Field[Any]]:
    record = CLASSES[kind]
    required = set(required_of(record)) - optional
    return {name: fields.Raw(required=name in required, metadata=shape) for name, shape in members_of(record).items()}


def body_schema(kind: Kind) -> type[Schema]:
    """Return what is taken for a record: its members, the id when it is chosen."""
    return type(f"New{_name(kind)}Schema", (WholeSchema,), dict(_record_fields(kind, optional=frozenset({"id"}))))


@cache
def entry_schema(kind: Kind) -> type[Schema]:
    """Return the shape of one version of a record."""
    record = type(f"{_name(kind)}Schema", (Schema,), dict(_record_fields(kind, optional=frozenset())))
    return type(f"{_name(kind)}EntrySchema", (EntryMetaSchema,), {"record": fields.Nested(record, required=True)})


def page_schema(kind: Kind, entry: type[Schema]) -> type[Schema]:
    """Return the shape of a page of records."""
    return type(
        f"{_name(kind)}PageSchema",
        (Schema,),
        {
            "items": fields.List(fields.Nested(entry), required=True),
            "next": fields.String(required=True, allow_none=True),
        },
    )


def list_query(kind: Kind, filters: tuple[str, ...]) -> type[Schema]:
    """Return the query of a list: a page, an instant, and at most one of the filters."""
    named = {name: fields.String(metadata=_said("Only those that name it")) for name in filters}
    return type(f"{_name(kind)}QuerySchema", (PageQuerySchema, AsOfSchema), named)
