"""Requests by which people exercise a right over their data: what is open, until when, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.trailing import leave_deed
from dashboards.views.lens import Lens
from lrs.clock import to_datetime
from lrs.errors import InvalidRequest, NotFound, Problem
from training.rights import Answer, Outcome, Rights, RightsRequest


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
    lens.viewer.require(ADMINISTRATORS)
    rights, organisation = _rights(lens), lens.viewer.organisation
    today = to_datetime(lens.now).date()
    return RequestsView(
        tuple(_view(lens, item, today) for item in rights.open_ones(organisation)),
        tuple(_view(lens, item, today) for item in rights.answered(organisation)),
    )


def read_request(lens: Lens, request_id: str) -> RequestView:
    """Return one request; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    found = _rights(lens).get(lens.viewer.organisation, _id(request_id))
    return _view(lens, found, to_datetime(lens.now).date())


def answer_request(lens: Lens, request_id: str, outcome: str, text: str) -> None:
    """Answer a request, which closes it; raises InvalidRequest, NotFound, Conflict."""
    lens.viewer.require(ADMINISTRATORS)
    known = next((item for item in Outcome if item.value == outcome), None)
    if known is None:
        problem = Problem("/outcome", "This is no answer.", " or ".join(Outcome))
        raise InvalidRequest("Nothing was answered.", [problem])
    answer = Answer(known, text, lens.viewer.trail_name)
    _rights(lens).answer(lens.viewer.organisation, _id(request_id), answer)
    leave_deed(lens, f"rights_request:{request_id}", "request_answered", {"outcome": outcome})


def extend_request(lens: Lens, request_id: str, reason: str) -> None:
    """Give the answer more time, once; raises InvalidRequest, NotFound, Conflict."""
    lens.viewer.require(ADMINISTRATORS)
    _rights(lens).extend(lens.viewer.organisation, _id(request_id), reason, lens.viewer.trail_name)
    leave_deed(lens, f"rights_request:{request_id}", "request_extended")


def _rights(lens: Lens) -> Rights:
    return Rights(lens.services.store, lens.services.clock, lens.services.ids)


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
