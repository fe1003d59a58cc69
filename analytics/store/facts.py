"""The facts of an organisation, as kept or as of an instant: the one place to read them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import Any, Final, TypeVar

import msgspec

from analytics.anomalies.anomaly import Anomaly, order
from analytics.derivation import PersonFacts, derive
from analytics.facts import DayFact, EnrolmentFacts, SlotFact, Standing
from analytics.kept import KeptDay
from analytics.kept.span import FIRST_BUCKET, LAST_BUCKET
from analytics.rates.formulas import Stamp
from analytics.store.books import Book, Books
from analytics.store.enrolment_form import read_enrolment
from analytics.store.glimpses import ODD_DAY, ODD_ENROLMENT, SLOTS, STANDING, StandingGlimpse
from analytics.store.kept import KeptFacts
from analytics.store.kept_keys import enrolment_key, person_span, under_enrolments
from analytics.store.marks import Marks
from analytics.store.progress import Progress, ProgressOf
from lrs.clock import Clock, Micros, SystemClock
from lrs.errors import NotFound
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from training.records import Records
from training.records.ids import EnrolmentId, PersonId, SessionId

T = TypeVar("T")
Sessions = Collection[SessionId] | None
_DAY: Final = msgspec.msgpack.Decoder(KeptDay)


class Facts:
    """Reads facts; every call names the organisation.

    Without `as_of` they are as kept: what `derive` says at `progress().as_of`, once nobody is waiting to be settled.
    With it they are derived from the traces and the records of that instant, which takes time with every person's
    history; statements later than `progress().stored` are not in it.
    """

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self._kept = KeptFacts(store)
        self._marks = Marks(store)
        self._progress = ProgressOf(store)
        self._books = Books(store, clock or SystemClock())

    def progress(self, organisation: OrganisationId) -> Progress:
        """Return how far the facts have come."""
        return self._progress.find(organisation)

    def records(self, organisation: OrganisationId) -> Records:
        """Return the organisation's records as they are now; read once, kept while none changes."""
        return self._books.newest(organisation).records

    def stamp(self, organisation: OrganisationId) -> Stamp:
        """Return the instant that kept facts are of, and which rules hold then."""
        instant = self.progress(organisation).as_of
        return Stamp(instant, self._books.newest(organisation).rules.at(instant).version)

    def waiting(self, organisation: OrganisationId) -> int:
        """Return how many identities and people have something new that is not in their facts yet."""
        return self._marks.count(organisation)

    def days(
        self,
        organisation: OrganisationId,
        *,
        session_ids: Sessions = None,
        since: date | None = None,
        until: date | None = None,
        as_of: int | None = None,
    ) -> Iterator[DayFact]:
        """Yield the rows of days from `since` to `until`, both included, in no order; of some sessions if given."""
        low, high = since or date.min, until or date.max
        if as_of is None:
            query: Document = {"o": organisation, "d": {"$gte": low.toordinal(), "$lte": high.toordinal()}}
            if session_ids is not None:
                query["s"] = {"$in": sorted(session_ids)}
            for row in self._kept.days.find(query, {"p": 1, "b": 1}):
                yield from _in_sessions(_day_facts(row), session_ids)
            return
        for person in self._derived(organisation, as_of):
            yield from _in_sessions((fact for fact in person.days if low <= fact.day <= high), session_ids)

    def standings(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterator[Standing]:
        """Yield where everybody stands on their activities."""
        if as_of is None:
            for row in self._kept.activities.find(_query(organisation, session_ids), {"_id": 0, "b": 1}):
                standing = STANDING.decode(row["b"]).standing
                if standing is not None:
                    yield standing
            return
        yield from self._of_sessions(organisation, as_of, session_ids, lambda person: person.standings)

    def slots(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterator[SlotFact]:
        """Yield what is known of every trainee in every slot."""
        if as_of is None:
            for row in self._kept.enrolments.find(_query(organisation, session_ids), {"_id": 0, "b": 1}):
                yield from SLOTS.decode(row["b"]).slots
            return
        yield from self._of_sessions(organisation, as_of, session_ids, lambda person: person.slots)

    def enrolments(
        self,
        organisation: OrganisationId,
        *,
        session_ids: Sessions = None,
        enrolment_ids: Collection[EnrolmentId] | None = None,
        as_of: int | None = None,
    ) -> list[EnrolmentFacts]:
        """Return every enrolment with its rates, by session then id; of some sessions, or only some, where given."""
        if as_of is None:
            instant = self._progress.find(organisation).as_of
            query = _query(organisation, session_ids)
            if enrolment_ids is not None:
                query["_id"] = {"$in": [enrolment_key(organisation, name) for name in enrolment_ids]}
            rows = self._kept.enrolments.find(query, {"_id": 0, "f": 1, "at": 1})
            found = [read_enrolment(row["f"], max(row["at"], instant)) for row in rows]
        else:
            people = self._derived(organisation, as_of)
            found = [fact for person in people for fact in _in_sessions(person.enrolments, session_ids)]
            if enrolment_ids is not None:
                found = [fact for fact in found if fact.enrolment_id in enrolment_ids]
        return sorted(found, key=lambda fact: (fact.session_id, fact.enrolment_id))

    def named(self, organisation: OrganisationId, enrolment_ids: Iterable[EnrolmentId]) -> list[EnrolmentFacts]:
        """Return the kept facts of some enrolments, in no order; what nothing is known of is left out."""
        instant = self._progress.find(organisation).as_of
        keys = [enrolment_key(organisation, name) for name in enrolment_ids]
        rows = self._kept.enrolments.find({"_id": {"$in": keys}, "o": organisation}, {"_id": 0, "f": 1, "at": 1})
        return [read_enrolment(row["f"], max(row["at"], instant)) for row in rows]

    def enrolment(
        self, organisation: OrganisationId, enrolment_id: EnrolmentId, *, as_of: int | None = None
    ) -> EnrolmentFacts:
        """Return the facts of one enrolment; raises `NotFound` when nothing is known of it then."""
        if as_of is None:
            key = enrolment_key(organisation, enrolment_id)
            row = self._kept.enrolments.find_one({"_id": key, "o": organisation}, {"_id": 0, "f": 1, "at": 1})
            if row is not None:
                return read_enrolment(row["f"], max(row["at"], self._progress.find(organisation).as_of))
        else:
            book = self._books.at(organisation, Micros(as_of))
            record = book.records.enrolments.get(enrolment_id)
            found = () if record is None else self._derive(book, record.person_id, as_of).enrolments
            for facts in found:
                if facts.enrolment_id == enrolment_id:
                    return facts
        raise NotFound("There are no facts of an enrolment of this id.")

    def anomalies(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterator[Anomaly]:
        """Yield what somebody should look at; of some sessions, only what lies in one of their enrolments."""
        if as_of is None:
            names = None if session_ids is None else self._enrolments_in(organisation, session_ids)
            yield from (
                anomaly for anomaly in self._kept_anomalies(organisation, session_ids)
                if names is None or anomaly.enrolment_id in names
            )  # fmt: skip
            return
        for person in self._derived(organisation, as_of):
            names = {fact.enrolment_id for fact in _in_sessions(person.enrolments, session_ids)}
            yield from (item for item in person.anomalies if session_ids is None or item.enrolment_id in names)

    def person(self, organisation: OrganisationId, person_id: PersonId, *, as_of: int | None = None) -> PersonFacts:
        """Return everything that is known of a person, merges followed; nothing of somebody who is not on record."""
        if as_of is not None:
            return self._derive(self._books.at(organisation, Micros(as_of)), person_id, as_of)
        book = self._books.newest(organisation)
        survivor = book.records.survivor(person_id)
        query = {"o": organisation, "p": survivor}
        rows = list(self._kept.enrolments.find(query, {"e": 1, "b": 1, "f": 1, "at": 1}))
        instant = max([self._progress.find(organisation).as_of, *(row["at"] for row in rows)])
        order_of = {course.enrolment.id: at for at, course in enumerate(book.roster.courses_of(survivor))}
        rows.sort(key=lambda row: (order_of.get(row["e"], len(order_of)), row["e"]))
        kept = [SLOTS.decode(row["b"]) for row in rows]
        activities = self._activities_of(organisation, [EnrolmentId(row["e"]) for row in rows])
        days = self._kept.days.find({"_id": person_span(organisation, survivor), "o": organisation}, {"p": 1, "b": 1})
        day_rows = list(days)
        anomalies = [item for row in day_rows for item in _day_anomalies(row)]
        anomalies += [item for enrolment in kept for item in enrolment.anomalies]
        anomalies += [item for found in activities.values() for activity in found for item in activity.anomalies]
        return PersonFacts(
            person_id=survivor,
            as_of=instant,
            days=tuple(sorted((fact for row in day_rows for fact in _day_facts(row)), key=_day_order)),
            standings=tuple(
                activity.standing
                for row in rows
                for activity in sorted(activities.get(row["e"], ()), key=lambda item: item.activity_id)
                if activity.standing is not None
            ),
            slots=tuple(fact for enrolment in kept for fact in enrolment.slots),
            enrolments=tuple(read_enrolment(row["f"], instant) for row in rows),
            anomalies=tuple(sorted(anomalies, key=order)),
        )

    def _activities_of(
        self, organisation: OrganisationId, names: Iterable[EnrolmentId]
    ) -> dict[str, list[StandingGlimpse]]:
        found: dict[str, list[StandingGlimpse]] = {}
        spans = under_enrolments(organisation, names)
        if spans:
            for row in self._kept.activities.find({"$or": spans, "o": organisation}, {"_id": 0, "e": 1, "b": 1}):
                found.setdefault(row["e"], []).append(STANDING.decode(row["b"]))
        return found

    def _kept_anomalies(self, organisation: OrganisationId, session_ids: Sessions) -> Iterator[Anomaly]:
        query = {**_query(organisation, session_ids), "odd": True}
        for row in self._kept.days.find(query, {"_id": 0, "b": 1}):
            yield from _day_anomalies(row)
        for row in self._kept.activities.find(query, {"_id": 0, "b": 1}):
            yield from STANDING.decode(row["b"]).anomalies
        for row in self._kept.enrolments.find(query, {"_id": 0, "b": 1}):
            yield from ODD_ENROLMENT.decode(row["b"]).anomalies

    def _enrolments_in(self, organisation: OrganisationId, session_ids: Collection[SessionId]) -> set[str]:
        rows = self._kept.enrolments.find(_query(organisation, session_ids), {"_id": 0, "e": 1})
        return {row["e"] for row in rows}

    def _of_sessions(
        self,
        organisation: OrganisationId,
        as_of: int,
        session_ids: Sessions,
        part: Callable[[PersonFacts], Iterable[T]],
    ) -> Iterator[T]:
        for person in self._derived(organisation, as_of):
            names = {fact.enrolment_id for fact in _in_sessions(person.enrolments, session_ids)}
            for item in part(person):
                if getattr(item, "enrolment_id", None) in names:
                    yield item

    def _derived(self, organisation: OrganisationId, as_of: int) -> Iterator[PersonFacts]:
        """Yield everybody who was on record at an instant, derived; one person at a time in memory."""
        book = self._books.at(organisation, Micros(as_of))
        for person_id in sorted(book.records.people):
            if book.records.survivor(person_id) == person_id:
                yield self._derive(book, person_id, as_of)

    def _derive(self, book: Book, person_id: PersonId, as_of: int) -> PersonFacts:
        identities = book.records.identities_of(person_id)
        organisation = book.records.organisation
        traces = self._kept.traces.find(organisation, identities, FIRST_BUCKET, LAST_BUCKET, as_of)
        return derive(person_id, traces, book.roster, book.rules, as_of)


def _query(organisation: OrganisationId, session_ids: Sessions) -> dict[str, Any]:
    if session_ids is None:
        return {"o": organisation}
    return {"o": organisation, "s": {"$in": sorted(session_ids)}}


def _in_sessions(facts: Iterable[T], session_ids: Sessions) -> Iterator[T]:
    if session_ids is None:
        yield from facts
        return
    wanted = set(session_ids)
    yield from (fact for fact in facts if getattr(fact, "session_id", None) in wanted)


def _day_facts(row: Document) -> list[DayFact]:
    day = _DAY.decode(row["b"])
    return [kept.to_fact(PersonId(row["p"]), day.day) for kept in day.rows]


def _day_anomalies(row: Document) -> list[Anomaly]:
    day = ODD_DAY.decode(row["b"])
    return [*day.anomalies, *day.clocks, *day.outside]


def _day_order(fact: DayFact) -> tuple[date, str, str, str]:
    return fact.day, fact.enrolment_id or "", fact.activity_id or "", fact.slot_id or ""
