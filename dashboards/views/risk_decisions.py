"""Follow-ups that are overdue: nobody has turned to the learner in time, or nothing came after."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.views.decisions_item import Decision, Kind, Urgency
from dashboards.views.lens import Lens
from dashboards.views.risk_overview import overdue_lines


def overdue_followups(lens: Lens) -> Iterator[Decision]:
    """Yield them, the longest overdue first."""
    for line in overdue_lines(lens):
        yield Decision(
            kind=Kind.FOLLOWUP_OVERDUE,
            key=line.followup_id,
            urgency=Urgency.SOON,
            path=f"teaching/followups/{line.followup_id}",
            values={
                "person": line.name, "session": line.session_title, "owner": line.owner, "is_first": line.is_first_due,
            },
            since=line.opened_on,
            due_on=line.due_on,
            session_id=line.session_id,
            enrolment_id=line.enrolment_id,
        )  # fmt: skip
