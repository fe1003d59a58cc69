"""Reports of virtual classes in `/api/v1`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Final

from marshmallow import Schema, fields, validate

from lrs.errors import InvalidRequest, Problem
from lrs.http.api.operations import ApiRequest, Operation
from training.http import schemas
from training.meetings import Asked, import_report
from training.meetings.matching import MatchedBy
from training.meetings.report import Status
from training.meetings.stamps import DateOrder
from training.records.ids import ID_PATTERN

_DECISION: Final = re.compile(r"([1-9][0-9]{0,5}):(\S+)\Z")
_SKIP: Final = "skip"


def import_meeting_report(request: ApiRequest) -> dict[str, Any]:
    """Import a report of a virtual class.

    The CSV file as Microsoft Teams, Zoom, BigBlueButton or Google Meet gives it, in English or French. Participants are
    matched to the session's trainees by e-mail address, then by identity, then by the exact name; who is not found, or
    is found twice, is listed for `decisions`. Stays are cut at the session's remote slots and recorded as joining and
    leaving.
    All of it or nothing: with `dry_run` the answer lists what would be recorded and every problem with its line;
    without, any problem refuses the report. Sent again, a report stores nothing new.
    """
    arguments = request.arguments
    asked = Asked(
        arguments.get("slot_id"),
        arguments.get("time_zone"),
        DateOrder(arguments["date_order"]) if "date_order" in arguments else None,
        parse_decisions(arguments.get("decisions", "")),
        arguments["dry_run"] == "true",
    )
    return asdict(import_report(request.services, request.caller, request.path["record_id"], request.body, asked))


def parse_decisions(text: str) -> Mapping[int, str | None]:
    """Read who the participants of lines are; raises InvalidRequest."""
    found: dict[int, str | None] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        decision = _DECISION.match(part)
        if decision is None or ID_PATTERN.match(decision[2]) is None or int(decision[1]) in found:
            message = f"{part[:80]} is no decision, or the second one about its line."
            raise InvalidRequest(message, [Problem("query:decisions", message, "as in 12:lea,15:skip")])
        found[int(decision[1])] = None if decision[2] == _SKIP else decision[2]
    return found


class MeetingReportQuerySchema(schemas.ImportQuerySchema):
    """What is said about a report beside it."""

    slot_id = fields.String(metadata={"description": "Only this slot of the session; all remote ones when absent"})
    time_zone = fields.String(
        metadata={"description": "The zone of the report's times, as in Europe/Paris; the session's when absent"}
    )
    date_order = fields.String(
        validate=validate.OneOf([order.value for order in DateOrder]),
        metadata={"description": "Day or month first, for a report whose every date can be read in two ways"},
    )
    decisions = fields.String(
        metadata={"description": "Who the participants of lines are: `12:lea,15:skip`, an id or that they do not count"}
    )


class StaySchema(Schema):
    """One stay in the class of one slot."""

    slot_id = fields.String(required=True)
    joined_at = fields.AwareDateTime(required=True)
    left_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "null when no leaving is known: no time is shown"}
    )
    seconds = fields.Integer(required=True)
    is_shortened = fields.Boolean(
        required=True,
        metadata={"description": "The tool counted less presence than lies between: only what was surely in the slot"},
    )
    statement_ids = fields.List(fields.UUID(), required=True, metadata={"description": "Joining, leaving"})


class ParticipantSchema(Schema):
    """One participant of a report."""

    lines = fields.List(fields.Integer(), required=True)
    name = fields.String(required=True, metadata={"description": "As the tool writes it"})
    email = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf([status.value for status in Status]))
    person_id = fields.String(required=True, allow_none=True)
    enrolment_id = fields.String(required=True, allow_none=True)
    matched_by = fields.String(required=True, allow_none=True, validate=validate.OneOf([by.value for by in MatchedBy]))
    candidates = fields.List(fields.String(), required=True, metadata={"description": "People it may be"})
    stays = fields.List(fields.Nested(StaySchema), required=True)
    outside_seconds = fields.Integer(required=True, metadata={"description": "Time in the meeting outside all slots"})


class MeetingReportSchema(Schema):
    """What was read of a report and recorded, or would be."""

    dry_run = fields.Boolean(required=True)
    tool = fields.String(required=True)
    format = fields.String(required=True, metadata={"description": "Which of the tool's tables was read"})
    encoding = fields.String(required=True)
    time_zone = fields.String(required=True)
    date_order = fields.String(required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of the file; the statements carry it"})
    lines = fields.Integer(required=True, metadata={"description": "Lines that speak of somebody's presence"})
    waiting = fields.Integer(required=True, metadata={"description": "Lines of the waiting room, which is no presence"})
    participants = fields.List(fields.Nested(ParticipantSchema), required=True)
    stored = fields.Integer(required=True, metadata={"description": "Statements recorded"})
    already_stored = fields.Integer(required=True, metadata={"description": "Statements that were there before"})
    problems = fields.List(
        fields.Nested(schemas.LineProblemSchema), required=True, metadata={"description": "Any of them keeps all out"}
    )
    notes = fields.List(
        fields.Nested(schemas.LineProblemSchema), required=True, metadata={"description": "Odd, but keeps nothing out"}
    )


OPERATIONS: Final = (
    Operation(
        "POST",
        "/training-sessions/<string:record_id>/meeting-reports",
        import_meeting_report,
        MeetingReportSchema,
        query=MeetingReportQuerySchema,
        raw="text/csv",
        refuses=(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    ),
)
