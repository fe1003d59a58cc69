"""A trainer's sessions, and who is in one: attendance, work, last trace, what is worth a look."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from analytics.anomalies import Anomaly
from analytics.facts import EnrolmentFacts
from analytics.overview import SessionOverview
from dashboards.formats import PARIS
from dashboards.views.lens import Lens
from dashboards.views.session import session_title
from dashboards.views.session_half_days import SlotLine, half_days_of
from dashboards.views.trainer_contacts import Contact, contacts, name_of
from lrs.clock import to_datetime
from training.assistance import Delays, Logbook, delays_of
from training.law import load_law
from training.records.enrolment import Enrolment
from training.records.ids import EnrolmentId
from training.records.session import TrainingSession


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtSession:
    """One of a trainer's sessions, with what its trainees add up to."""

    session: TrainingSession
    title: str
    overview: SessionOverview
    is_running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainee:
    """Somebody in a session. `facts` is None before anything is known, `last_at` before any trace.

    `contact` has the reasons to turn to them, if any; `anomalies` is what is worth a look.
    """

    enrolment: Enrolment
    name: str
    facts: EnrolmentFacts | None
    last_at: int | None
    anomalies: tuple[Anomaly, ...]
    contact: Contact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtFile:
    """One session as whoever teaches it sees it. `delays` is how fast its trainees' questions are answered."""

    session: TrainingSession
    title: str
    programme_title: str
    overview: SessionOverview
    half_days: tuple[SlotLine, ...]
    trainees: tuple[Trainee, ...]
    delays: Delays


def taught_sessions(lens: Lens) -> list[TaughtSession]:
    """Return the sessions within: those that are on, then those to come, then those that are over, newest first."""
    today = to_datetime(lens.now).astimezone(PARIS).date()
    overviews = {item.session_id: item for item in lens.overviews()}
    found = [
        TaughtSession(
            session=session,
            title=session_title(lens.records, session),
            overview=overviews[session.id],
            is_running=session.starts_on <= today <= session.ends_on,
        )
        for session in lens.sessions()
        if session.id in overviews
    ]
    return sorted(found, key=lambda item: _place(item.session, today))


def taught_file(lens: Lens, session_id: str) -> TaughtFile:
    """Return one session within the scope; raises NotFound."""
    session = lens.session(session_id)
    found = contacts(lens, session_id)
    reasons = {item.enrolment.id: item for item in (*found.due, *found.postponed)}
    facts = {item.enrolment_id: item for item in lens.enrolment_facts([session.id])}
    places = {item.enrolment_id: item.last_at for item in lens.whereabouts([session.id])}
    odd: defaultdict[EnrolmentId, list[Anomaly]] = defaultdict(list)
    for anomaly in lens.anomalies(session_id):
        if anomaly.enrolment_id is not None:
            odd[anomaly.enrolment_id].append(anomaly)
    trainees = [
        Trainee(
            enrolment=item,
            name=name_of(lens, item),
            facts=facts.get(item.id),
            last_at=places.get(item.id),
            anomalies=tuple(odd[item.id]),
            contact=reasons.get(item.id),
        )
        for item in lens.enrolments(session.id)
    ]
    programme = lens.records.programme_of(session.id)
    return TaughtFile(
        session=session,
        title=session_title(lens.records, session),
        programme_title="" if programme is None else programme.title,
        overview=lens.overview(session_id),
        half_days=half_days_of(lens, session_id, lens.slot_facts(session_id)),
        trainees=tuple(sorted(trainees, key=lambda item: (item.name.casefold(), item.enrolment.id))),
        delays=session_delays(lens, session.id),
    )


def session_delays(lens: Lens, session_id: str) -> Delays:
    """Return how fast the questions of a session's trainees within were answered."""
    session = lens.session(session_id)
    logs = Logbook(lens.services).exchanges(lens.viewer.organisation, [item.id for item in lens.enrolments(session.id)])
    return delays_of((item for log in logs.values() for item in log), promised_seconds(lens), to_datetime(lens.now))


def promised_seconds(lens: Lens) -> int:
    """Return within how long questions are to be answered, as of today."""
    today = to_datetime(lens.now).astimezone(PARIS).date()
    return int(load_law().value("assistance.reply_seconds", today, lens.records.law_overrides.values()))


def kinds_of(anomalies: tuple[Anomaly, ...]) -> list[tuple[str, int]]:
    """Return how often each kind of oddity was noticed, the most frequent first."""
    return Counter(item.kind.value for item in anomalies).most_common()


def _place(session: TrainingSession, today: date) -> tuple[int, int, str]:
    if session.starts_on <= today <= session.ends_on:
        return 0, session.ends_on.toordinal(), session.id
    if session.starts_on > today:
        return 1, session.starts_on.toordinal(), session.id
    return 2, -session.ends_on.toordinal(), session.id
