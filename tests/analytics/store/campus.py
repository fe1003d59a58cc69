"""A small organisation over a real database: people, records, statements; and its facts, kept and derived."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from analytics.content import QuestionContent
from analytics.content.activity import describe_content
from analytics.content.question import Answered, questions_of
from analytics.content.share import Spent, share_of
from analytics.derivation import PersonFacts, derive, live_traces, own_traces
from analytics.facts import EnrolmentFacts, Roster
from analytics.kept.form import Portion
from analytics.overview.overview import describe_session
from analytics.overview.totals import totals_of
from analytics.rules import rule_book
from analytics.store.content import Contents
from analytics.store.facts import Facts
from analytics.store.keeper import Keeper
from analytics.store.overview import Overviews
from analytics.store.progress import ProgressOf
from analytics.store.summing import sums_of
from analytics.traces import extract_trace
from lrs.caller import Caller
from lrs.clock import Micros
from lrs.services import Services
from lrs.store.statements import Statements
from lrs.versions import Version
from tests.training.examples import change, enrolment, organisation_records, person, session, slot
from training.records import Contract, Enrolment, Identity, Modality, Records, Slot
from training.records.ids import ActivityId, EnrolmentId, PersonId
from training.records.kinds import Record
from training.store import Change, RecordReader, Register

ADL = "http://adlnet.gov/expapi/verbs/"
CMI = "http://adlnet.gov/expapi/activities/cmi."
LMS = "https://lms.exemple.fr"
REGISTRATIONS = {name: UUID(int=(4 << 76) | (8 << 60) | at) for at, name in enumerate(("e1", "e2", "e3"), 1)}
SECOND = 1_000_000


class Campus:
    """Sends, records, lets time pass and works; `kept` and `derived` are to be the same."""

    def __init__(self, services: Services, caller: Caller) -> None:
        self.services = services
        self.caller = caller
        self.organisation = caller.organisation
        self.register = Register(services.store, services.clock)
        self.reader = RecordReader(services.store, services.clock)
        self.facts = Facts(services.store, services.clock)
        self.keeper = Keeper(services.store, services.clock)
        self.sent = 0

    def furnish(self) -> None:
        """Put a session with half-days on record, another one without, and three enrolments; it is Wednesday then."""
        self.write(*organisation_records()[:-1])
        self.pass_time(2 * 86_400)
        self.write(
            session(id="fevrier", title="Février"),
            remote("classe", 8),
            enrolled("e1"),
            enrolled("e2", person_id="yann"),
            enrolled("e3", session_id="fevrier"),
        )

    def write(self, *records: Record, by: str = "essai") -> None:
        self.register.write(self.organisation, [change(record) for record in records], by)

    def delete(self, *changes: Change) -> None:
        self.register.write(self.organisation, list(changes), "essai")

    def send(self, *statements: dict[str, Any]) -> None:
        body = json.dumps(list(statements)).encode()
        self.services.ingest.post(self.caller, Version.V1_0_3, body)

    def says(
        self, verb: str, what: str = "quiz", *, who: str = "lea", minute: int = 0, enrolment_: str | None = "e1",
        named: bool = True, platform: str = "Moodle", question: str | None = None, **result: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Return one statement, `minute` minutes after Tuesday 6 January 2026, 9:00 in Paris.

        With `question` it is about a question in `what`.
        """
        moment = datetime(2026, 1, 6, 8, tzinfo=UTC) + timedelta(minutes=minute)
        self.sent += 1
        context: dict[str, Any] = {"platform": platform}
        if enrolment_ is not None:
            context["registration"] = str(REGISTRATIONS[enrolment_])
        found: dict[str, Any] = {
            "actor": {"mbox": f"mailto:{who}@exemple.fr"},
            "verb": {"id": verb if ":" in verb else ADL + verb},
            "object": {"id": what if ":" in what else f"{LMS}/{what}"},
            "context": context,
            "timestamp": moment.isoformat(),
        }
        if question is not None:
            found["object"] = {"id": f"{LMS}/{question}", "definition": {"type": f"{CMI}interaction"}}
            context["contextActivities"] = {"parent": [{"id": what if ":" in what else f"{LMS}/{what}"}]}
        if result:
            found["result"] = result
        return {"id": str(statement_id(self.sent)), **found} if named else found

    def voids(self, target: UUID | str) -> dict[str, Any]:
        self.sent += 1
        return {
            "id": str(statement_id(self.sent)),
            "actor": {"mbox": "mailto:admin@exemple.fr"},
            "verb": {"id": ADL + "voided"},
            "object": {"objectType": "StatementRef", "id": str(target)},
        }

    def pass_time(self, seconds: int) -> None:
        clock: Any = self.services.clock
        clock.micros = Micros(clock.micros + seconds * SECOND)

    def work(
        self, limit: int = 500, keeper: Keeper | None = None, failures: dict[str, Exception] | None = None
    ) -> None:
        """Work until there is nothing left to do; nobody's facts may fail unless `failures` takes them."""
        progress = ProgressOf(self.services.store)
        assert progress.hold(self.organisation, "essai", self.services.clock.now_micros())
        for _ in range(500):
            turn = (keeper or self.keeper).step(self.organisation, limit)
            for person_id, failure in turn.failures.items():
                if failures is None:
                    raise failure
                failures[person_id] = failure
            if not turn.more:
                return
        raise AssertionError("the work does not come to an end")

    def people(self) -> list[PersonId]:
        records = self.reader.records(self.organisation)
        return [name for name in sorted(records.people) if records.survivor(name) == name]

    def derived(self, person_id: PersonId, as_of: int) -> PersonFacts:
        """Derive a person from the log and the records as they are."""
        records = self.reader.records(self.organisation)
        entries = Statements(self.services.store).since(self.organisation, 0)
        traces = [extract_trace(entry) for entry in entries if not entry.is_erased]
        return derive(person_id, traces, Roster(records), rule_book(records.law_overrides.values()), as_of)

    def check(self) -> None:
        """Assert that what is kept is what is derived, for everybody, and in each way of reading it."""
        as_of = self.facts.progress(self.organisation).as_of
        everybody = [self.derived(name, as_of) for name in self.people()]
        for expected in everybody:
            same(self.facts.person(self.organisation, expected.person_id), expected)
        for part in ("days", "standings", "slots", "enrolments", "anomalies"):
            found = list(getattr(self.facts, part)(self.organisation))
            wanted = [item for facts in everybody for item in getattr(facts, part)]
            assert len(found) == len(wanted), part
            for item in wanted:
                assert item in found, part
                found.remove(item)
        self.check_sessions(everybody)

    def check_sessions(self, everybody: list[PersonFacts]) -> None:
        """Assert that what sessions add up to, and how questions are answered, is what follows from the facts."""
        records, stamp = self.reader.records(self.organisation), self.facts.stamp(self.organisation)
        rules = rule_book(records.law_overrides.values()).at(stamp.as_of)
        portions: defaultdict[str, list[Portion]] = defaultdict(list)
        for person_ in everybody:
            for facts in person_.enrolments:
                portions[facts.session_id].append(portion_of(person_, facts, records, rules.probation_days))
        overviews = Overviews(self.services.store, self.facts).all(self.organisation)
        contents = Contents(self.services.store, self.facts).all(self.organisation)
        assert [item.session_id for item in overviews] == [item.session_id for item in contents]
        assert [item.session_id for item in overviews] == sorted(records.sessions)
        for overview, content in zip(overviews, contents, strict=True):
            totals, sums = sums_of(portions[overview.session_id])
            assert overview == describe_session(totals, records.sessions[overview.session_id], stamp)
            assert content == describe_content(sums, overview.session_id, stamp.as_of)
        questions = Contents(self.services.store, self.facts).questions(self.organisation, list(records.sessions))
        assert [bare(question) for question in questions] == questions_of(self.answers())

    def answers(self) -> Iterator[tuple[EnrolmentId, ActivityId, Answered]]:
        """Yield every answer to a question, from the log."""
        records = self.reader.records(self.organisation)
        entries = Statements(self.services.store).since(self.organisation, 0)
        traces = live_traces([extract_trace(entry) for entry in entries if not entry.is_erased], 2**62)
        for name in self.people():
            for trace in own_traces(name, traces, records):
                row = Roster(records).spot(name, trace, 0).row
                if trace.answer is not None and row.enrolment_id is not None and row.activity_id is not None:
                    said = trace.answer
                    found = Answered(trace.timestamp, trace.statement_id, trace.activity, said.response, said.success)
                    yield row.enrolment_id, row.activity_id, found


