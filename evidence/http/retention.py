"""Holds, retention runs and erasures in `/api/v1`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, fields, validate

from evidence.retention.due import FileVerdict
from evidence.retention.erasing import Erasing, Preview
from evidence.retention.holds import Hold, HoldScope
from evidence.retention.running import Forecast, Retention
from evidence.store.retention_runs import Run
from evidence.trail.entry import who_credential
from lrs.clock import Micros, to_text
from lrs.erasure import Order
from lrs.errors import InvalidRequest, NotFound, Problem
from lrs.http.api.operations import ApiRequest, Operation, Section
from lrs.http.api.schemas import StrictBoolean, StrictList
from lrs.store.erasure import Erasure, Ground
from training.records.ids import PersonId
from training.records.kinds import Kind
from training.store import RecordReader

# What is not done by then goes on in the worker, and the answer says how far it has come.
_PATIENCE_SECONDS: Final = 2.0
_OBSTACLES_SHOWN: Final = 1_000
_KINDS: Final = {
    HoldScope.LEARNER: Kind.PERSON, HoldScope.ENROLMENT: Kind.ENROLMENT, HoldScope.SESSION: Kind.TRAINING_SESSION
}  # fmt: skip


def list_holds(request: ApiRequest) -> dict[str, Any]:
    """List legal holds, oldest first, released ones too."""
    return {"items": [_hold_shape(hold) for hold in Erasing(request.services).holds.all(request.caller.organisation)]}


def place_hold(request: ApiRequest) -> dict[str, Any]:
    """Place a legal hold: nothing is deleted of what it is on until it is released.

    409 while something is being erased.
    """
    organisation, given = request.caller.organisation, request.arguments
    scope, about = HoldScope(given["scope"]), given.get("about_id", "")
    if (scope is HoldScope.EVERYTHING) == bool(about):
        accepted = "the record's id, none for everything"
        problem = Problem("/about_id", "A hold is on one record, or on everything.", accepted)
        raise InvalidRequest("The hold was not placed.", [problem])
    if scope in _KINDS:
        RecordReader(request.services.store, request.services.clock).get(organisation, _KINDS[scope], about)
    holds = Erasing(request.services).holds
    return _hold_shape(holds.place(organisation, scope, about, given["reason"], _who(request)))


def release_hold(request: ApiRequest) -> dict[str, Any]:
    """Release a legal hold."""
    holds = Erasing(request.services).holds
    return _hold_shape(
        holds.release(request.caller.organisation, request.path["hold_id"], request.arguments["reason"], _who(request))
    )


def forecast_retention(request: ApiRequest) -> dict[str, Any]:
    """Say what a retention run would delete today, and why; nothing is deleted.

    What is over and stays all the same is counted with what stands against it: a hold, a document that cites it.
    """
    return _forecast_shape(Retention(request.services).forecast(request.caller.organisation))


def begin_retention(request: ApiRequest) -> dict[str, Any]:
    """Delete what has outlived its time.

    It ends in a certificate of destruction, which is archived and named in the log. A large run goes on in the worker.
    """
    retention, organisation = Retention(request.services), request.caller.organisation
    run = retention.begin(organisation, request.arguments["reason"], _who(request))
    _go_on(lambda: retention.step(retention.runs.get(organisation, run.run_id)))
    return _run_shape(retention.runs.get(organisation, run.run_id))


def list_retention_runs(request: ApiRequest) -> dict[str, Any]:
    """List retention runs, newest first."""
    return {"items": [_run_shape(run) for run in Retention(request.services).runs.all(request.caller.organisation)]}


def show_retention_run(request: ApiRequest) -> dict[str, Any]:
    """Show how far a retention run has come; its certificate is in the archive under the address given."""
    return _run_shape(Retention(request.services).runs.get(request.caller.organisation, request.path["run_id"]))


def preview_erasure(request: ApiRequest) -> dict[str, Any]:
    """Say what an erasure would take and what stands against it; nothing is erased."""
    return _preview_shape(_look(request, Erasing(request.services)))


def begin_erasure(request: ApiRequest) -> dict[str, Any]:
    """Erase the statements of a person, or some statements (RGPD).

    Their bytes go, their leaves stay, and a statement says who had it done, when and on what ground. 409 lists
    everything that stands against it, and then nothing was erased. A large one goes on in the worker.
    """
    erasing, given = Erasing(request.services), request.arguments
    preview = _look(request, erasing)
    if not preview.plan.entries and not preview.identities:
        message = "None of these statements is there to be erased."
        raise NotFound(message)
    order = Order(Ground(given["ground"]), given["reason"], _who(request))
    person = given.get("person_id")
    about = "statements" if person is None else f"person:{person}"
    erasure = erasing.erase(request.caller.organisation, order, preview, about, documents=given.get("documents", False))
    _go_on(lambda: erasing.eraser.step(erasure))
    return _erasure_shape(erasing, request, erasure.erasure_id)


def show_erasure(request: ApiRequest) -> dict[str, Any]:
    """Show how far an erasure has come."""
    return _erasure_shape(Erasing(request.services), request, request.path["erasure_id"])


def _look(request: ApiRequest, erasing: Erasing) -> Preview:
    given, organisation = request.arguments, request.caller.organisation
    person, ids = given.get("person_id"), given.get("statement_ids")
    if (person is None) == (ids is None):
        problem = Problem("", "An erasure is of a person or of statements.", "person_id or statement_ids")
        raise InvalidRequest("Nothing was erased.", [problem])
    if person is not None:
        return erasing.of_person(organisation, PersonId(person))
    return erasing.of_statements(organisation, ids or ())


def _go_on(step: Callable[[], bool]) -> None:
    """Take steps until all is done, or this has taken long enough."""
    began = time.monotonic()
    while step() and time.monotonic() - began < _PATIENCE_SECONDS:
        pass


def _who(request: ApiRequest) -> str:
    return who_credential(request.caller.credential)


def _hold_shape(hold: Hold) -> dict[str, Any]:
    return {
        "id": hold.hold_id,
        "scope": hold.scope.value,
        "about_id": hold.about_id or None,
        "reason": hold.reason,
        "placed_at": to_text(hold.placed_at),
        "placed_by": hold.placed_by,
        "is_in_force": hold.is_in_force,
        "released_at": _instant(hold.released_at),
        "released_by": hold.released_by,
        "release_reason": hold.release_reason or None,
    }


def _forecast_shape(found: Forecast) -> dict[str, Any]:
    return {
        "on": found.on,
        "files": [_file_shape(item) for item in found.files],
        "file_count": found.file_count,
        "file_bytes": found.file_bytes,
        "statements": dict(found.statements),
        "statements_about": dict(found.statements_about.most_common(_OBSTACLES_SHOWN)),
        "kept_files": dict(found.kept_files),
        "kept_statements": dict(found.kept_statements),
    }


def _file_shape(item: FileVerdict) -> dict[str, Any]:
    return {
        "sha256": item.file.sha256,
        "kind": item.file.kind.value,
        "size_bytes": item.file.size_bytes,
        "about": sorted(item.file.about),
        "until": None if item.term is None else item.term.until.isoformat(),
        "provision": None if item.term is None else item.term.provision.name,
    }


def _run_shape(run: Run) -> dict[str, Any]:
    return {
        "id": run.run_id,
        "by": run.by,
        "reason": run.reason,
        "at": to_text(run.at),
        "on": run.on.isoformat(),
        "stage": run.stage.value,
        "statements": run.statements,
        "certificate": run.certificate,
        "finished_at": _instant(run.finished_at) if run.certificate else None,
    }


def _preview_shape(preview: Preview) -> dict[str, Any]:
    plan = preview.plan
    return {
        "statements": len(plan.entries),
        "unknown_ids": list(plan.unknown),
        "already_erased": list(plan.gone),
        "mentions": preview.mentions,
        "documents": preview.documents,
        "obstacle_count": len(plan.obstacles),
        "obstacles": [asdict(item) for item in plan.obstacles[:_OBSTACLES_SHOWN]],
    }


def _erasure_shape(erasing: Erasing, request: ApiRequest, erasure_id: UUID) -> dict[str, Any]:
    erasure: Erasure = erasing.eraser.erasures.get(request.caller.organisation, erasure_id)
    return {
        "id": erasure.erasure_id,
        "ground": erasure.ground.value,
        "reason": erasure.reason,
        "by": erasure.by,
        "at": to_text(erasure.at),
        "statements": erasure.statements,
        "erased": erasing.eraser.erasures.erased(erasure),
        "state": erasure.state.value,
        "finished_at": _instant(erasure.finished_at),
    }


def _instant(instant: Micros | None) -> str | None:
    return None if instant is None else to_text(instant)


_REASON: Final = validate.Length(1, 2_000)
_ID: Final = validate.Length(1, 200)


class ReasonSchema(Schema):
    """Why. It is kept for ever: it names nobody."""

    reason = fields.String(required=True, validate=_REASON)


class PlaceHoldSchema(ReasonSchema):
    """What a hold is on, and why."""

    scope = fields.String(required=True, validate=validate.OneOf([scope.value for scope in HoldScope]))
    about_id = fields.String(validate=_ID, metadata={"description": "The record's id; none for everything"})


class HoldSchema(Schema):
    """One legal hold."""

    id = fields.UUID(required=True)
    scope = fields.String(required=True)
    about_id = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    placed_at = fields.String(required=True, metadata={"format": "date-time"})
    placed_by = fields.String(required=True)
    is_in_force = fields.Boolean(required=True)
    released_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    released_by = fields.String(required=True, allow_none=True)
    release_reason = fields.String(required=True, allow_none=True)


class HoldListSchema(Schema):
    """Every hold."""

    items = fields.List(fields.Nested(HoldSchema), required=True)


class DueFileSchema(Schema):
    """A file whose time is over."""

    sha256 = fields.String(required=True)
    kind = fields.String(required=True)
    size_bytes = fields.Integer(required=True)
    about = fields.List(fields.String(), required=True)
    until = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    provision = fields.String(required=True, allow_none=True)


def _counts(description: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": description}
    )


class ForecastSchema(Schema):
    """What a run would delete."""

    on = fields.String(required=True, metadata={"format": "date"})
    files = fields.List(fields.Nested(DueFileSchema), required=True, metadata={"description": "The first thousand"})
    file_count = fields.Integer(required=True)
    file_bytes = fields.Integer(required=True)
    statements = _counts("By retention class")
    statements_about = _counts("By whom they concern, those with most first")
    kept_files = _counts("Over, and kept all the same, by why")
    kept_statements = _counts("Over, and kept all the same, by why")


class RunSchema(Schema):
    """One retention run."""

    id = fields.UUID(required=True)
    by = fields.String(required=True)
    reason = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    on = fields.String(required=True, metadata={"format": "date"})
    stage = fields.String(required=True)
    statements = fields.Integer(required=True)
    certificate = fields.String(required=True, allow_none=True, metadata={"description": "Its address in the archive"})
    finished_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class RunListSchema(Schema):
    """Every run."""

    items = fields.List(fields.Nested(RunSchema), required=True)


class LookSchema(Schema):
    """Whose statements, or which: one of the two."""

    person_id = fields.String(validate=_ID)
    statement_ids = StrictList(fields.UUID(), validate=validate.Length(1, 10_000))


class EraseSchema(LookSchema, ReasonSchema):
    """What is to be erased, and why."""

    ground = fields.String(required=True, validate=validate.OneOf([ground.value for ground in Ground]))
    documents = StrictBoolean(metadata={"description": "Also the person's documents of state and profile"})


class ObstacleSchema(Schema):
    """What stands against erasing a statement."""

    statement_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    message = fields.String(required=True)


class PreviewSchema(Schema):
    """What an erasure would take."""

    statements = fields.Integer(required=True)
    unknown_ids = fields.List(fields.UUID(), required=True)
    already_erased = fields.List(fields.UUID(), required=True)
    mentions = fields.Integer(required=True, metadata={"description": "Statements of others that name the person"})
    documents = fields.Integer(required=True, metadata={"description": "Of state and profile"})
    obstacle_count = fields.Integer(required=True)
    obstacles = fields.List(fields.Nested(ObstacleSchema), required=True)


class ErasureSchema(Schema):
    """One erasure."""

    id = fields.UUID(required=True)
    ground = fields.String(required=True)
    reason = fields.String(required=True)
    by = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    statements = fields.Integer(required=True)
    erased = fields.Integer(required=True)
    state = fields.String(required=True)
    finished_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


_BOTH: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
SECTION: Final = Section(
    "retention",
    "How long evidence is kept, what must not be deleted, and deleting it in its time or on a person's word.",
    (
        Operation("GET", "/legal-holds", list_holds, HoldListSchema),
        Operation("POST", "/legal-holds", place_hold, HoldSchema, takes=PlaceHoldSchema, status=HTTPStatus.CREATED,
                  refuses=_BOTH),
        Operation("POST", "/legal-holds/<uuid:hold_id>/release", release_hold, HoldSchema, takes=ReasonSchema,
                  refuses=_BOTH),
        Operation("GET", "/retention/forecast", forecast_retention, ForecastSchema),
        Operation("POST", "/retention/runs", begin_retention, RunSchema, takes=ReasonSchema,
                  status=HTTPStatus.ACCEPTED, refuses=(HTTPStatus.CONFLICT,)),
        Operation("GET", "/retention/runs", list_retention_runs, RunListSchema),
        Operation("GET", "/retention/runs/<uuid:run_id>", show_retention_run, RunSchema,
                  refuses=(HTTPStatus.NOT_FOUND,)),
        Operation("POST", "/erasures/preview", preview_erasure, PreviewSchema, takes=LookSchema,
                  refuses=(HTTPStatus.NOT_FOUND,)),
        Operation("POST", "/erasures", begin_erasure, ErasureSchema, takes=EraseSchema, status=HTTPStatus.ACCEPTED,
                  refuses=_BOTH),
        Operation("GET", "/erasures/<uuid:erasure_id>", show_erasure, ErasureSchema, refuses=(HTTPStatus.NOT_FOUND,)),
    ),
)  # fmt: skip
