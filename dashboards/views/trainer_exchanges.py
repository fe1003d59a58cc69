"""One learner's log of assistance: what was written, said and asked, and how fast answers came."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.views.lens import Lens
from dashboards.views.session import session_title
from dashboards.views.trainer_contacts import Contact, contact, name_of
from dashboards.views.trainer_sessions import promised_seconds
from lrs.clock import to_datetime
from training.assistance import Delays, Exchange, Logbook, delays_of, open_questions
from training.records.enrolment import Enrolment
from training.records.session import TrainingSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One exchange with its text, empty where it has none, or none any more."""

    exchange: Exchange
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFile:
    """One learner's log, newest first, withdrawn ones included. `open_questions` wait for a reply, oldest first."""

    enrolment: Enrolment
    session: TrainingSession
    session_title: str
    name: str
    contact: Contact
    said: tuple[Said, ...]
    open_questions: tuple[Exchange, ...]
    delays: Delays


def exchange_file(lens: Lens, enrolment_id: str) -> ExchangeFile:
    """Return the log of one enrolment within the scope; raises NotFound."""
    enrolment = lens.enrolment(enrolment_id)
    session = lens.records.sessions[enrolment.session_id]
    book, organisation = Logbook(lens.services), lens.viewer.organisation
    log = book.exchanges(organisation, [enrolment.id])[enrolment.id]
    return ExchangeFile(
        enrolment=enrolment,
        session=session,
        session_title=session_title(lens.records, session),
        name=name_of(lens, enrolment),
        contact=contact(lens, enrolment_id),
        said=tuple(Said(exchange=item, text=book.text(organisation, item)) for item in reversed(log)),
        open_questions=tuple(open_questions(log)),
        delays=delays_of(log, promised_seconds(lens), to_datetime(lens.now)),
    )
