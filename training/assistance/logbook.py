"""The log of an organisation's assistance: found by the ids that follow from the enrolment, one write path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from lrs.caller import Caller, CredentialId, Scope
from lrs.clock import to_datetime
from lrs.errors import Conflict, InvalidRequest, NotFound, Overloaded, PreconditionFailed, Problem
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.statements.multipart import Part
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.assistance.exchange import Entry, Exchange, Kind
from training.assistance.reading import read_exchange
from training.assistance.writing import Course, Helper, exchange_id, text_part, write_exchange, write_withdrawal
from training.attendance.roll import identity_of
from training.attendance.vocabulary import BASE, PEOPLE
from training.records import Records
from training.records.identity import Identity
from training.records.ids import EnrolmentId, PersonId
from training.records.kinds import Kind as RecordKind
from training.records.person import Person
from training.store import Change, RecordReader, Register

SUBJECT_MOST: Final = 200
TEXT_MOST: Final = 10_000
REASON_MOST: Final = 500
# No API key may hold a space: nobody but us writes under this name.
CREDENTIAL: Final = CredentialId("Journal d’assistance")
AUTHORITY: Final = orjson.dumps(
    {
        "objectType": "Agent",
        "name": "Journal d’assistance Assidu",
        "account": {"homePage": BASE + "services", "name": "assistance-log"},
    }
)
# How many numbers of each enrolment are asked for at once, and four times as many the next time.
_AT_ONCE: Final = 8
# A tutor and a learner who write each other daily for years.
_MOST: Final = 5_000
# Every lost race is somebody else's recorded act.
_TRIES: Final = 8
# What a form's own clock may be ahead of ours.
_AHEAD: Final = timedelta(minutes=5)


class Logbook:
    """The assistance logs of every organisation of one deployment.

    `records` are the organisation's as the caller has them. Refusals: NotFound for what is not on record,
    InvalidRequest with every problem for what cannot be logged.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._organisations = Organisations(services.store, services.clock)
        self._reader = RecordReader(services.store, services.clock)
        self._register = Register(services.store, services.clock)

    def exchanges(
        self, organisation: OrganisationId, enrolments: Iterable[EnrolmentId]
    ) -> dict[EnrolmentId, list[Exchange]]:
        """Return the log of each enrolment, in order of time, voided ones included; most take one question for all."""
        slug = self._organisations.get(organisation).slug
        found: dict[EnrolmentId, list[Exchange]] = {name: [] for name in enrolments}
        for name, numbered in self._numbered(organisation, slug, list(found)).items():
            found[name] = sorted(
                (item for item in numbered if item is not None), key=lambda item: (item.at, item.number)
            )
        return found

    def text(self, organisation: OrganisationId, exchange: Exchange) -> str:
        """Return the text of an exchange; empty when it has none, or none any more."""
        wanted = (exchange.text_sha256,) if exchange.text_sha256 else ()
        return "".join(part.content.decode() for part in self._services.read.parts(organisation, wanted))

    def find(self, organisation: OrganisationId, enrolment_id: EnrolmentId, key: str) -> Exchange | None:
        """Return what one act has logged already, None when it has logged nothing."""
        log = self.exchanges(organisation, [enrolment_id])[enrolment_id]
        return next((item for item in log if item.key == key), None)

    def record(
        self, organisation: OrganisationId, records: Records, enrolment_id: EnrolmentId, entry: Entry, helper: Helper
    ) -> tuple[Exchange, bool]:
        """Log one exchange; return it, and whether it is new. What its key has logged already is answered as it is."""
        now = to_datetime(self._services.clock.now_micros())
        course = self._course(organisation, records, enrolment_id)
        check_entry(entry, now)
        slug = course.organisation.slug
        for _ in range(_TRIES):
            numbered = self._numbered(organisation, slug, [enrolment_id])[enrolment_id]
            known = [item for item in numbered if item is not None]
            same = next((item for item in known if item.key == entry.key), None)
            if same is not None:
                return same, False
            _check_question(entry, known)
            statement = write_exchange(course, len(numbered), entry, helper, entry.at or now)
            parts = (text_part(entry.text),) if entry.text else ()
            try:
                self._append(organisation, [statement], parts)
            except Conflict:
                continue
            stored = self._entry(organisation, slug, enrolment_id, len(numbered))
            if stored is not None:
                return stored, True
        message = "Others keep writing in this log; nothing of this was written. Send it again."
        raise Overloaded(message)

    def withdraw(
        self, organisation: OrganisationId, enrolment_id: EnrolmentId, statement_id: UUID, reason: str, helper: Helper
    ) -> None:
        """Void an exchange that was logged by mistake, with the reason; what is void already stays as it is."""
        log = self.exchanges(organisation, [enrolment_id])[enrolment_id]
        found = next((item for item in log if item.statement_id == statement_id), None)
        if found is None:
            message = "There is no such exchange in this log."
            raise NotFound(message)
        if not reason.strip() or len(reason) > REASON_MOST:
            message = "An exchange is withdrawn with a reason."
            raise InvalidRequest(message, [Problem("/reason", message, f"1 to {REASON_MOST} characters")])
        if found.is_voided:
            return
        now = to_datetime(self._services.clock.now_micros())
        try:
            self._append(organisation, [write_withdrawal(statement_id, helper, reason.strip(), now)])
        except Conflict:
            # Somebody else has withdrawn it meanwhile, in their own words.
            return

    def _numbered(
        self, organisation: OrganisationId, slug: str, names: Sequence[EnrolmentId]
    ) -> dict[EnrolmentId, list[Exchange | None]]:
        """Return what stands under each number of each enrolment; None under one that is no exchange of ours."""
        found: dict[EnrolmentId, list[Exchange | None]] = {name: [] for name in names}
        missing, first, count = list(found), 0, _AT_ONCE
        while missing and first < _MOST:
            ids = {exchange_id(slug, name, n): (name, n) for name in missing for n in range(first, first + count)}
            entries = {entry.statement_id: entry for entry in self._services.statements.entries(organisation, ids)}
            for statement_id, (name, number) in ids.items():
                entry = entries.get(statement_id)
                if entry is not None and number == len(found[name]):
                    found[name].append(read_exchange(entry, name, number))
            missing = [name for name in missing if len(found[name]) == first + count]
            first, count = first + count, count * 4
        return found

    def _entry(
        self, organisation: OrganisationId, slug: str, enrolment_id: EnrolmentId, number: int
    ) -> Exchange | None:
        entries = self._services.statements.entries(organisation, [exchange_id(slug, enrolment_id, number)])
        return next((read_exchange(entry, enrolment_id, number) for entry in entries), None)

    def _append(
        self, organisation: OrganisationId, statements: Sequence[Mapping[str, Any]], parts: Sequence[Part] = ()
    ) -> None:
        self._services.ingest.post(log_caller(organisation), Version.V2_0_0, orjson.dumps(list(statements)), parts)

    def _course(self, organisation: OrganisationId, records: Records, enrolment_id: EnrolmentId) -> Course:
        enrolment = records.enrolments.get(enrolment_id)
        session = None if enrolment is None else records.sessions.get(enrolment.session_id)
        if enrolment is None or session is None:
            message = "There is no enrolment of this id."
            raise NotFound(message)
        programme = records.programme_of(session.id)
        title = (programme.title if programme is not None else "") or session.title or session.id
        survivor = records.survivor(enrolment.person_id)
        people = tuple(records.people[name] for name in dict.fromkeys((survivor, enrolment.person_id)))
        if all(identity_of(person) is None for person in people):
            people = (self._name(organisation, survivor) or people[0],)
        return Course(self._organisations.get(organisation), enrolment, session, title, people)

    def _name(self, organisation: OrganisationId, person_id: PersonId) -> Person | None:
        """Give somebody whom no LMS has named yet an identity of ours, as attendance does, and return them."""
        for _ in range(_TRIES):
            entry = self._reader.get(organisation, RecordKind.PERSON, person_id)
            person = entry.record
            if not isinstance(person, Person) or person.identities:
                return person if isinstance(person, Person) else None
            named = replace(person, identities=(Identity.account(PEOPLE, person_id),))
            note = "identity for the assistance log"
            change = Change(RecordKind.PERSON, person_id, named, entry.version, note)
            try:
                self._register.write(organisation, [change], "assistance log")
            except PreconditionFailed:
                continue
            return named
        return None


