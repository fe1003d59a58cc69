"""Placing and releasing holds, and deleting what has outlived its time: by the services, which leave a trail."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.lens import Lens
from evidence.retention.erasing import Erasing, Preview
from evidence.retention.holds import Hold, HoldScope
from evidence.retention.running import Retention
from evidence.store.retention_runs import Run
from lrs.erasure import Ground, Order
from lrs.errors import InvalidRequest, Problem
from training.records.ids import PersonId
from training.records.kinds import Kind
from training.store import RecordReader

# What is not done by then goes on in the worker, and the page says how far it has come.
_PATIENCE_SECONDS: Final = 2.0
_REASON_MOST: Final = 2_000
_KINDS: Final = {
    HoldScope.LEARNER: Kind.PERSON,
    HoldScope.ENROLMENT: Kind.ENROLMENT,
    HoldScope.SESSION: Kind.TRAINING_SESSION,
}


def place_hold(lens: Lens, scope: str, about_id: str, reason: str) -> Hold:
    """Place a hold: nothing is deleted of what it is on until it is released.

    Raises InvalidRequest with every problem, NotFound for no such record, Conflict while something is being erased.
    """
    lens.viewer.require(ADMINISTRATORS)
    problems = _reason_problems(reason)
    known = next((item for item in HoldScope if item.value == scope), None)
    if known is None:
        problems.append(
            Problem("/scope", "Nothing can be held by this.", " or ".join(item.value for item in HoldScope))
        )
    elif (known is HoldScope.EVERYTHING) == bool(about_id):
        accepted = "no record" if known is HoldScope.EVERYTHING else "a record of the kind"
        problems.append(Problem("/about_id", "A hold is on one record, or on everything.", accepted))
    if problems or known is None:
        message = "The hold was not placed."
        raise InvalidRequest(message, problems)
    if known in _KINDS:
        RecordReader(lens.services.store, lens.services.clock).get(lens.viewer.organisation, _KINDS[known], about_id)
    holds = Erasing(lens.services).holds
    return holds.place(lens.viewer.organisation, known, about_id, reason.strip(), lens.viewer.trail_name)


def release_hold(lens: Lens, hold_id: UUID, reason: str) -> Hold:
    """Release a hold; raises InvalidRequest without a reason, NotFound, Conflict when it was released already."""
    lens.viewer.require(ADMINISTRATORS)
    problems = _reason_problems(reason)
    if problems:
        message = "The hold was not released."
        raise InvalidRequest(message, problems)
    holds = Erasing(lens.services).holds
    return holds.release(lens.viewer.organisation, hold_id, reason.strip(), lens.viewer.trail_name)


def run_retention(lens: Lens, reason: str) -> Run:
    """Delete what has outlived its time; a large run goes on in the worker.

    Raises InvalidRequest without a reason, Conflict during another run.
    """
    lens.viewer.require(ADMINISTRATORS)
    retention, organisation = Retention(lens.services), lens.viewer.organisation
    run = retention.begin(organisation, reason, lens.viewer.trail_name)
    _go_on(lambda: retention.step(retention.runs.get(organisation, run.run_id)))
    return retention.runs.get(organisation, run.run_id)


def preview_erasure(lens: Lens, person_id: str) -> Preview:
    """Say what an erasure of somebody's statements would take, and what stands against it; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    return Erasing(lens.services).of_person(lens.viewer.organisation, PersonId(person_id))


def erase_person(lens: Lens, person_id: str, ground: str, reason: str) -> str:
    """Erase the statements of a person and their documents of state and profile; return the erasure's id.

    Raises InvalidRequest, NotFound, and Conflict listing everything that stands against it; then nothing was erased.
    """
    lens.viewer.require(ADMINISTRATORS)
    problems = _reason_problems(reason)
    known = next((item for item in Ground if item.value == ground and item is not Ground.RETENTION), None)
    if known is None:
        problems.append(Problem("/ground", "Nothing is erased on this ground.", "request or order or mistake"))
    if problems or known is None:
        message = "Nothing was erased."
        raise InvalidRequest(message, problems)
    erasing, organisation = Erasing(lens.services), lens.viewer.organisation
    order = Order(known, reason.strip(), lens.viewer.trail_name)
    preview = erasing.of_person(organisation, PersonId(person_id))
    erasure = erasing.erase(organisation, order, preview, f"person:{person_id}", documents=True)
    _go_on(lambda: erasing.eraser.step(erasure))
    return str(erasure.erasure_id)


def _reason_problems(reason: str) -> list[Problem]:
    if reason.strip() and len(reason) <= _REASON_MOST:
        return []
    return [Problem("/reason", "This has a reason.", f"a text of 1 to {_REASON_MOST} characters that names nobody")]


def _go_on(step: Callable[[], bool]) -> None:
    """Take steps until all is done, or this has taken long enough."""
    began = time.monotonic()
    while step() and time.monotonic() - began < _PATIENCE_SECONDS:
        pass
