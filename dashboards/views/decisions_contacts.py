"""Learners whom somebody should turn to, and nobody has: by the reasons that trainers are shown (`trainer_reasons`).

Of a whole organisation, only what is kept of enrolments and half-days is read; failures, which take every standing, are
shown to whoever teaches. Who has been turned to since is looked up for those with a reason alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from analytics.facts import SlotFact
from dashboards.views.decisions_item import Decision, Kind, Urgency
from dashboards.views.lens import Lens
from dashboards.views.session import person_name, session_title
from dashboards.views.trainer_reasons import Known, Limits, Reason, Why, reasons_of, rhythm_of, urgency
from lrs.clock import to_datetime
from training.assistance import Exchange, Logbook
from training.assistance import Kind as Said
from training.law import load_law
from training.records.ids import EnrolmentId
from training.records.session import TrainingSession

# The log of so many is read at once; beyond, whoever is first in line is called first.
_LOOKED_UP: Final = 200
_PATIENCE_MICROS: Final = 300_000_000


def contacts(lens: Lens) -> Sequence[Decision]:
    """Return them, as they were within the last minutes: whom to call does not change by the second."""
    made_of = (lens.records.change, to_datetime(lens.now).date())
    memory, organisation = lens.sources.memory, lens.viewer.organisation
    return memory.get(organisation, "contacts", made_of, lens.now, lambda: _contacts(lens), _PATIENCE_MICROS)


def _contacts(lens: Lens) -> list[Decision]:
    now = to_datetime(lens.now)
    today = now.date()
    sessions = [item for item in lens.sessions() if item.starts_on <= today <= item.ends_on]
    limits = Limits.on(today, load_law(), lens.records.law_overrides.values())
    found = _candidates(lens, sessions, limits)
    logs = Logbook(lens.services).exchanges(lens.viewer.organisation, [known.enrolment.id for known, _ in found])
    return [
        _decision(lens, known, reason)
        for known, reason in found
        if not _is_settled(logs[known.enrolment.id], reason, known.session, today)
    ]


def _candidates(lens: Lens, sessions: Sequence[TrainingSession], limits: Limits) -> list[tuple[Known, Reason]]:
    """Return those with a reason, the most pressing first."""
    names = [session.id for session in sessions]
    facts = {item.enrolment_id: item for item in lens.enrolment_facts(names)}
    places = {item.enrolment_id: item for item in lens.whereabouts(names)}
    slots: defaultdict[EnrolmentId, list[SlotFact]] = defaultdict(list)
    for fact in lens.slots_of(names):
        slots[fact.enrolment_id].append(fact)
    found = []
    for session in sessions:
        enrolments = lens.enrolments(session.id)
        rhythm = rhythm_of(session, [places[item.id] for item in enrolments if item.id in places])
        programme = lens.records.programme_of(session.id)
        for enrolment in enrolments:
            known = Known(
                enrolment=enrolment, session=session, programme=programme, facts=facts.get(enrolment.id),
                whereabouts=places.get(enrolment.id), slots=slots[enrolment.id],
            )  # fmt: skip
            reasons = reasons_of(known, limits, rhythm, to_datetime(lens.now))
            found += [(known, reasons[0])] if reasons else []
    return sorted(found, key=lambda pair: (urgency(pair[1]), pair[0].enrolment.id))[:_LOOKED_UP]


def _is_settled(log: Iterable[Exchange], reason: Reason, session: TrainingSession, today: date) -> bool:
    """Say whether somebody has turned to them since the reason arose, or decided to look again later."""
    live = [item for item in log if not item.is_voided]
    outgoing = [item.at.astimezone(session.zone).date() for item in live if item.kind.is_outgoing]
    later = [item.until for item in live if item.kind is Said.POSTPONED and item.until is not None]
    return any(day >= reason.since for day in outgoing) or any(until > today for until in later[-1:])


def _decision(lens: Lens, known: Known, reason: Reason) -> Decision:
    return Decision(
        kind=Kind.CONTACT,
        key=known.enrolment.id,
        urgency=Urgency.SOON if reason.why is Why.MISSED else Urgency.LATER,
        path=f"teaching/learners/{known.enrolment.id}",
        values={
            "person": person_name(lens.records, known.enrolment), "reason": reason,
            "session": session_title(lens.records, known.session),
        },
        since=reason.since,
        session_id=known.session.id,
        enrolment_id=known.enrolment.id,
    )  # fmt: skip
