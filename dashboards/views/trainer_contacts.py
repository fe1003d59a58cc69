"""Learners to turn to: why, and what has been done about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from analytics.content import Whereabouts
from analytics.facts import EnrolmentFacts, SlotFact, Standing
from dashboards.formats import PARIS
from dashboards.views.lens import Lens
from dashboards.views.session import session_title
from dashboards.views.trainer_reasons import Known, Limits, Reason, Why, reasons_of, rhythm_of, urgency
from lrs.clock import to_datetime
from training.assistance import Exchange, Kind, Logbook
from training.assistance.address import find_address
from training.law import load_law
from training.records.enrolment import Enrolment
from training.records.ids import EnrolmentId, SessionId
from training.records.person import Person
from training.records.session import TrainingSession

# A question put on the last day is still answered.
_AFTERWARDS: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One learner and the reasons to turn to them, the most pressing first.

    `last` is the last time that somebody did, `is_contacted` whether that was after the first reason arose.
    `postponed` is the decision to look again later, while that day is to come. `has_address`: a letter can reach them.
    """

    enrolment: Enrolment
    name: str
    session_title: str
    reasons: tuple[Reason, ...]
    last: Exchange | None
    is_contacted: bool
    postponed: Exchange | None
    has_address: bool
    exchange_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Whom to turn to, in the order of urgency; whom somebody decided to look at again later; and by which limits.

    `sessions` are those that can be asked about; of a whole organisation one is to be chosen, and `chosen` is empty
    before. `rhythms` are the usual days between two days at work, by session, where they are known.
    """

    today: date
    limits: Limits
    sessions: tuple[tuple[SessionId, str], ...]
    chosen: tuple[SessionId, ...]
    due: tuple[Contact, ...]
    postponed: tuple[Contact, ...]
    rhythms: Mapping[SessionId, float | None]


def contacts(lens: Lens, session_id: str | None = None) -> Contacts:
    """Return the learners to turn to, of one session within or of all that are on; raises NotFound."""
    now = to_datetime(lens.now)
    today = now.astimezone(PARIS).date()
    running = [item for item in lens.sessions() if item.starts_on <= today <= item.ends_on + _AFTERWARDS]
    everything = [] if lens.scope.is_whole else running
    wanted = everything if session_id is None else [lens.session(session_id)]
    limits = Limits.on(today, load_law(), lens.records.law_overrides.values())
    files = read_known(lens, wanted)
    rhythms = _rhythms(wanted, files)
    found = [_contact(lens, item, limits, rhythms[item.session.id]) for item in files]
    listed = sorted((item for item in found if item.reasons), key=_urgency)
    return Contacts(
        today=today,
        limits=limits,
        sessions=tuple((item.id, session_title(lens.records, item)) for item in running),
        chosen=tuple(item.id for item in wanted),
        due=tuple(item for item in listed if item.postponed is None),
        postponed=tuple(item for item in listed if item.postponed is not None),
        rhythms=rhythms,
    )


def contact(lens: Lens, enrolment_id: str) -> Contact:
    """Return one learner within, with reasons or without; raises NotFound."""
    enrolment = lens.enrolment(enrolment_id)
    session = lens.records.sessions[enrolment.session_id]
    today = to_datetime(lens.now).astimezone(PARIS).date()
    limits = Limits.on(today, load_law(), lens.records.law_overrides.values())
    files = read_known(lens, [session])
    rhythms = _rhythms([session], files)
    return next(
        _contact(lens, item, limits, rhythms[session.id]) for item in files if item.enrolment.id == enrolment.id
    )


def read_known(lens: Lens, sessions: Sequence[TrainingSession]) -> list[Known]:
    """Return what reasons are drawn from, of everybody within in these sessions, by session then enrolment."""
    names = [session.id for session in sessions]
    enrolments = [item for name in names for item in lens.enrolments(name)]
    facts: dict[EnrolmentId, EnrolmentFacts] = {item.enrolment_id: item for item in lens.enrolment_facts(names)}
    places: dict[EnrolmentId, Whereabouts] = {item.enrolment_id: item for item in lens.whereabouts(names)}
    slots: defaultdict[EnrolmentId, list[SlotFact]] = defaultdict(list)
    for slot in lens.slots_of(names):
        slots[slot.enrolment_id].append(slot)
    standings: defaultdict[EnrolmentId, list[Standing]] = defaultdict(list)
    for standing in lens.standings_of(names):
        standings[standing.enrolment_id].append(standing)
    logs = Logbook(lens.services).exchanges(lens.viewer.organisation, [item.id for item in enrolments])
    return [
        Known(
            enrolment=item,
            session=lens.records.sessions[item.session_id],
            programme=lens.records.programme_of(item.session_id),
            facts=facts.get(item.id),
            whereabouts=places.get(item.id),
            slots=slots[item.id],
            standings=standings[item.id],
            exchanges=logs[item.id],
        )
        for item in enrolments
    ]


def people_of(lens: Lens, enrolment: Enrolment) -> tuple[Person, ...]:
    """Return whose an enrolment is, under each record that is the same person, the surviving one first."""
    records = lens.records
    names = dict.fromkeys((records.survivor(enrolment.person_id), enrolment.person_id))
    return tuple(records.people[name] for name in names if name in records.people)


def name_of(lens: Lens, enrolment: Enrolment) -> str:
    """Return the name of whose an enrolment is."""
    people = people_of(lens, enrolment)
    return people[0].name or people[0].id if people else enrolment.person_id


def _rhythms(sessions: Iterable[TrainingSession], files: Sequence[Known]) -> dict[SessionId, float | None]:
    places: defaultdict[SessionId, list[Whereabouts]] = defaultdict(list)
    for item in files:
        if item.whereabouts is not None:
            places[item.session.id].append(item.whereabouts)
    return {session.id: rhythm_of(session, places[session.id]) for session in sessions}


def _contact(lens: Lens, known: Known, limits: Limits, rhythm: float | None) -> Contact:
    now = to_datetime(lens.now)
    live = [item for item in known.exchanges if not item.is_voided]
    reasons = reasons_of(known, limits, rhythm, now)
    outgoing = [item for item in live if item.kind.is_outgoing]
    last = outgoing[-1] if outgoing else None
    zone = known.session.zone
    is_contacted = last is not None and bool(reasons) and last.at.astimezone(zone).date() >= reasons[0].since
    return Contact(
        enrolment=known.enrolment,
        name=name_of(lens, known.enrolment),
        session_title=session_title(lens.records, known.session),
        reasons=reasons,
        last=last,
        # A question is answered by a reply, and by nothing else.
        is_contacted=is_contacted and reasons[0].why is not Why.UNANSWERED,
        postponed=_postponed(live, now.astimezone(zone).date()),
        has_address=find_address(people_of(lens, known.enrolment)) is not None,
        exchange_count=sum(item.kind is not Kind.POSTPONED for item in live),
    )


def _postponed(live: Sequence[Exchange], today: date) -> Exchange | None:
    """Return the last decision to look again later, unless that day has come or they have asked something since."""
    decided = [item for item in live if item.kind is Kind.POSTPONED]
    if not decided:
        return None
    last = decided[-1]
    asked = any(item.kind is Kind.QUESTION and item.at > last.at for item in live)
    return last if last.until is not None and last.until > today and not asked else None


def _urgency(contact: Contact) -> tuple[bool, tuple[int, date], str, str]:
    """Order whom nobody has turned to yet first; then by reason, how long it holds, and name."""
    return contact.is_contacted, urgency(contact.reasons[0]), contact.name, contact.enrolment.id
