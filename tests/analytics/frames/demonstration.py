"""A small demonstration organisation in a real database: its statements, its records, and facts derived from both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from pymongo import MongoClient

from analytics.anomalies import Anomaly
from analytics.derivation import PersonFacts, derive
from analytics.facts import DayFact, EnrolmentFacts, Roster, SlotFact, Standing
from analytics.frames.source import Sessions
from analytics.rules import default_rules
from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from analytics.traces import extract_trace
from assidu.demo.calendar import PARIS
from assidu.demo.records import year_records
from assidu.demo.statements import DemoStatement
from assidu.demo.year import year
from lrs.caller import Caller
from lrs.clock import FixedClock, Micros, RandomIds
from lrs.limits import Limits
from lrs.organisations import Organisation, Organisations
from lrs.services import Services, build_services
from lrs.store.database import Store
from lrs.store.statements import Statements
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.records.ids import SessionId
from training.records.kinds import KINDS
from training.store import Change, RecordReader, Register

SEED, UNTIL, LEARNERS, MONTHS = 2026, date(2026, 1, 5), 24, 6
BATCH = 200


@contextmanager
def deployment(mongod_uri: str, database: str, slug: str, learners: int = LEARNERS) -> Iterator[Services]:
    """A database of its own with one furnished organisation, its facts kept; it is gone afterwards."""
    with MongoClient[dict[str, Any]](mongod_uri, tz_aware=True, uuidRepresentation="standard") as client:
        client.drop_database(database)
        store = Store(client, database)
        store.ensure_indexes()
        clock = FixedClock(Micros(0))
        services = build_services(store, clock, RandomIds(), Limits(), b"a key for tests alone, 32 bytes.")
        keep_facts(services, furnish(services, clock, slug, learners))
        yield services
        client.drop_database(database)


def furnish(services: Services, clock: FixedClock, slug: str, learners: int = LEARNERS) -> Organisation:
    """Store the records, then the statements of a few months and learners, each batch when it was sent."""
    organisation = Organisations(services.store, services.clock).find_or_create(slug, "Cap Horizon Formation")
    clock.micros = _micros(UNTIL) - Micros(400 * 86_400_000_000)
    records = list(year_records(SEED, UNTIL, learners=learners, months=MONTHS))
    changes = [Change(KINDS[type(record)], record.id, record) for record in records]
    Register(services.store, services.clock).write(organisation.number, changes, "essai")
    secret = "un-secret-seulement-pour-les-essais"
    services.credentials.seed(organisation.number, f"lms-{slug}", secret)
    caller = services.credentials.authenticate_basic(f"lms-{slug}", secret)
    filling: dict[Version, list[DemoStatement]] = {}
    for told in year(SEED, UNTIL, learners=learners, months=MONTHS):
        batch = filling.setdefault(told.version, [])
        batch.append(told)
        if len(batch) == BATCH:
            _post(services, clock, caller, filling.pop(told.version))
    for batch in filling.values():
        _post(services, clock, caller, batch)
    clock.micros = _micros(UNTIL)
    return organisation


def keep_facts(services: Services, organisation: Organisation) -> None:
    """Do what the worker does, until nothing is left to do."""
    keeper = Keeper(services.store, services.clock)
    assert ProgressOf(services.store).hold(organisation.number, "essai", services.clock.now_micros())
    while keeper.step(organisation.number).more:
        pass


def _post(services: Services, clock: FixedClock, caller: Caller, batch: list[DemoStatement]) -> None:
    clock.micros = Micros(max(clock.micros, round(batch[-1].sent_at.timestamp() * 1_000_000)))
    services.ingest.post(caller, batch[0].version, orjson.dumps([told.statement for told in batch]))


def _micros(day: date) -> Micros:
    return Micros(round(datetime(day.year, day.month, day.day, tzinfo=PARIS).timestamp()) * 1_000_000)


@dataclass(frozen=True)
class Now:
    """The instant of what is derived."""

    as_of: int


class DerivedFacts:
    """The facts by their definition: everything derived from scratch, at each instant asked about once."""

    def __init__(self, store: Store, now: int) -> None:
        self._store = store
        self._now = now
        self._known: dict[tuple[OrganisationId, int], list[PersonFacts]] = {}

    def progress(self, _: OrganisationId) -> Now:
        return Now(self._now)

    def days(
        self,
        organisation: OrganisationId,
        *,
        session_ids: Sessions = None,
        since: date | None = None,
        until: date | None = None,
        as_of: int | None = None,
    ) -> Iterator[DayFact]:
        for person in self._people(organisation, as_of):
            for fact in person.days:
                after = since is None or fact.day >= since
                if after and (until is None or fact.day <= until) and _is_in(fact.session_id, session_ids):
                    yield fact

    def standings(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterator[Standing]:
        yield from self._of(organisation, "standings", session_ids, as_of)

    def slots(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterator[SlotFact]:
        yield from self._of(organisation, "slots", session_ids, as_of)

    def enrolments(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterator[EnrolmentFacts]:
        yield from self._of(organisation, "enrolments", session_ids, as_of)

    def anomalies(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterator[Anomaly]:
        yield from self._of(organisation, "anomalies", session_ids, as_of)

    def _of(self, organisation: OrganisationId, name: str, session_ids: Sessions, as_of: int | None) -> Iterator[Any]:
        for person in self._people(organisation, as_of):
            sessions = {fact.enrolment_id: fact.session_id for fact in person.enrolments}
            for fact in getattr(person, name):
                if _is_in(sessions.get(fact.enrolment_id), session_ids):
                    yield fact

    def _people(self, organisation: OrganisationId, as_of: int | None) -> list[PersonFacts]:
        instant = self._now if as_of is None else as_of
        if (organisation, instant) not in self._known:
            self._known[organisation, instant] = self._derive(organisation, Micros(instant))
        return self._known[organisation, instant]

    def _derive(self, organisation: OrganisationId, instant: Micros) -> list[PersonFacts]:
        records = RecordReader(self._store, FixedClock(Micros(self._now))).records(organisation, instant)
        traces = [extract_trace(entry) for entry in Statements(self._store).after(organisation, Micros(0))]
        roster = Roster(records)
        people = [person.id for person in records.people.values() if person.merged_into is None]
        return [derive(person, traces, roster, default_rules(), instant) for person in sorted(people)]


def _is_in(session_id: SessionId | None, wanted: Sessions) -> bool:
    return wanted is None or session_id in wanted
