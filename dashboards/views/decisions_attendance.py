"""Half-days that are over and not settled, and what is odd: of the sessions that anything can still be done about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from analytics.anomalies import AnomalyKind
from dashboards.views.decisions_item import LISTED, Decision, Kind, Urgency
from dashboards.views.lens import Lens
from dashboards.views.session import person_name, session_title
from dashboards.views.session_half_days import SlotState, kind_of, state_of
from lrs.clock import to_datetime
from training.attendance.openings import Openings
from training.records.ids import EnrolmentId, SessionId
from training.records.slot import Slot

# What lies in sessions that ended longer ago is found on their own pages: whoever was missing then is not asked today.
RECENT: Final = timedelta(days=60)
# A signature is best had on the day; a late one says that it is late.
_PATIENCE: Final = timedelta(days=2)
# What credits nothing, or too much, until somebody has looked.
_PRESSING: Final = frozenset(
    (
        AnomalyKind.MARK_WITHOUT_SLOT, AnomalyKind.MARKS_SIDE_BY_SIDE, AnomalyKind.MARK_ON_CANCELLED_SLOT,
        AnomalyKind.MARK_BEYOND_LOG, AnomalyKind.HOURS_OVER_CONTRACT, AnomalyKind.PARALLEL_PRESENCE,
    )
)  # fmt: skip


def recent_sessions(lens: Lens) -> list[SessionId]:
    """Return the sessions within that have begun, and have not ended long ago."""
    today = to_datetime(lens.now).date()
    return [item.id for item in lens.sessions() if item.starts_on <= today and item.ends_on >= today - RECENT]


def half_days(lens: Lens) -> Iterator[Decision]:
    """Yield the half-days that are over and lack a mark or the countersignature."""
    wanted = recent_sessions(lens)
    now, records = to_datetime(lens.now), lens.records
    memory, organisation = lens.sources.memory, lens.viewer.organisation
    counts = memory.get(organisation, "slots", lens.edition, lens.now, lambda: _counts(lens, wanted))
    slots = [slot for name in wanted for slot in records.slots_of(name) if slot.ends_at <= now]
    signings = Openings(lens.services).signings(lens.viewer.organisation, (slot.id for slot in slots))
    for slot in slots:
        count = counts.get(slot.id, Counter())
        state = state_of(slot, signings.get(slot.id), count, now)
        if state is SlotState.TO_SIGN:
            yield _half_day(lens, slot, Kind.MARKS_MISSING, count["unknown"], now)
        elif state is SlotState.TO_COUNTERSIGN:
            yield _half_day(lens, slot, Kind.COUNTERSIGNATURE_MISSING, 0, now)


def _counts(lens: Lens, sessions: list[SessionId]) -> dict[str, Counter[str]]:
    """Return how many are in which state, by slot."""
    counts: dict[str, Counter[str]] = {}
    for fact in lens.slots_of(sessions):
        counts.setdefault(fact.slot_id, Counter())[kind_of(fact)] += 1
    return counts


def _half_day(lens: Lens, slot: Slot, kind: Kind, unknown: int, now: datetime) -> Decision:
    session = lens.records.sessions[slot.session_id]
    return Decision(
        kind=kind,
        key=slot.id,
        urgency=Urgency.NOW if now - slot.ends_at > _PATIENCE else Urgency.SOON,
        path=f"attendance/slots/{slot.id}",
        values={"session": session_title(lens.records, session), "half_day": slot.half_day.value, "unknown": unknown},
        since=slot.held_on,
        session_id=session.id,
    )


def anomalies(lens: Lens) -> Iterator[Decision]:
    """Yield what is odd, each kind of an enrolment once, with how often and the last day.

    As it was within the last minute; of each urgency those that can be listed, and one more that stands for the others.
    """
    memory, organisation = lens.sources.memory, lens.viewer.organisation
    odd = memory.get(organisation, "anomalies", lens.records.change, lens.now, lambda: _odd(lens))
    seen: Counter[Urgency] = Counter()
    for urgency, last, kind, name, times in odd:
        seen[urgency] += 1
        if seen[urgency] > LISTED:
            continue
        enrolment = lens.enrolment(name)
        session = lens.records.sessions[enrolment.session_id]
        yield Decision(
            kind=Kind.ANOMALY,
            key=f"{kind}/{name}",
            urgency=urgency,
            path=f"statements?enrolment={name}&anomaly={kind}",
            values={
                "what": kind, "person": person_name(lens.records, enrolment), "times": times,
                "session": session_title(lens.records, session),
            },
            since=last,
            session_id=session.id,
            enrolment_id=enrolment.id,
        )  # fmt: skip
    for urgency, count in seen.items():
        if count > LISTED:
            # Without a day it comes last: it is counted, and never shown.
            yield Decision(kind=Kind.ANOMALY, key="others", urgency=urgency, path="portfolio", count=count - LISTED)


def _odd(lens: Lens) -> list[tuple[Urgency, date, AnomalyKind, EnrolmentId, int]]:
    """Return what is odd of whom, the most urgent and oldest first: the last day, and how often."""
    found: dict[tuple[AnomalyKind, EnrolmentId], list[date]] = {}
    for anomaly in lens.anomalies_of(recent_sessions(lens)):
        if anomaly.enrolment_id is not None:
            found.setdefault((anomaly.kind, anomaly.enrolment_id), []).append(anomaly.day)
    return sorted(
        (Urgency.SOON if kind in _PRESSING else Urgency.LATER, max(days), kind, name, len(days))
        for (kind, name), days in found.items()
    )
