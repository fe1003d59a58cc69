"""What needs a decision today, the most urgent first: each with what it is about and where it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from dashboards.views.decisions_attendance import anomalies, half_days
from dashboards.views.decisions_contacts import contacts
from dashboards.views.decisions_deployment import checks, held_back, unmapped_activities
from dashboards.views.decisions_item import LISTED, Decision, Kind, Urgency
from dashboards.views.decisions_people import documents, requests
from dashboards.views.lens import Lens
from dashboards.views.risk_decisions import overdue_followups
from lrs.errors import NotFound
from training.access import STAFF

__all__ = ["LISTED", "Decision", "Decisions", "Group", "Kind", "Urgency", "decisions", "decisions_of"]

# What is shown of a kind beside its count; the rest is a click away.
SHOWN: Final = 5
_LAST: Final = date.max


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of decision: how many there are, how urgent the most urgent is, and the first of them."""

    kind: Kind
    urgency: Urgency
    count: int
    first: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Everything that waits, the most urgent kind first; empty when there is nothing to decide."""

    as_of: int
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """How many decisions wait, of every kind."""
        return sum(group.count for group in self.groups)

    @property
    def overdue(self) -> int:
        """How many kinds have something whose time is over."""
        return sum(group.urgency is Urgency.NOW for group in self.groups)


_Look = Callable[[Lens], Iterable[Decision]]
_LOOKS: Final[Mapping[frozenset[Kind], _Look]] = {
    frozenset((Kind.MARKS_MISSING, Kind.COUNTERSIGNATURE_MISSING)): half_days,
    frozenset((Kind.DOCUMENT_OVERDUE, Kind.DOCUMENT_DUE, Kind.DOCUMENT_TO_REPLACE)): documents,
    frozenset((Kind.FOLLOWUP_OVERDUE,)): overdue_followups,
    frozenset((Kind.CONTACT,)): contacts,
    frozenset((Kind.RIGHTS_REQUEST,)): requests,
    frozenset((Kind.ANOMALY,)): anomalies,
    frozenset((Kind.UNMAPPED,)): unmapped_activities,
    frozenset((Kind.QUARANTINED,)): held_back,
    frozenset((Kind.SILENT_FEED, Kind.FACTS_BEHIND, Kind.EXPIRING, Kind.PROVIDER)): checks,
}


def decisions(lens: Lens) -> Decisions:
    """Return what needs a decision of whoever answers for the organisation."""
    lens.viewer.require(STAFF)
    groups: dict[Kind, list[Decision]] = {}
    for look in _LOOKS.values():
        for item in look(lens):
            groups.setdefault(item.kind, []).append(item)
    found = [_group(kind, items) for kind, items in groups.items()]
    return Decisions(lens.as_of, tuple(sorted(found, key=lambda group: (group.urgency, list(Kind).index(group.kind)))))


def decisions_of(lens: Lens, kind: str) -> tuple[Decision, ...]:
    """Return the decisions of one kind, the most urgent first; raises NotFound for a kind that there is not."""
    lens.viewer.require(STAFF)
    if kind not in set(Kind):
        message = "There is no such kind of decision."
        raise NotFound(message)
    wanted = Kind(kind)
    return tuple(_ordered(item for item in _looked(lens, wanted) if item.kind is wanted))[:LISTED]


def _looked(lens: Lens, kind: Kind) -> Iterator[Decision]:
    for kinds, look in _LOOKS.items():
        if kind in kinds:
            yield from look(lens)


def _group(kind: Kind, items: list[Decision]) -> Group:
    ordered = _ordered(items)
    return Group(kind, ordered[0].urgency, sum(item.count for item in items), tuple(ordered[:SHOWN]))


def _ordered(items: Iterable[Decision]) -> list[Decision]:
    return sorted(items, key=lambda item: (item.urgency, item.since or item.due_on or _LAST, -item.count, item.key))
