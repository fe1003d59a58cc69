"""The enrolments that a funder funds, a line each: what state they are in, hours, rates, documents."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from analytics.facts import EnrolmentFacts
from analytics.rates import Figure
from dashboards.views.files_asked import shared_documents
from dashboards.views.lens import Lens
from dashboards.views.session import person_name, session_title
from evidence.completeness import Item, State
from evidence.issuing.document import IssuedDocument
from lrs.clock import to_datetime
from training.records.enrolment import Enrolment, ExitReason
from training.records.ids import EnrolmentId, SessionId


class FileState(StrEnum):
    """Where an enrolment stands in time: by its exit, else by the dates of its session, in its time zone."""

    UPCOMING = "upcoming"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class FileAsked:
    """Which files are wanted: `q` is looked for in file number, agreement number, trainee and session.

    `is_lacking` narrows to those of which a document is overdue, due, missing or to be replaced.
    """

    q: str = ""
    state: FileState | None = None
    scheme: str = ""
    session_id: SessionId | None = None
    is_lacking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One enrolment as its funder sees it.

    Times are whole seconds; `agreed_seconds` is what the funder's agreement says, None where it is not on record. Rates
    are None before anything is known. `documents` counts what the funder's profile asks for by now, by where it stands;
    `issued` how many documents there are to read, in force.
    """

    enrolment_id: EnrolmentId
    funder_id: str
    file_no: str
    agreement_no: str
    scheme: str
    trainee: str
    session_id: SessionId
    session: str
    starts_on: date | None
    ends_on: date | None
    state: FileState
    exit_reason: ExitReason | None
    exit_on: date | None
    agreed_seconds: int | None
    planned_seconds: int
    credited_seconds: int
    attendance: Figure | None
    realisation: Figure | None
    documents: Mapping[State, int]
    issued: int
    next_due_on: date | None

    @property
    def lacking(self) -> int:
        """How many documents somebody still has to provide."""
        return sum(self.documents.get(state, 0) for state in LACKING)


LACKING = (State.OVERDUE, State.DUE, State.MISSING, State.EXPIRED)


def files(lens: Lens, asked: FileAsked = FileAsked()) -> tuple[FileLine, ...]:
    """Return the files within the scope that are wanted: running first, then to come, then ended, by trainee."""
    return file_lines(lens, wanted_files(lens, asked))


def schemes(lens: Lens) -> tuple[str, ...]:
    """Return the funding schemes of the files within the scope, in order."""
    return tuple(sorted({item.funding.scheme for item in lens.enrolments() if item.funding and item.funding.scheme}))


def wanted_files(lens: Lens, asked: FileAsked = FileAsked()) -> tuple[EnrolmentId, ...]:
    """Return the enrolments that are wanted, in the order in which they are shown: from the records alone, quickly."""
    found = []
    for enrolment in lens.enrolments():
        state = state_of(lens, enrolment)
        if asked.state not in (None, state) or asked.session_id not in (None, enrolment.session_id):
            continue
        if asked.scheme and (enrolment.funding is None or enrolment.funding.scheme != asked.scheme):
            continue
        name = person_name(lens.records, enrolment)
        if asked.q and not _is_found(lens, enrolment, name, asked.q):
            continue
        if asked.is_lacking and not any(item.state in LACKING for item in _items(lens, enrolment.id)):
            continue
        found.append((_ORDER.index(state), _folded(name), enrolment.id))
    return tuple(name for _, _, name in sorted(found))


def file_lines(lens: Lens, names: tuple[EnrolmentId, ...]) -> tuple[FileLine, ...]:
    """Return the lines of some enrolments within the scope, in this order."""
    facts = lens.facts_named(names)
    in_force = [item for item in shared_documents(lens, lens.documents_named(names)) if item.is_current]
    issued = Counter(name for document in in_force for name in document.enrolments)
    return tuple(_line(lens, lens.enrolment(name), facts.get(name), issued[name]) for name in names)


def file_documents(lens: Lens, enrolment_id: EnrolmentId) -> list[IssuedDocument]:
    """Return the documents of one enrolment that are the viewer's to read, newest first; raises NotFound."""
    return list(reversed(shared_documents(lens, lens.documents_of(enrolment_id))))


def state_of(lens: Lens, enrolment: Enrolment) -> FileState:
    """Return where an enrolment stands in time."""
    session = lens.records.sessions.get(enrolment.session_id)
    if session is None:
        return FileState.UPCOMING if enrolment.exit is None else FileState.ENDED
    today = to_datetime(lens.now).astimezone(session.zone).date()
    last = session.ends_on if enrolment.exit is None else enrolment.exit.on
    if last < today:
        return FileState.ENDED
    return FileState.RUNNING if (enrolment.entered_on or session.starts_on) <= today else FileState.UPCOMING


def _line(lens: Lens, enrolment: Enrolment, facts: EnrolmentFacts | None, issued: int) -> FileLine:
    funding, session = enrolment.funding, lens.records.sessions.get(enrolment.session_id)
    rates = {} if facts is None else {figure.formula: figure for figure in facts.figures}
    items = _items(lens, enrolment.id)
    due = [item.expected.due_on for item in items if item.state in (State.DUE, State.OVERDUE) and item.expected.due_on]
    return FileLine(
        enrolment_id=enrolment.id,
        funder_id="" if funding is None else funding.funder_id,
        file_no="" if funding is None else funding.file_no,
        agreement_no="" if funding is None else funding.agreement_no,
        scheme="" if funding is None else funding.scheme,
        trainee=person_name(lens.records, enrolment),
        session_id=enrolment.session_id,
        session="" if session is None else session_title(lens.records, session),
        starts_on=None if session is None else session.starts_on,
        ends_on=None if session is None else session.ends_on,
        state=state_of(lens, enrolment),
        exit_reason=None if enrolment.exit is None else enrolment.exit.reason,
        exit_on=None if enrolment.exit is None else enrolment.exit.on,
        agreed_seconds=None if funding is None else funding.agreed_seconds,
        planned_seconds=0 if facts is None else sum(facts.planned_seconds.values()),
        credited_seconds=0 if facts is None else sum(facts.credited_seconds.values()),
        attendance=rates.get("attendance_rate_net"),
        realisation=rates.get("realisation_rate"),
        documents=dict(Counter(item.state for item in items)),
        issued=issued,
        next_due_on=min(due, default=None),
    )


def _items(lens: Lens, name: EnrolmentId) -> tuple[Item, ...]:
    return lens.asked_documents.get(name, ())


def _is_found(lens: Lens, enrolment: Enrolment, name: str, q: str) -> bool:
    funding, session = enrolment.funding, lens.records.sessions.get(enrolment.session_id)
    numbers = () if funding is None else (funding.file_no, funding.agreement_no)
    title = "" if session is None else session_title(lens.records, session)
    text = _folded(" ".join((enrolment.id, name, title, *numbers)))
    return all(word in text for word in _folded(q).split())


def _folded(text: str) -> str:
    """Return a text without case and accents: whoever types « Lea » means Léa."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


_ORDER = (FileState.RUNNING, FileState.UPCOMING, FileState.ENDED)
