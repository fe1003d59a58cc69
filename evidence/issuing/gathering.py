"""Everything that a document follows from, read as of an instant."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Final

from analytics.kept.span import FIRST_BUCKET, LAST_BUCKET
from analytics.store.books import Book, Books
from analytics.store.traces import Traces
from analytics.traces import Trace
from evidence.bundle.case import Case, own_live
from evidence.content import DocumentType
from evidence.issuing.document import Subject
from evidence.store.moments import Moments
from lrs.clock import Clock, Micros
from lrs.errors import InvalidRequest, NotFound, Problem
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records import Records
from training.records.ids import EnrolmentId, PersonId, SessionId
from training.store import RecordReader

# A batch asks for a whole session as of one instant: its records are read once.
_BOOKS_KEPT: Final = 4


class Gathering:
    """Reads cases. One for a process is enough, also for several threads; what it remembers is true for ever."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._moments = Moments(store, clock)
        self._books_of = Books(store, clock)
        self._traces = Traces(store)
        self._reader = RecordReader(store, clock)
        self._lock = Lock()
        # How many statements each settled instant is behind: that never changes.
        self._positions: OrderedDict[tuple[OrganisationId, Micros], int] = OrderedDict()
        self._books: OrderedDict[tuple[OrganisationId, Micros], Book] = OrderedDict()

    def instant(self, organisation: OrganisationId, as_of: Micros | None) -> Micros:
        """Return the instant that is asked about, the present by default; raises InvalidRequest for a future one."""
        if as_of is not None and (organisation, as_of) in self._positions:
            return as_of
        present = self._moments.present(organisation)
        if as_of is not None and as_of > present:
            message = "Nobody knows yet how things will stand then."
            raise InvalidRequest(message, [Problem("/as_of", message, "an instant that is over")])
        instant = present if as_of is None else as_of
        self._moments.settle(organisation, instant)
        return instant

    def is_waiting(self, organisation: OrganisationId, instant: Micros) -> bool:
        """Say whether facts lack statements that were stored by an instant."""
        key = (organisation, instant)
        with self._lock:
            position = self._positions.get(key)
        if position is None:
            position = self._moments.position(organisation, instant)
            with self._lock:
                self._positions[key] = position
                while len(self._positions) > _BOOKS_KEPT:
                    self._positions.popitem(last=False)
        return not self._moments.is_known(organisation, position)

    def case(
        self, organisation: OrganisationId, document_type: DocumentType, subject: Subject, instant: Micros
    ) -> Case:
        """Return the case of a document, with every trace of the people concerned. Raises NotFound."""
        book = self._book(organisation, instant)
        session_id, enrolment_id = _subject(book, subject)
        enrolments = (
            book.records.enrolments_in(session_id) if enrolment_id is None else (book.records.enrolments[enrolment_id],)
        )
        people = {book.records.survivor(enrolment.person_id) for enrolment in enrolments}
        return Case(
            type=document_type,
            session_id=session_id,
            enrolment_id=enrolment_id,
            period=subject.period,
            as_of=instant,
            roster=book.roster,
            rules=book.rules,
            traces=self._traces_of(organisation, book, people, instant),
            included={},
        )

    def records(self, organisation: OrganisationId, instant: Micros) -> Records:
        """Return everything on record at an instant."""
        return self._book(organisation, instant).records

    def enrolments(
        self, organisation: OrganisationId, session_id: SessionId, instant: Micros
    ) -> tuple[EnrolmentId, ...]:
        """Return the enrolments in a session at an instant; raises NotFound for no session."""
        book = self._book(organisation, instant)
        _subject(book, Subject(session_id=session_id))
        return tuple(enrolment.id for enrolment in book.records.enrolments_in(session_id))

    def _traces_of(
        self, organisation: OrganisationId, book: Book, people: Iterable[PersonId], instant: Micros
    ) -> dict[PersonId, list[Trace]]:
        found = {}
        for person_id in sorted(people):
            identities = book.records.identities_of(person_id)
            traces = self._traces.find(organisation, identities, FIRST_BUCKET, LAST_BUCKET, instant)
            found[person_id] = own_live(person_id, traces, book.records, instant)
        return found

    def _book(self, organisation: OrganisationId, instant: Micros) -> Book:
        key = (organisation, instant)
        with self._lock:
            book = self._books.get(key)
        if book is None:
            book = self._present(organisation, instant) or self._books_of.at(organisation, instant)
            with self._lock:
                self._books[key] = book
                while len(self._books) > _BOOKS_KEPT:
                    self._books.popitem(last=False)
        return book

    def _present(self, organisation: OrganisationId, instant: Micros) -> Book | None:
        """Return the newest records if nothing has changed since an instant: they are read again only when they do."""
        book, head = self._books_of.newest(organisation), self._reader.head(organisation)
        return book if head.recorded_at <= instant and head.change == book.change else None


def _subject(book: Book, subject: Subject) -> tuple[SessionId, EnrolmentId | None]:
    """Return the session, and the enrolment if it is one, that a document is about."""
    records = book.records
    if subject.enrolment_id is not None:
        enrolment = records.enrolments.get(subject.enrolment_id)
        if enrolment is None:
            raise NotFound("There is no enrolment of this id.")
        return enrolment.session_id, enrolment.id
    if subject.session_id is None or subject.session_id not in records.sessions:
        raise NotFound("There is no training session of this id.")
    return subject.session_id, None
