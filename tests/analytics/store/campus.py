"""A small organisation over a real database: people, records, statements; and its facts, kept and derived."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from analytics.derivation import PersonFacts, derive
from analytics.facts import Roster
from analytics.rules import rule_book
from analytics.store.facts import Facts
from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from analytics.traces import extract_trace
from lrs.caller import Caller
from lrs.clock import Micros
from lrs.services import Services
from lrs.store.statements import Statements
from lrs.versions import Version
from tests.training.examples import change, enrolment, organisation_records, person, session, slot
from training.records import Contract, Enrolment, Identity, Modality, Slot
from training.records.ids import PersonId
from training.records.kinds import Record
from training.store import Change, RecordReader, Register

ADL = "http://adlnet.gov/expapi/verbs/"
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
        named: bool = True, platform: str = "Moodle", **result: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Return one statement, `minute` minutes after Tuesday 6 January 2026, 9:00 in Paris."""
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