def log_caller(organisation: OrganisationId) -> Caller:
    """Return the log as a caller of one organisation: its authority says who vouches for the statements."""
    return Caller(organisation, CREDENTIAL, frozenset({Scope.STATEMENTS_WRITE, Scope.DEFINE}), AUTHORITY)


def check_entry(entry: Entry, now: datetime) -> None:
    """Refuse, with every problem, what cannot be logged."""
    problems = list(_problems(entry, now))
    if problems:
        message = "This cannot be logged."
        raise InvalidRequest(message, problems)


def _problems(entry: Entry, now: datetime) -> Iterator[Problem]:
    for pointer, text, most in (("/subject", entry.subject, SUBJECT_MOST), ("/text", entry.text, TEXT_MOST)):
        # A lone half of a surrogate pair is no text: nothing could be written with it.
        if len(text) > most or "\0" in text or text != text.encode(errors="ignore").decode():
            yield Problem(pointer, "This is no text that can be kept.", f"up to {most} characters, without NUL")
    if not entry.key or len(entry.key) > SUBJECT_MOST:
        yield Problem("/key", "The act has no key of its own.", f"1 to {SUBJECT_MOST} characters")
    if entry.kind in (Kind.MESSAGE, Kind.QUESTION, Kind.REPLY) and not entry.text.strip():
        yield Problem("/text", "There is no text.", f"1 to {TEXT_MOST} characters")
    if entry.kind is not Kind.POSTPONED and not entry.subject.strip():
        yield Problem("/subject", "There is no subject.", f"1 to {SUBJECT_MOST} characters")
    if entry.at is not None and entry.at > now + _AHEAD:
        yield Problem("/at", "This has not happened yet.", "an instant that is over")
    if (entry.kind is Kind.POSTPONED) != (entry.until is not None):
        yield Problem("/until", "What is put off is put off to a day, and nothing else is.", "a date")
    elif entry.until is not None and entry.until <= now.date():
        yield Problem("/until", "This day is not to come.", "a later day than today")
    if entry.kind is Kind.REPLY and entry.replies_to is None:
        yield Problem("/replies_to", "A reply is to a question.", "the statement of a question")


def _check_question(entry: Entry, known: Iterable[Exchange]) -> None:
    questions = {item.statement_id for item in known if item.kind is Kind.QUESTION and not item.is_voided}
    if entry.replies_to is not None and entry.replies_to not in questions:
        message = "There is no such question in this log."
        raise InvalidRequest(message, [Problem("/replies_to", message, "a question of the same enrolment")])
