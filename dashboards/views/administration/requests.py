"""Requests by which people exercise a right over their data: what is open, until when, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dashboards.views import learner_requests
from dashboards.views.administration.trailing import leave_deed
from dashboards.views.learner_requests import Handled, rights_of
from dashboards.views.lens import Lens
from lrs.clock import to_datetime
from lrs.errors import InvalidRequest, NotFound, Problem
from training.access import STAFF
from training.rights import Outcome, RightsRequest


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with the name of who asks, and how many days are left; negative when the answer is overdue."""

    request: RightsRequest
    name: str
    days_left: int

    @property
    def may_be_extended(self) -> bool:
        """Whether its time may still be extended."""
        return not self.request.is_extended and self.days_left >= 0


@dataclass(frozen=True, slots=True)
class RequestsView:
    """Open requests, the first due first; then answered ones, newest first."""

    open: tuple[RequestView, ...]
    answered: tuple[RequestView, ...]


def read_requests(lens: Lens) -> RequestsView:
    """Return the requests of the viewer's organisation."""
    lens.viewer.require(STAFF)
    rights, organisation = rights_of(lens), lens.viewer.organisation
    today = to_datetime(lens.now).date()
    return RequestsView(
        tuple(_view(lens, item, today) for item in rights.open_ones(organisation)),
        tuple(_view(lens, item, today) for item in rights.answered(organisation)),
    )


def read_request(lens: Lens, request_id: str) -> RequestView:
    """Return one request; raises NotFound."""
    lens.viewer.require(STAFF)
    found = rights_of(lens).get(lens.viewer.organisation, _id(request_id))
    return _view(lens, found, to_datetime(lens.now).date())


def answer_request(lens: Lens, request_id: str, outcome: str, text: str) -> Handled:
    """Answer a request, which closes it, and send the answer; raises InvalidRequest, NotFound, Conflict."""
    lens.viewer.require(STAFF)
    known = next((item for item in Outcome if item.value == outcome), None)
    if known is None:
        problem = Problem("/outcome", "This is no answer.", " or ".join(Outcome))
        raise InvalidRequest("Nothing was answered.", [problem])
    handled = learner_requests.answer(lens, _id(request_id), known, text)
    leave_deed(lens, f"rights_request:{request_id}", "request_answered", {"outcome": outcome})
    return handled


def extend_request(lens: Lens, request_id: str, reason: str) -> Handled:
    """Give the answer more time, once, and send word of it; raises InvalidRequest, NotFound, Conflict."""
    lens.viewer.require(STAFF)
    handled = learner_requests.extend(lens, _id(request_id), reason)
    leave_deed(lens, f"rights_request:{request_id}", "request_extended")
    return handled


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        message = "There is no request of this id."
        raise NotFound(message) from None


def _view(lens: Lens, request: RightsRequest, today: date) -> RequestView:
    person = lens.records.people.get(lens.records.survivor(request.person_id))
    name = str(request.person_id) if person is None else person.name
    return RequestView(request, name, (request.due_on - today).days)
