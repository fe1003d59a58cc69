"""What `/api/v1/sources` takes and gives."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import EXCLUDE, Schema, fields, validate

from training.http import schemas
from training.meetings.stamps import DateOrder
from training.records.ids import ID_PATTERN
from training.sources.schedule import ScheduleState
from training.sources.store import RunState

# A pull over HTTP ends after so many pages; sending it again goes on.
PAGES_MOST: Final = 50


def _said(description: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - OpenAPI
    return {"description": description, **more}


class NewSourceSchema(schemas.WholeSchema):
    """A source; read elsewhere, with every problem."""

    id = fields.Raw(metadata=_said("Chosen, or drawn when absent", type="string", pattern=ID_PATTERN.pattern))
    kind = fields.Raw(required=True, metadata=_said("What its files are", type="string"))
    title = fields.Raw(required=True, metadata=_said("What people call it", type="string"))
    columns = fields.Raw(metadata=_said("The file's header for our columns, where we do not know it", type="object"))
    values = fields.Raw(metadata=_said("What words in a column mean", type="object"))
    time_zone = fields.Raw(metadata=_said("The zone of its times", type="string", default="Europe/Paris"))
    date_order = fields.Raw(metadata=_said("dmy or mdy, for dates that can be read in two ways", type="string"))
    session_id = fields.Raw(metadata=_said("The training session it is of; found when absent", type="string"))
    home_page = fields.Raw(metadata=_said("The address of the system, under which its accounts are", type="string"))
    keys = fields.Raw(metadata=_said("What people are recognised by", type="array", items={"type": "string"}))
    # Named otherwise, for a schema has a member `unknown` of its own.
    strangers = fields.Raw(
        data_key="unknown", metadata=_said("ask, or skip whoever nobody on record is", type="string")
    )
    tolerance_seconds = fields.Raw(metadata=_said("What a badge may be late or early unnoticed", type="integer"))
    without_exit = fields.Raw(metadata=_said("nothing, or until-end: what badging in alone shows", type="string"))
    activities = fields.Raw(metadata=_said("`iri`, `highest`, `passing` of what a file names", type="object"))
    issuer_keys = fields.Raw(metadata=_said("Public keys (PEM) of issuers of badges, by their IRI", type="object"))
    remote = fields.Raw(
        metadata=_said(
            "Another record store; every `every_minutes` it is pulled from, with 0 never by itself", type="object"
        )
    )
    secret = fields.Raw(metadata=_said("For the other record store; sealed, never shown", type="string"))


class SourceScheduleSchema(Schema):
    """When another record store is pulled from next, and how the last pulls went."""

    state = fields.String(required=True, validate=validate.OneOf([state.value for state in ScheduleState]))
    every_minutes = fields.Integer(required=True, metadata=_said("0 when nobody pulls by themselves"))
    last_pull = fields.String(
        required=True, allow_none=True, metadata=_said("When a pull last took all there was", format="date-time")
    )
    last_stored = fields.Integer(required=True, metadata=_said("What that pull stored"))
    next_pull = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    error = fields.String(required=True, metadata=_said("What went wrong last: a word, or `http_` and a status"))
    error_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    failures = fields.Integer(required=True, metadata=_said("Pulls that failed in a row"))
    stopped_because = fields.String(
        required=True, metadata=_said("Why nobody pulls until somebody mends it; empty when they do")
    )


class SourceSchema(Schema):
    """A source, without its secret."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    columns = fields.Dict(required=True)
    values = fields.Dict(required=True)
    time_zone = fields.String(required=True)
    date_order = fields.String(required=True, allow_none=True)
    session_id = fields.String(required=True, allow_none=True)
    home_page = fields.String(required=True)
    keys = fields.List(fields.String(), required=True)
    strangers = fields.String(attribute="unknown", data_key="unknown", required=True)
    tolerance_seconds = fields.Integer(required=True)
    without_exit = fields.String(required=True)
    activities = fields.Dict(required=True)
    issuer_keys = fields.Dict(required=True)
    remote = fields.Dict(required=True, allow_none=True)
    has_secret = fields.Boolean(required=True)
    schedule = fields.Nested(
        SourceScheduleSchema, required=True, allow_none=True, metadata=_said("Null for a source of files")
    )


class SourceListSchema(Schema):
    """Every source."""

    items = fields.List(fields.Nested(SourceSchema), required=True)


