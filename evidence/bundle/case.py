"""All that one document follows from, at one instant: the records, the rules, the statements, the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NoReturn
from uuid import UUID

from analytics.derivation import PersonFacts, derive, live_traces, own_traces
from analytics.facts import DayFact, EnrolmentFacts, Roster, SlotFact, Standing
from analytics.facts.credit import Credit, credits_of
from analytics.facts.roster import Course
from analytics.rules import RuleBook
from analytics.time import day_of
from analytics.traces import Trace, extract_trace
from evidence.bundle.inclusion import IncludedStatement
from evidence.content import DocumentType, Period
from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem
from training.records import Enrolment, Programme, Records, TrainingSession
from training.records.ids import ActivityId, EnrolmentId, PersonId, SessionId


@dataclass(frozen=True)
class Case:
    """One document to be filled: of an enrolment, or for sheets of a session with its enrolments.

    `traces` are those of each person concerned, live at `as_of`; in a bundle those of the included statements, while
    issuing all there are. `included` are the statements whose bytes are at hand, by id.
    """

    type: DocumentType
    session_id: SessionId
    enrolment_id: EnrolmentId | None
    period: Period | None
    as_of: Micros
    roster: Roster
    rules: RuleBook
    traces: Mapping[PersonId, Sequence[Trace]]
    included: Mapping[UUID, IncludedStatement]
    # What was derived already: a case over another period has the same people.
    people: dict[PersonId, PersonFacts] = field(default_factory=dict, compare=False, repr=False)

    @property
    def records(self) -> Records:
        """The records as they were at `as_of`."""
        return self.roster.records

    @cached_property
    def session(self) -> TrainingSession:
        """The training session; raises InvalidRequest when it is not there."""
        found = self.records.sessions.get(self.session_id)
        return found if found is not None else _absent("training session", self.session_id)

    @cached_property
    def programme(self) -> Programme:
        """The programme that the session follows."""
        found = self.records.programme_of(self.session_id)
        return found if found is not None else _absent("programme", self.session.programme_id)

    @cached_property
    def enrolments(self) -> tuple[Enrolment, ...]:
        """The enrolment, or every one of the session, by id."""
        if self.enrolment_id is None:
            return self.records.enrolments_in(self.session_id)
        return (self.enrolment,)

    @cached_property
    def enrolment(self) -> Enrolment:
        """The enrolment; a document of a session has none, and asking for it is an error."""
        found = None if self.enrolment_id is None else self.records.enrolments.get(self.enrolment_id)
        return found if found is not None else _absent("enrolment", str(self.enrolment_id))

    @cached_property
    def course(self) -> Course:
        """The enrolment with all that its facts look up."""
        return self.course_of(self.enrolment)

    def course_of(self, enrolment: Enrolment) -> Course:
        """Return one of the enrolments with all that its facts look up."""
        found = self.roster.course(enrolment)
        return found if found is not None else _absent("training session or programme", self.session_id)

    @cached_property
    def today(self) -> date:
        """The local day of `as_of`."""
        return day_of(self.as_of, self.session.time_zone)

    def people_merged_into(self, person_id: PersonId) -> tuple[PersonId, ...]:
        """Return a person and everybody who is the same as them."""
        merged = (name for name, person in self.records.people.items() if person.merged_into is not None)
        return (person_id, *(name for name in merged if self.records.survivor(name) == person_id))

    def person_of(self, enrolment: Enrolment) -> PersonId:
        """Return whose an enrolment is, merges followed."""
        return self.records.survivor(enrolment.person_id)

    def person(self, person_id: PersonId) -> PersonFacts:
        """Return everything that is known of one of the people."""
        if person_id not in self.people:
            traces = self.traces.get(person_id, ())
            self.people[person_id] = derive(person_id, traces, self.roster, self.rules, self.as_of)
        return self.people[person_id]

    @cached_property
    def facts(self) -> EnrolmentFacts:
        """What the enrolment adds up to."""
        return self.person(self.person_of(self.enrolment)).enrolment(self.enrolment.id)

    @cached_property
    def standings(self) -> Mapping[ActivityId, Standing]:
        """Where the trainee stands on each activity of which anything is known."""
        person = self.person(self.person_of(self.enrolment))
        return {item.activity_id: item for item in person.standings if item.enrolment_id == self.enrolment.id}

    @cached_property
    def slots(self) -> tuple[SlotFact, ...]:
        """What is known of the enrolment in every half-day of the period, in order of time."""
        return self.slots_of(self.enrolment)

    def slots_of(self, enrolment: Enrolment) -> tuple[SlotFact, ...]:
        """Return what is known of one of the enrolments in every half-day of the period."""
        facts = self.person(self.person_of(enrolment)).slots
        return tuple(fact for fact in facts if fact.enrolment_id == enrolment.id and self.holds(fact.day))

    @cached_property
    def rows(self) -> tuple[DayFact, ...]:
        """Return the enrolment's rows of days, whatever the period."""
        person = self.person(self.person_of(self.enrolment))
        return tuple(row for row in person.days if row.enrolment_id == self.enrolment.id)

    @cached_property
    def credits(self) -> tuple[Credit, ...]:
        """What is credited of asynchronous activities in the period, by day then activity."""
        found = credits_of(self.course, self.standings.values(), self.rules)
        return tuple(
            sorted((item for item in found if self.holds(item.day)), key=lambda item: (item.day, item.activity_id))
        )

    @cached_property
    def traces_by_id(self) -> Mapping[UUID, Trace]:
        """Every live trace by its statement."""
        return {trace.statement_id: trace for traces in self.traces.values() for trace in traces}

    def holds(self, day: date) -> bool:
        """Say whether a local day is in the period; every day is where there is none."""
        return self.period is None or self.period.first <= day <= self.period.last


def own_live(person_id: PersonId, traces: Iterable[Trace], records: Records, as_of: int) -> list[Trace]:
    """Return the traces of a person that count at an instant."""
    return own_traces(person_id, live_traces(list(traces), as_of), records)


def case_of_included(
    document_type: DocumentType, session_id: SessionId, enrolment_id: EnrolmentId | None, period: Period | None,
    as_of: Micros, records: Records, rules: RuleBook, statements: Iterable[IncludedStatement],
) -> Case:  # fmt: skip
    """Return the case that included statements and records make by themselves: what a verifier has."""
    included = {statement.statement_id: statement for statement in statements}
    traces = [extract_trace(statement) for statement in included.values()]
    named = {records.survivor(person_id) for person_id in records.people}
    return Case(
        type=document_type,
        session_id=session_id,
        enrolment_id=enrolment_id,
        period=period,
        as_of=as_of,
        roster=Roster(records),
        rules=rules,
        traces={person_id: own_live(person_id, traces, records, as_of) for person_id in named},
        included=included,
    )


def _absent(what: str, name: str) -> NoReturn:
    message = "What the document is about is not among its records."
    raise InvalidRequest(message, [Problem("/records", f"There is no {what} {name}.")])
