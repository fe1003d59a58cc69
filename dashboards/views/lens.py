"""The one place through which pages and the API read: it adds the viewer's scope to every question.

What lies outside the scope is not there: asking for it raises `NotFound`, in the words used for what does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final

from analytics.anomalies import Anomaly
from analytics.content import QuestionContent, SessionContent, Whereabouts
from analytics.derivation import PersonFacts
from analytics.facts import DayFact, EnrolmentFacts, SlotFact, Standing
from analytics.overview import SessionOverview
from analytics.store.content import Contents
from analytics.store.facts import Facts
from analytics.store.overview import Overviews
from dashboards.attendance.letters import Mailer, NoMail
from dashboards.views.decisions_memory import Memory
from dashboards.views.deployment import UNKNOWN, Deployment
from dashboards.views.portfolio_documents import DocumentRegisters, Judged, Register, count_states, wanted_of
from evidence.completeness import Item, State
from evidence.issuing.document import IssuedDocument
from evidence.store.issued import IssuedDocuments
from evidence.store.trail import Trail, TrailQuery
from evidence.trail.entry import Act, Deed
from lrs.clock import Micros
from lrs.errors import NotFound
from lrs.services import Services
from training.access import Scope, Viewer
from training.records import Records
from training.records.enrolment import Enrolment
from training.records.ids import ActivityId, EnrolmentId, PersonId, SessionId
from training.records.person import Person
from training.records.session import TrainingSession

# For how long the same reader, at the same place, leaves no second trace of the same reading.
READING_MICROS: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Sources:
    """What every lens of a process reads from; built once."""

    services: Services
    facts: Facts
    documents: IssuedDocuments
    trail: Trail
    overviews: Overviews
    contents: Contents
    deployment: Deployment = UNKNOWN
    mailer: Mailer = field(default_factory=NoMail)
    registers: DocumentRegisters = field(default_factory=DocumentRegisters)
    memory: Memory = field(default_factory=Memory)


def build_sources(services: Services, deployment: Deployment = UNKNOWN, mailer: Mailer | None = None) -> Sources:
    """Return the sources over one deployment; nothing is read yet. `mailer` carries what acts send."""
    store, clock = services.store, services.clock
    facts = Facts(store, clock)
    documents, trail = IssuedDocuments(store), Trail(store, clock)
    kept, letters = (Overviews(store, facts), Contents(store, facts)), mailer or NoMail()
    return Sources(services, facts, documents, trail, *kept, deployment, letters)


class Lens:
    """What one viewer may see, at one moment. Made for one request: what it has read once, it does not read again."""

    def __init__(self, sources: Sources, viewer: Viewer) -> None:
        self.viewer = viewer
        self._sources = sources

    @property
    def sources(self) -> Sources:
        """The unscoped sources, for views that add the scope themselves and say where."""
        return self._sources

    @property
    def services(self) -> Services:
        """The record store's parts, for acts; they take the organisation from `viewer`."""
        return self._sources.services

    @cached_property
    def now(self) -> Micros:
        """The moment of this reading."""
        return self._sources.services.clock.now_micros()

    @cached_property
    def records(self) -> Records:
        """The organisation's records, unscoped: to name things with, never to list from."""
        return self._sources.facts.records(self.viewer.organisation)

    @cached_property
    def scope(self) -> Scope:
        """What of the records the viewer may see."""
        return Scope(self.viewer, self.records)

    @cached_property
    def as_of(self) -> int:
        """The instant that kept facts are of, in microseconds since 1970."""
        return self._sources.facts.progress(self.viewer.organisation).as_of

    @property
    def edition(self) -> str:
        """What tells what this lens shows from what it showed before: equal while no fact and no record has changed."""
        progress = self._sources.facts.progress(self.viewer.organisation)
        return f"{progress.round}.{self.records.change}"

    def sessions(self) -> list[TrainingSession]:
        """Return the training sessions within, by start then id."""
        found = [self.records.sessions[name] for name in self.scope.sessions if name in self.records.sessions]
        return sorted(found, key=lambda session: (session.starts_on, session.id))

    def session(self, session_id: str) -> TrainingSession:
        """Return one of them; raises NotFound."""
        name = SessionId(session_id)
        if name not in self.scope.sessions or name not in self.records.sessions:
            message = "There is no training session of this id."
            raise NotFound(message)
        return self.records.sessions[name]

    def enrolments(self, session_id: SessionId | None = None) -> list[Enrolment]:
        """Return the enrolments within, of one session if given, by id."""
        if session_id is None:
            return [self.records.enrolments[name] for name in sorted(self.scope.enrolments)]
        return [item for item in self.records.enrolments_in(session_id) if item.id in self.scope.enrolments]

    def enrolment(self, enrolment_id: str) -> Enrolment:
        """Return one of them; raises NotFound."""
        name = EnrolmentId(enrolment_id)
        if name not in self.scope.enrolments:
            message = "There is no enrolment of this id."
            raise NotFound(message)
        return self.records.enrolments[name]

    def person(self, person_id: str) -> Person:
        """Return somebody within, by their surviving record; raises NotFound."""
        name = self.records.survivor(PersonId(person_id))
        if name not in self.scope.people or name not in self.records.people:
            message = "There is no person of this id."
            raise NotFound(message)
        return self.records.people[name]

    def enrolment_facts(self, sessions: Iterable[SessionId] | None = None) -> list[EnrolmentFacts]:
        """Return the kept facts of the enrolments within, of some sessions if given, by session then id."""
        organisation, scope = self.viewer.organisation, self.scope
        if scope.is_whole and sessions is None:
            return self._sources.facts.enrolments(organisation)
        wanted = scope.sessions if sessions is None else scope.sessions & set(sessions)
        # Who sees one trainee of many asks for that one: a funder's files are spread over sessions.
        names = None if scope.has_whole_sessions else scope.enrolments
        found = self._sources.facts.enrolments(organisation, session_ids=wanted, enrolment_ids=names)
        return [facts for facts in found if facts.enrolment_id in scope.enrolments]

    def overviews(self) -> list[SessionOverview]:
        """Return the sessions within in figures, by id; of one with only some enrolments within, of these alone."""
        organisation, scope, kept = self.viewer.organisation, self.scope, self._sources.overviews
        if scope.has_whole_sessions:
            return kept.of(organisation, scope.sessions)
        return kept.among(organisation, scope.enrolments)

    def overview(self, session_id: str) -> SessionOverview:
        """Return one of them; raises NotFound."""
        name, organisation, kept = self.session(session_id).id, self.viewer.organisation, self._sources.overviews
        if self.scope.has_whole_sessions:
            return kept.of(organisation, (name,))[0]
        return kept.among(organisation, [item.id for item in self.enrolments(name)])[0]

    def contents(self, session_ids: Iterable[SessionId] | None = None) -> list[SessionContent]:
        """Return what becomes of activities in the sessions within, of some if given; of whole sessions only."""
        return self._sources.contents.of(self.viewer.organisation, self._whole_sessions(session_ids))

    def questions(
        self, session_ids: Iterable[SessionId], activity_id: ActivityId | None = None
    ) -> list[QuestionContent]:
        """Return how questions are answered in some of the sessions within, together; of whole sessions only."""
        wanted = self._whole_sessions(session_ids)
        return self._sources.contents.questions(self.viewer.organisation, wanted, activity_id)

    def whereabouts(self, session_ids: Iterable[SessionId] | None = None) -> list[Whereabouts]:
        """Return where each trainee within was last seen, of some sessions if given, by session then enrolment."""
        wanted = self.scope.sessions if session_ids is None else self.scope.sessions & set(session_ids)
        found = self._sources.contents.whereabouts(self.viewer.organisation, wanted)
        return [item for item in found if item.enrolment_id in self.scope.enrolments]

    def _whole_sessions(self, session_ids: Iterable[SessionId] | None) -> frozenset[SessionId]:
        """Return the sessions of which everybody lies within: what a group does is not for who sees one of it."""
        within = self.scope.sessions if self.scope.has_whole_sessions else frozenset()
        return within if session_ids is None else within & frozenset(session_ids)

    def facts_named(self, enrolment_ids: Iterable[EnrolmentId]) -> dict[EnrolmentId, EnrolmentFacts]:
        """Return the kept facts of those of these enrolments that lie within, and of which something is known."""
        names = self.scope.enrolments.intersection(enrolment_ids)
        found = self._sources.facts.named(self.viewer.organisation, sorted(names)) if names else ()
        return {facts.enrolment_id: facts for facts in found}

    def facts_of(self, enrolment_id: str, as_of: int | None = None) -> EnrolmentFacts:
        """Return the facts of one enrolment within, as kept or as of an instant; raises NotFound."""
        name = self.enrolment(enrolment_id).id
        return self._sources.facts.enrolment(self.viewer.organisation, name, as_of=as_of)

    def person_facts(self, person_id: str) -> PersonFacts:
        """Return all that is kept of somebody, but for their enrolments outside the scope; raises NotFound."""
        found = self._sources.facts.person(self.viewer.organisation, self.person(person_id).id)
        if self.scope.is_whole:
            return found
        names = self.scope.enrolments
        return PersonFacts(
            person_id=found.person_id,
            as_of=found.as_of,
            days=tuple(fact for fact in found.days if fact.enrolment_id in names),
            standings=tuple(fact for fact in found.standings if fact.enrolment_id in names),
            slots=tuple(fact for fact in found.slots if fact.enrolment_id in names),
            enrolments=tuple(fact for fact in found.enrolments if fact.enrolment_id in names),
            anomalies=tuple(fact for fact in found.anomalies if fact.enrolment_id in names),
        )

    def enrolment_part(self, enrolment_id: str, as_of: int | None = None) -> PersonFacts:
        """Return what is known of a person for one enrolment within, as kept or as of an instant; raises NotFound."""
        enrolment = self.enrolment(enrolment_id)
        found = self._sources.facts.person(self.viewer.organisation, enrolment.person_id, as_of=as_of)
        return replace(
            found,
            days=tuple(fact for fact in found.days if fact.enrolment_id == enrolment.id),
            standings=tuple(fact for fact in found.standings if fact.enrolment_id == enrolment.id),
            slots=tuple(fact for fact in found.slots if fact.enrolment_id == enrolment.id),
            enrolments=tuple(fact for fact in found.enrolments if fact.enrolment_id == enrolment.id),
            anomalies=tuple(fact for fact in found.anomalies if fact.enrolment_id == enrolment.id),
        )

    def slot_facts(self, session_id: str) -> list[SlotFact]:
        """Return what is known of every trainee within, in every slot of a session within; raises NotFound."""
        return self.slots_of([self.session(session_id).id])

    def anomalies(self, session_id: str) -> list[Anomaly]:
        """Return what somebody should look at in a session within; raises NotFound."""
        return self.anomalies_of([self.session(session_id).id])

    def slots_of(self, sessions: Iterable[SessionId]) -> list[SlotFact]:
        """Return what is known of everybody within, in every slot of these sessions; of none outside."""
        wanted = self.scope.sessions & set(sessions)
        found = self._sources.facts.slots(self.viewer.organisation, session_ids=wanted)
        return [fact for fact in found if fact.enrolment_id in self.scope.enrolments]

    def days_of(self, sessions: Iterable[SessionId], since: date | None = None) -> list[DayFact]:
        """Return the days from `since`, in no order, of everybody within, in these sessions; of none outside."""
        wanted = self.scope.sessions & set(sessions)
        found = self._sources.facts.days(self.viewer.organisation, session_ids=wanted, since=since)
        return [fact for fact in found if fact.enrolment_id in self.scope.enrolments]

    def standings_of(self, sessions: Iterable[SessionId]) -> list[Standing]:
        """Return where everybody within stands on their activities, in these sessions; of none outside."""
        wanted = self.scope.sessions & set(sessions)
        found = self._sources.facts.standings(self.viewer.organisation, session_ids=wanted)
        return [standing for standing in found if standing.enrolment_id in self.scope.enrolments]

    def anomalies_of(self, sessions: Iterable[SessionId]) -> list[Anomaly]:
        """Return what somebody should look at, of everybody within, in these sessions; of none outside."""
        wanted = self.scope.sessions & set(sessions)
        found = self._sources.facts.anomalies(self.viewer.organisation, session_ids=wanted)
        return [anomaly for anomaly in found if anomaly.enrolment_id in self.scope.enrolments]

    def documents_in(self, session_id: str) -> list[IssuedDocument]:
        """Return the issued documents of a session that the viewer may read, oldest first; raises NotFound."""
        name = self.session(session_id).id
        found = self._sources.documents.of_session(self.viewer.organisation, name)
        return [document for document in found if self.may_read(document)]

    def documents_of(self, enrolment_id: str) -> list[IssuedDocument]:
        """Return the issued documents of an enrolment that the viewer may read, oldest first; raises NotFound."""
        name = self.enrolment(enrolment_id).id
        found = self._sources.documents.of_enrolment(self.viewer.organisation, name)
        return [document for document in found if self.may_read(document)]

    def documents_named(self, enrolment_ids: Iterable[EnrolmentId]) -> list[IssuedDocument]:
        """Return the issued documents that the viewer may read of those of these that lie within, newest first."""
        names = self.scope.enrolments.intersection(enrolment_ids)
        found = self._sources.documents.of_enrolments(self.viewer.organisation, names) if names else ()
        return [document for document in found if self.may_read(document)]

    @cached_property
    def asked_documents(self) -> Register:
        """Where each document stands that is asked for by now of the enrolments within, by enrolment."""
        found = self._judged.register
        return found if self.scope.is_whole else {name: found[name] for name in self.scope.enrolments if name in found}

    def asked_by_session(self) -> Mapping[SessionId, Mapping[State, int]]:
        """Return how many of these documents stand where, by session."""
        judged = self._judged
        return judged.by_session if self.scope.is_whole else count_states(self.asked_documents, judged.asked.sessions)

    def wanted_documents(self) -> Sequence[tuple[EnrolmentId, Item]]:
        """Return those that are overdue, due, missing or to be replaced, in this order, the earliest deadline first."""
        return self._judged.wanted if self.scope.is_whole else wanted_of(self.asked_documents, self.asked_documents)

    @cached_property
    def _judged(self) -> Judged:
        sources = self._sources
        return sources.registers.judged(self.records, sources.documents, sources.trail, self.now)

    def document(self, code: str) -> IssuedDocument:
        """Return an issued document by its code; raises NotFound when it names anybody outside the scope."""
        found = self._sources.documents.get(self.viewer.organisation, code)
        if not self.may_read(found):
            message = "There is no document of this code."
            raise NotFound(message)
        return found

    def may_read(self, document: IssuedDocument) -> bool:
        """Say whether everybody whom a document names lies within: a sheet of a class is not one trainee's to read."""
        return self.scope.is_whole or (
            bool(document.enrolments) and self.scope.enrolments.issuperset(document.enrolments)
        )

    def note_reading(self, enrolments: Iterable[EnrolmentId], page: str) -> None:
        """Leave in the audit trail that these were read, where the viewer's role leaves one; call it before showing.

        `page` says where, as the learner will be told: a page's name, or the path of an API operation. What was read at
        the same place within the hour before is not noted again: a page that stays open draws itself anew all the time.
        """
        self._note({f"enrolment:{name}" for name in enrolments}, page)

    def note_reading_of(self, what: str, page: str) -> None:
        """Leave in the audit trail that something else than enrolments was read, `kind:id` or a name; as the above."""
        self._note({what}, page)

    def _note(self, wanted: set[str], page: str) -> None:
        if not self.viewer.leaves_trail or not wanted:
            return
        trail, organisation, who = self._sources.trail, self.viewer.organisation, self.viewer.trail_name
        lately = trail.entries(organisation, TrailQuery(who, Act.READ, since=Micros(self.now - READING_MICROS)))
        known = {entry.deed.what for entry in lately if entry.deed.why == page}
        deeds = [Deed(who, Act.READ, what, page) for what in sorted(wanted - known)]
        if deeds:
            trail.record(organisation, *deeds)
