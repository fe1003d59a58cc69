"""The audit trail in `/api/v1`: in pages, and as a file for a spreadsheet. Asking for it stands in it too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from marshmallow import Schema, fields, validate

from evidence.dossier.tables import table
from evidence.store.archive import Archive
from evidence.store.trail import Trail, TrailQuery
from evidence.trail.entry import Act, Deed, TrailEntry, who_credential
from lrs.clock import Micros, to_datetime, to_text
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Download, Operation, Section
from lrs.http.api.schemas import PageQuerySchema
from lrs.http.api.shapes import split_page

_WHAT: Final = "audit-trail"
_LINES_AT_ONCE: Final = 1_000
_MICRO: Final = 1_000_000


def list_trail(request: ApiRequest) -> dict[str, Any]:
    """List the audit trail, oldest first.

    Who did what to evidence, when and why. Narrowed to one who, act or what (`kind:id`), and to a time.
    """
    trail, limit = _trail(request), request.arguments["limit"]
    after = parse_cursor(request.arguments.get("after"))
    _record(request, trail)
    rows = list(
        trail.entries(request.caller.organisation, _query(request.arguments), after=after[0] if after else 0,
                      limit=limit + 1)
    )  # fmt: skip
    shown, last = split_page(rows, limit)
    return {
        "items": [_shape(entry) for entry in shown],
        "next": None if last is None else write_cursor(last.number),
    }


def export_trail(request: ApiRequest) -> Download:
    """Give the audit trail as a table.

    CSV for a spreadsheet (UTF-8, semicolons), narrowed as the list is.
    """
    trail = _trail(request)
    _record(request, trail)
    end = trail.head(request.caller.organisation).count
    return Download("journal-audit.csv", _lines(request, trail, end))


def read_archived(request: ApiRequest) -> Download:
    """Give an archived file, by the SHA-256 of its bytes.

    Who reads it, and the purpose given, stand in the audit trail before the first byte leaves.
    """
    archive = Archive(request.services.store, request.services.clock, _trail(request))
    organisation, address = request.caller.organisation, request.path["address"]
    who, purpose = who_credential(request.caller.credential), request.arguments["purpose"]
    return Download(f"{address[:16]}.bin", archive.stream(organisation, address, who, purpose))


def _lines(request: ApiRequest, trail: Trail, end: int) -> Iterator[bytes]:
    heads = ("Numéro", "Instant", "Qui", "Acte", "Quoi", "Motif", "Détails", "Empreinte")
    yield table(heads, ())
    after, query = 0, _query(request.arguments)
    while after < end:
        rows = list(trail.entries(request.caller.organisation, query, after=after, limit=_LINES_AT_ONCE))
        if not rows:
            return
        lines = [_cells(entry) for entry in rows if entry.number <= end]
        # Without the head, and the mark that a file begins with.
        yield table((), lines).removeprefix(b"\xef\xbb\xbf").removeprefix(b"\r\n")
        after = rows[-1].number


def _cells(entry: TrailEntry) -> tuple[object, ...]:
    deed = entry.deed
    details = ", ".join(f"{name}={value}" for name, value in deed.details.items())
    return (entry.number, to_text(entry.at), deed.who, deed.act.value, deed.what, deed.why, details, entry.digest.hex())


def _trail(request: ApiRequest) -> Trail:
    return Trail(request.services.store, request.services.clock)


def _record(request: ApiRequest, trail: Trail) -> None:
    asked = {name: str(value) for name, value in request.arguments.items() if name not in ("limit", "after")}
    deed = Deed(who_credential(request.caller.credential), Act.READ, _WHAT, "read through the API", asked)
    trail.record(request.caller.organisation, deed)


def _query(arguments: Mapping[str, Any]) -> TrailQuery:
    act = arguments.get("act")
    return TrailQuery(
        who=arguments.get("who"), act=None if act is None else Act(act), what=arguments.get("what"),
        since=_micros(arguments.get("since")), until=_micros(arguments.get("until")),
    )  # fmt: skip


def _micros(instant: datetime | None) -> Micros | None:
    if instant is None:
        return None
    epoch = to_datetime(Micros(0))
    whole = instant - epoch
    return Micros((whole.days * 86_400 + whole.seconds) * _MICRO + whole.microseconds)


def _shape(entry: TrailEntry) -> dict[str, Any]:
    deed = entry.deed
    return {
        "number": entry.number,
        "at": to_text(entry.at),
        "who": deed.who,
        "act": deed.act.value,
        "what": deed.what,
        "why": deed.why,
        "details": dict(deed.details),
        "previous": entry.previous.hex(),
        "digest": entry.digest.hex(),
    }


_TEXT: Final = validate.Length(1, 500)


class TrailFilterSchema(Schema):
    """What the trail is narrowed to."""

    who = fields.String(
        validate=_TEXT,
        metadata={"description": "`credential:<key>`, `account:<id>`, `key:<access key>` or `assidu`"},
    )
    act = fields.String(validate=validate.OneOf([act.value for act in Act]))
    what = fields.String(validate=_TEXT, metadata={"description": "`kind:id`, such as `archive:<sha256>`"})
    since = fields.AwareDateTime(metadata={"description": "Only what was recorded after this"})
    until = fields.AwareDateTime(metadata={"description": "Only what was recorded at this instant or before"})


class TrailQuerySchema(PageQuerySchema, TrailFilterSchema):
    """What the trail is narrowed to, and which page of it."""


class TrailEntrySchema(Schema):
    """One entry; docs/archive.md says how its digest is computed."""

    number = fields.Integer(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    who = fields.String(required=True)
    act = fields.String(required=True)
    what = fields.String(required=True)
    why = fields.String(required=True)
    details = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    previous = fields.String(required=True)
    digest = fields.String(required=True)


class TrailPageSchema(Schema):
    """The trail, a page."""

    items = fields.List(fields.Nested(TrailEntrySchema), required=True)
    next = fields.String(required=True, allow_none=True)


class PurposeSchema(Schema):
    """Why evidence is read."""

    purpose = fields.String(required=True, validate=_TEXT, metadata={"description": "Stands in the audit trail"})


SECTION: Final = Section(
    "audit-trail",
    "Who read, issued, exported, held, erased what evidence, when and why; and the archive's files.",
    (
        Operation("GET", "/audit-trail", list_trail, TrailPageSchema, takes=TrailQuerySchema),
        Operation("GET", "/audit-trail.csv", export_trail, {"type": "string", "format": "binary"},
                  takes=TrailFilterSchema, media_type="text/csv; charset=utf-8"),
        Operation("GET", "/archive/<string:address>", read_archived, {"type": "string", "format": "binary"},
                  takes=PurposeSchema, media_type="application/octet-stream",
                  refuses=(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)),
    ),
)  # fmt: skip
