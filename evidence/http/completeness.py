"""Completeness in `/api/v1`: what funders ask for, and what there is of it."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any, Final

from marshmallow import Schema, fields

from evidence.completeness.enrolments import Completeness
from evidence.completeness.item import WORDS, Item, State
from evidence.store.archive import Archive
from evidence.store.trail import Trail
from lrs.errors import NotFound
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation, Section
from lrs.http.api.schemas import PageQuerySchema
from lrs.http.api.shapes import split_page
from training.records.enrolment import Enrolment
from training.records.ids import EnrolmentId, SessionId
from training.records.snapshot import Records
from training.store import RecordReader


def enrolment_completeness(request: ApiRequest) -> dict[str, Any]:
    """Say what a funder asks to be shown of an enrolment, and what there is.

    Each document with its deadline, where that comes from, and where it stands: present, to be replaced, missing, due,
    overdue, to come. Nothing here says that a funder is content.
    """
    records = _records(request)
    enrolment = records.enrolments.get(EnrolmentId(request.path["record_id"]))
    if enrolment is None:
        message = "There is no enrolment of this id."
        raise NotFound(message)
    return _enrolment_shape(_completeness(request), request, records, enrolment)


def session_completeness(request: ApiRequest) -> dict[str, Any]:
    """Say the same of everybody in a training session, in pages."""
    records, limit = _records(request), request.arguments["limit"]
    session_id = SessionId(request.path["record_id"])
    if session_id not in records.sessions:
        message = "There is no training session of this id."
        raise NotFound(message)
    after = parse_cursor(request.arguments.get("after"))
    behind = "" if after is None else after[1]
    rows = [item for item in records.enrolments_in(session_id) if item.id > behind]
    shown, last = split_page(rows[: limit + 1], limit)
    completeness = _completeness(request)
    return {
        "items": [_enrolment_shape(completeness, request, records, enrolment) for enrolment in shown],
        "next": None if last is None else write_cursor(0, last.id),
    }


def _records(request: ApiRequest) -> Records:
    return RecordReader(request.services.store, request.services.clock).records(request.caller.organisation)


def _completeness(request: ApiRequest) -> Completeness:
    services = request.services
    trail = Trail(services.store, services.clock)
    return Completeness(services, Archive(services.store, services.clock, trail))


def _enrolment_shape(
    completeness: Completeness, request: ApiRequest, records: Records, enrolment: Enrolment
) -> dict[str, Any]:
    items = completeness.of(request.caller.organisation, records, enrolment)
    counts = {state.value: sum(item.state is state for item in items) for state in State}
    return {
        "enrolment_id": enrolment.id,
        "profile_id": items[0].expected.profile_id if items else None,
        "counts": counts,
        "documents": [_item_shape(item) for item in items],
    }


def _item_shape(item: Item) -> dict[str, Any]:
    expected = item.expected
    return {
        "document": expected.document,
        "state": item.state.value,
        "words": WORDS[item.state],
        "report_id": expected.report_id,
        "trigger": expected.trigger.value,
        "event_on": _day(expected.event_on),
        "due_on": _day(expected.due_on),
        "deadline": expected.deadline,
        "source": expected.source,
        "source_status": expected.source_status,
        "first_on": _day(expected.first_on),
        "last_on": _day(expected.last_on),
        "code": item.code,
        "issued_on": _day(item.issued_on),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _maybe_date(description: str = "") -> fields.String:
    return fields.String(required=True, allow_none=True, metadata={"format": "date", "description": description})


class CompletenessItemSchema(Schema):
    """One document that is asked for."""

    document = fields.String(required=True, metadata={"description": "The code of its type, such as CERTREAL"})
    state = fields.String(required=True, metadata={"enum": [state.value for state in State]})
    words = fields.String(required=True, metadata={"description": "The state in French"})
    report_id = fields.String(required=True)
    trigger = fields.String(required=True)
    event_on = _maybe_date("What makes it due")
    due_on = _maybe_date("The last day")
    deadline = fields.String(required=True)
    source = fields.String(required=True, metadata={"description": "Where the deadline comes from"})
    source_status = fields.String(required=True, metadata={"description": "verified, design or recalled"})
    first_on = _maybe_date("The period that it must cover")
    last_on = _maybe_date()
    code = fields.String(required=True, allow_none=True, metadata={"description": "Of the document that was issued"})
    issued_on = _maybe_date()


class CompletenessSchema(Schema):
    """Where an enrolment stands."""

    enrolment_id = fields.String(required=True)
    profile_id = fields.String(required=True, allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    documents = fields.List(fields.Nested(CompletenessItemSchema), required=True)


class CompletenessPageSchema(Schema):
    """Where the enrolments of a session stand, a page."""

    items = fields.List(fields.Nested(CompletenessSchema), required=True)
    next = fields.String(required=True, allow_none=True)


_MISSING: Final = (HTTPStatus.NOT_FOUND,)
SECTION: Final = Section(
    "completeness",
    "What funders ask for of an enrolment, and what there is of it: evidenced, due, overdue.",
    (
        Operation("GET", "/enrolments/<string:record_id>/completeness", enrolment_completeness, CompletenessSchema,
                  refuses=_MISSING),
        Operation("GET", "/training-sessions/<string:record_id>/completeness", session_completeness,
                  CompletenessPageSchema, takes=PageQuerySchema, refuses=_MISSING),
    ),
)  # fmt: skip