class SourceRunQuerySchema(schemas.ImportQuerySchema):
    """What is said beside a file; what is absent is the source's own."""

    class Meta:
        """As everywhere."""

        unknown = EXCLUDE

    decisions = fields.String(
        metadata=_said("Who the somebody of lines is: `12:lea,15:skip`, an id or that they do not count")
    )
    session_id = fields.String(metadata=_said("The training session that the file is of"))
    slot_id = fields.String(metadata=_said("Only this half-day: badges, paper, meetings"))
    time_zone = fields.String(metadata=_said("The zone of the file's times, as in Europe/Paris"))
    date_order = fields.String(validate=validate.OneOf([order.value for order in DateOrder]))
    certified_by = fields.String(metadata=_said("Paper: the person on record who certifies it"))
    scan_sha256 = fields.String(metadata=_said("Paper: the SHA-256 of its scan"))
    graded_on = fields.Date(metadata=_said("Gradebook: the day of its marks; that of the export when absent"))
    remember = fields.String(
        load_default="false",
        validate=validate.OneOf(["true", "false"]),
        metadata=_said("true to keep decisions: the account or badge becomes the person's"),
    )


class SourceItemSchema(Schema):
    """One thing that is recorded, or would be."""

    lines = fields.List(fields.Integer(), required=True)
    person_id = fields.String(required=True)
    what = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    statement_id = fields.UUID(required=True)
    is_new = fields.Boolean(required=True)


class SourceUndecidedSchema(Schema):
    """Somebody whom a person has to decide about."""

    lines = fields.List(fields.Integer(), required=True)
    said = fields.String(required=True, metadata=_said("As the file names them"))
    reason = fields.String(required=True)
    candidates = fields.List(fields.String(), required=True)


class SourceRunReportSchema(Schema):
    """What a run did, or would do."""

    run_id = fields.String(required=True, allow_none=True, metadata=_said("Of its receipt; null for a dry run"))
    dry_run = fields.Boolean(required=True)
    source_id = fields.String(required=True)
    kind = fields.String(required=True)
    sha256 = fields.String(required=True)
    encoding = fields.String(required=True)
    time_zone = fields.String(required=True)
    date_order = fields.String(required=True, allow_none=True)
    lines = fields.Integer(required=True)
    skipped = fields.Integer(required=True, metadata=_said("Lines of nobody whose traces count"))
    stored = fields.Integer(required=True, metadata=_said("Statements recorded"))
    already_stored = fields.Integer(required=True, metadata=_said("What was recorded before"))
    items = fields.List(fields.Nested(SourceItemSchema), required=True)
    problems = fields.List(fields.Nested(schemas.LineProblemSchema), required=True)
    notes = fields.List(fields.Nested(schemas.LineProblemSchema), required=True)
    undecided = fields.List(fields.Nested(SourceUndecidedSchema), required=True)


class SourceRunSchema(Schema):
    """The receipt of a run."""

    id = fields.String(required=True)
    source_id = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf([state.value for state in RunState]))
    started = fields.String(required=True, metadata={"format": "date-time"})
    updated = fields.String(required=True, metadata={"format": "date-time"})
    by = fields.String(required=True)
    sha256 = fields.String(required=True, metadata=_said("Of the file; empty for a pull"))
    size_bytes = fields.Integer(required=True)
    lines = fields.Integer(required=True)
    total = fields.Integer(required=True)
    stored = fields.Integer(required=True)
    already_stored = fields.Integer(required=True)
    skipped = fields.Integer(required=True)
    problem_count = fields.Integer(required=True)
    details = fields.Dict(required=True, metadata=_said("Of a pull: pages, what was refused, whose statements"))


class SourceRunListSchema(Schema):
    """Receipts, newest first."""

    items = fields.List(fields.Nested(SourceRunSchema), required=True)


class SourcePullQuerySchema(schemas.ImportQuerySchema):
    """How much to pull."""

    pages = fields.Integer(load_default=10, validate=validate.Range(1, PAGES_MOST))


class SourcePullSchema(Schema):
    """What a pull did, or what the next page would bring."""

    dry_run = fields.Boolean(required=True)
    run = fields.Nested(SourceRunSchema, required=True, allow_none=True)
    next_page = fields.Dict(required=True, allow_none=True)