def portion_of(person_: PersonFacts, facts: EnrolmentFacts, records: Records, probation_days: int) -> Portion:
    """Return what an enrolment adds to its session, from the facts of its person."""
    name = facts.enrolment_id
    days = [day for day in person_.days if day.enrolment_id == name]
    seen: dict[int, int] = {}
    spent: defaultdict[ActivityId, dict[int, Spent]] = defaultdict(dict)
    for day in days:
        number = day.day.toordinal()
        if day.last_at is not None:
            seen[number] = max(seen.get(number, day.last_at), day.last_at)
        if day.activity_id is not None and (day.connected_micros or day.last_at is not None):
            spent[day.activity_id][number] = Spent(day.connected_micros, 0, day.active_micros, day.last_at)
    standings = {item.activity_id: item for item in person_.standings if item.enrolment_id == name}
    names = spent.keys() | standings.keys()
    shares = {activity: share_of(spent[activity], standings.get(activity)) for activity in names}
    slots = [slot_ for slot_ in person_.slots if slot_.enrolment_id == name]
    totals = totals_of(records.enrolments[name], facts, slots, seen, probation_days)
    return Portion(totals, {activity: share for activity, share in shares.items() if share is not None})


def bare(question: QuestionContent) -> QuestionContent:
    """Return a question without what its sender says of it."""
    return replace(question, text={}, interaction="", correct_responses=(), choices={})


def same(found: PersonFacts, expected: PersonFacts) -> None:
    for field in fields(PersonFacts):
        assert getattr(found, field.name) == getattr(expected, field.name), field.name


def statement_id(number: int) -> UUID:
    return UUID(int=number + (4 << 76) + (8 << 60))


def enrolled(name: str, **changes: Any) -> Enrolment:
    """Return an enrolment whose contract has room for every slot."""
    hours = {Modality.ASYNC: 7200, Modality.IN_PERSON: 25_200, Modality.SYNC_REMOTE: 12_600}
    given = {"registration": REGISTRATIONS.get(name), "contracts": (Contract(date(2026, 1, 1), hours),)}
    return enrolment(name, **{**given, **changes})


def remote(name: str, day: int) -> Slot:
    """A class at a distance."""
    return replace(slot(name, day), mode=Modality.SYNC_REMOTE, module_id=None)


def with_identity(name: str, *mails: str, **changes: Any) -> Record:
    return person(name, identities=tuple(Identity.mbox(f"{mail}@exemple.fr") for mail in mails), **changes)
