"""Facts of one enrolment, and the activities that no programme knows."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from marshmallow import Schema, fields

from analytics.facts import EnrolmentFacts
from analytics.kept.sightings import UnmappedActivity
from analytics.rates import Figure
from analytics.store.facts import Facts
from analytics.store.unmapped import find_unmapped
from lrs.clock import Micros, to_text
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation
from lrs.http.api.schemas import PageQuerySchema
from lrs.http.api.shapes import split_page
from training.http.resource import as_of
from training.http.schemas import AsOfSchema
from training.records.ids import EnrolmentId


def show_enrolment_facts(request: ApiRequest) -> dict[str, Any]:
    """Return the facts of an enrolment.

    As they are kept, or as they were at an instant. Every rate carries its formula, version, numerator and denominator.
    """
    facts = Facts(request.services.store, request.services.clock)
    organisation, instant = request.caller.organisation, as_of(request)
    found = facts.enrolment(organisation, EnrolmentId(request.path["record_id"]), as_of=instant)
    return {
        "facts": _facts_shape(found),
        "progress": {
            "statements": facts.progress(organisation).position,
            "is_settled": facts.waiting(organisation) == 0,
        },
    }


def list_unmapped_activities(request: ApiRequest) -> dict[str, Any]:
    """List the activities that no programme knows and no mapping rule takes.

    Those with most statements first.
    """
    limit, after = request.arguments["limit"], parse_cursor(request.arguments.get("after"))
    start = 0 if after is None else after[0]
    rows = find_unmapped(request.services.store, request.services.clock, request.caller.organisation)
    shown, last = split_page(rows[start : start + limit + 1], limit)
    return {
        "items": [_unmapped_shape(row) for row in shown],
        "next": None if last is None else write_cursor(start + limit),
    }


def _unmapped_shape(row: UnmappedActivity) -> dict[str, Any]:
    return {
        "iri": row.iri,
        "platform": row.platform or None,
        "statements": row.statements,
        "last_stored": to_text(Micros(row.last_stored)),
    }


def _facts_shape(facts: EnrolmentFacts) -> dict[str, Any]:
    names = EnrolmentFacts.__dataclass_fields__
    plain = {name: getattr(facts, name) for name in names}
    return {
        **plain,
        "as_of": to_text(Micros(facts.as_of)),
        "entered_at": facts.entered_at,
        "figures": [_figure_shape(figure) for figure in facts.figures],
    }


def _figure_shape(figure: Figure) -> dict[str, Any]:
    value = figure.value
    return {
        "formula": figure.formula,
        "version": figure.version,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "unit": figure.unit,
        "cap": figure.cap,
        "value": None if value is None else float(value),
        "whole_percent": figure.whole_percent,
    }


def _seconds(description: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": description}
    )


class FigureSchema(Schema):
    """One rate."""

    formula = fields.String(required=True)
    version = fields.String(required=True)
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    unit = fields.String(required=True, metadata={"description": "What both are counted in"})
    cap = fields.Float(required=True, allow_none=True)
    value = fields.Float(required=True, allow_none=True, metadata={"description": "None when nothing was due"})
    whole_percent = fields.Integer(required=True, allow_none=True, metadata={"description": "Cut, never rounded up"})


class EnrolmentFactsSchema(Schema):
    """What one enrolment adds up to at an instant; docs/facts.md says what each member means."""

    enrolment_id = fields.String(required=True)
    person_id = fields.String(required=True)
    session_id = fields.String(required=True)
    as_of = fields.String(required=True, metadata={"format": "date-time"})
    planned_seconds = _seconds("By modality, under the contract that holds")
    waived_seconds = _seconds("By modality, what need not be done")
    due_seconds = _seconds("By modality, the slots held by then that were due")
    credited_seconds = _seconds("By modality, what counts as done")
    justified_seconds = fields.Integer(required=True)
    estimated_seconds = fields.Integer(required=True)
    connected_seconds = fields.Integer(required=True)
    active_seconds = fields.Integer(required=True)
    declared_seconds = fields.Integer(required=True)
    mandatory_count = fields.Integer(required=True)
    satisfied_count = fields.Integer(required=True)
    is_completed = fields.Boolean(required=True)
    entered_at = fields.Date(required=True, allow_none=True)
    figures = fields.List(fields.Nested(FigureSchema), required=True)
    statement_count = fields.Integer(required=True)
    rules_version = fields.String(required=True)


class FactsProgressSchema(Schema):
    """How far the facts of the organisation have come."""

    statements = fields.Integer(required=True, metadata={"description": "How many statements of the log are in them"})
    is_settled = fields.Boolean(required=True, metadata={"description": "Whether nobody is waiting to be settled"})


class EnrolmentFactsAnswerSchema(Schema):
    """The facts of an enrolment, and how far they have come."""

    facts = fields.Nested(EnrolmentFactsSchema, required=True)
    progress = fields.Nested(FactsProgressSchema, required=True)


class UnmappedActivitySchema(Schema):
    """An activity that belongs to no programme."""

    iri = fields.String(required=True)
    platform = fields.String(required=True, allow_none=True)
    statements = fields.Integer(required=True, metadata={"description": "How many speak of it, voided ones left out"})
    last_stored = fields.String(required=True, metadata={"format": "date-time"})


class UnmappedActivityPageSchema(Schema):
    """Unmapped activities, a page."""

    items = fields.List(fields.Nested(UnmappedActivitySchema), required=True)
    next = fields.String(required=True, allow_none=True)


OPERATIONS: Final = (
    Operation(
        "GET",
        "/enrolments/<string:record_id>/facts",
        show_enrolment_facts,
        EnrolmentFactsAnswerSchema,
        takes=AsOfSchema,
        refuses=(HTTPStatus.NOT_FOUND,),
    ),
    Operation(
        "GET",
        "/activities/unmapped",
        list_unmapped_activities,
        UnmappedActivityPageSchema,
        takes=PageQuerySchema,
    ),
)
