"""Holds, retention runs and erasures in `/api/v1`."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from evidence.http.retention_schemas import (
    EraseSchema,
    ErasureSchema,
    ForecastSchema,
    HoldListSchema,
    HoldSchema,
    LookSchema,
    PlaceHoldSchema,
    PreviewSchema,
    ReasonSchema,
    RunListSchema,
    RunSchema,
)
from evidence.http.retention_shapes import erasure_shape, forecast_shape, hold_shape, preview_shape, run_shape
from evidence.retention.erasing import Erasing, Preview
from evidence.retention.holds import HoldScope
from evidence.retention.running import Retention
from evidence.trail.entry import who_credential
from lrs.erasure import Order
from lrs.errors import InvalidRequest, NotFound, Problem
from lrs.http.api.operations import ApiRequest, Operation, Section
from lrs.store.erasure import Ground
from training.records.ids import PersonId
from training.records.kinds import Kind
from training.store import RecordReader

# What is not done by then goes on in the worker, and the answer says how far it has come.
_PATIENCE_SECONDS: Final = 2.0
_KINDS: Final = {
    HoldScope.LEARNER: Kind.PERSON, HoldScope.ENROLMENT: Kind.ENROLMENT, HoldScope.SESSION: Kind.TRAINING_SESSION
}  # fmt: skip


def list_holds(request: ApiRequest) -> dict[str, Any]:
    """List legal holds, oldest first, released ones too."""
    return {"items": [hold_shape(hold) for hold in Erasing(request.services).holds.all(request.caller.organisation)]}


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
    return hold_shape(holds.place(organisation, scope, about, given["reason"], _who(request)))


def release_hold(request: ApiRequest) -> dict[str, Any]:
    """Release a legal hold."""
    holds = Erasing(request.services).holds
    return hold_shape(
        holds.release(request.caller.organisation, request.path["hold_id"], request.arguments["reason"], _who(request))
    )


def forecast_retention(request: ApiRequest) -> dict[str, Any]:
    """Say what a retention run would delete today, and why; nothing is deleted.

    What is over and stays all the same is counted with what stands against it: a hold, a document that cites it.
    """
    return forecast_shape(Retention(request.services).forecast(request.caller.organisation))


def begin_retention(request: ApiRequest) -> dict[str, Any]:
    """Delete what has outlived its time.

    It ends in a certificate of destruction, which is archived and named in the log. A large run goes on in the worker.
    """
    retention, organisation = Retention(request.services), request.caller.organisation
    run = retention.begin(organisation, request.arguments["reason"], _who(request))
    _go_on(lambda: retention.step(retention.runs.get(organisation, run.run_id)))
    return run_shape(retention.runs.get(organisation, run.run_id))


def list_retention_runs(request: ApiRequest) -> dict[str, Any]:
    """List retention runs, newest first."""
    return {"items": [run_shape(run) for run in Retention(request.services).runs.all(request.caller.organisation)]}


def show_retention_run(request: ApiRequest) -> dict[str, Any]:
    """Show how far a retention run has come; its certificate is in the archive under the address given."""
    return run_shape(Retention(request.services).runs.get(request.caller.organisation, request.path["run_id"]))


def preview_erasure(request: ApiRequest) -> dict[str, Any]:
    """Say what an erasure would take and what stands against it; nothing is erased."""
    return preview_shape(_look(request, Erasing(request.services)))


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
    return _erasure(request, erasing, erasure.erasure_id)


def show_erasure(request: ApiRequest) -> dict[str, Any]:
    """Show how far an erasure has come."""
    return _erasure(request, Erasing(request.services), request.path["erasure_id"])


def _erasure(request: ApiRequest, erasing: Erasing, erasure_id: UUID) -> dict[str, Any]:
    erasures = erasing.eraser.erasures
    erasure = erasures.get(request.caller.organisation, erasure_id)
    return erasure_shape(erasure, erasures.erased(erasure))


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
