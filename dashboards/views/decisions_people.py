"""Documents that funders ask for, and requests about one's own data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from dashboards.views.decisions_item import LISTED, Decision, Kind, Urgency
from dashboards.views.lens import Lens
from dashboards.views.session import person_name, session_title
from evidence.completeness import State
from lrs.clock import to_datetime
from training.records.ids import EnrolmentId
from training.rights import Rights

_KINDS: Final = {
    State.OVERDUE: (Kind.DOCUMENT_OVERDUE, Urgency.NOW),
    State.DUE: (Kind.DOCUMENT_DUE, Urgency.SOON),
    State.MISSING: (Kind.DOCUMENT_DUE, Urgency.SOON),
    State.EXPIRED: (Kind.DOCUMENT_TO_REPLACE, Urgency.LATER),
}
# So long before its last day a request is urgent.
_REQUEST_DAYS: Final = 7


def documents(lens: Lens) -> Iterator[Decision]:
    """Yield what funders ask for by now: overdue, due, or no more what records and log say.

    Of each kind those that can be listed, the most urgent first; one more stands for all the others.
    """
    seen: Counter[tuple[Kind, Urgency]] = Counter()
    for name, item in lens.wanted_documents():
        kind, urgency = _KINDS[item.state]
        seen[kind, urgency] += 1
        if seen[kind, urgency] > LISTED:
            continue
        enrolment = lens.records.enrolments[name]
        session = lens.records.sessions[enrolment.session_id]
        expected = item.expected
        yield Decision(
            kind=kind,
            key=f"{name}/{expected.report_id}/{expected.document}/{expected.first_on or ''}",
            urgency=urgency,
            path=f"enrolments/{name}#documents",
            values={
                "document": expected.document, "person": person_name(lens.records, enrolment),
                "session": session_title(lens.records, session), "funder": _funder(lens, name),
                "deadline": expected.deadline, "source": expected.source,
            },
            since=expected.event_on,
            due_on=expected.due_on,
            session_id=session.id,
            enrolment_id=name,
        )  # fmt: skip
    for (kind, urgency), count in seen.items():
        if count > LISTED:
            # Without a day it comes last: it is counted, and never shown.
            yield Decision(kind=kind, key="others", urgency=urgency, path="portfolio", count=count - LISTED)


def _funder(lens: Lens, name: EnrolmentId) -> str:
    funding = lens.records.enrolments[name].funding
    funder = None if funding is None else lens.records.funders.get(funding.funder_id)
    return "" if funder is None else funder.name or funder.id


def requests(lens: Lens) -> Iterator[Decision]:
    """Yield the requests about one's own data that wait for an answer."""
    rights = Rights(lens.services.store, lens.services.clock, lens.services.ids)
    today = to_datetime(lens.now).date()
    for request in rights.open_ones(lens.viewer.organisation):
        person = lens.records.people.get(lens.records.survivor(request.person_id))
        left = (request.due_on - today).days
        yield Decision(
            kind=Kind.RIGHTS_REQUEST,
            key=str(request.id),
            urgency=Urgency.NOW if left < 0 else Urgency.SOON if left <= _REQUEST_DAYS else Urgency.LATER,
            path=f"settings/requests/{request.id}",
            values={"right": request.right.value, "person": "" if person is None else person.name or person.id},
            since=to_datetime(request.opened_at).date(),
            due_on=request.due_on,
        )
