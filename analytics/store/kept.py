"""Facts of people as they are kept: days, activities, enrolments, and what must be known to find a person again.

Packed, for they are read and written whole; beside the pack stands only what they are found by.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

import msgspec
from bson.binary import Binary
from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateOne
from pymongo.client_session import ClientSession

from analytics.kept import Settled
from analytics.store.enrolment_form import write_enrolment
from analytics.store.kept_keys import (
    ACTIVITIES,
    DAYS,
    ENROLMENTS,
    LENGTHS,
    PEOPLE,
    SESSIONS,
    activity_key,
    day_key,
    enrolment_key,
    person_key,
    person_span,
    session_key,
    under_enrolments,
)
from analytics.store.shelf import PersonShelf
from analytics.store.traces import Traces
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, PersonId, SessionId

COLLECTIONS: Final = tuple(LENGTHS)
_ENCODER: Final = msgspec.msgpack.Encoder(uuid_format="bytes")

Write = InsertOne[Document] | ReplaceOne[Document] | UpdateOne | DeleteOne | DeleteMany


class KeptFacts:
    """What is kept of the people of every organisation of one deployment."""

    def __init__(self, store: Store) -> None:
        self.days = store.collection(DAYS)
        self.activities = store.collection(ACTIVITIES)
        self.enrolments = store.collection(ENROLMENTS)
        self.people = store.collection(PEOPLE)
        self.sessions = store.collection(SESSIONS)
        self.traces = Traces(store)

    def due(
        self, organisation: OrganisationId, now: int, limit: int, *, but: Collection[PersonId] = ()
    ) -> list[tuple[PersonId, EnrolmentId]]:
        """Return enrolments that time alone has changed by `now`, the longest ago first; none of the people `but`."""
        query = {"o": organisation, "next": {"$lte": now}, **_of_others(but)}
        rows = self.enrolments.find(query, {"p": 1, "e": 1}).sort("next", 1).limit(limit)
        return [(PersonId(row["p"]), EnrolmentId(row["e"])) for row in rows]

    def next_due(self, organisation: OrganisationId, *, but: Collection[PersonId] = ()) -> int | None:
        """Return when time alone changes an enrolment next, of none of the people `but`."""
        query = {"o": organisation, "next": {"$gt": 0}, **_of_others(but)}
        row = self.enrolments.find_one(query, {"_id": 0, "next": 1}, sort=[("next", 1)])
        return None if row is None else int(row["next"])

    def with_strays(self, organisation: OrganisationId, registrations: Iterable[bytes]) -> list[PersonId]:
        """Return the people with traces that carry one of these registrations, which is not theirs."""
        wanted = [Binary(item) for item in registrations]
        rows = self.people.find({"o": organisation, "r": {"$in": wanted}}, {"p": 1}) if wanted else ()
        return [PersonId(row["p"]) for row in rows]

    def enrolment_names(self, organisation: OrganisationId, person_id: PersonId) -> list[EnrolmentId]:
        """Return the enrolments under which anything is kept of a person."""
        return [EnrolmentId(row["e"]) for row in self.enrolments.find({"o": organisation, "p": person_id}, {"e": 1})]

    def write(self, organisation: OrganisationId, settled: Iterable[PersonWrites], session: ClientSession) -> None:
        """Write what was settled of some people of one organisation, and note whose sums are to be made again."""
        together: dict[str, list[Write]] = {name: [] for name in COLLECTIONS}
        found_ = list(settled)
        self._note_sessions(organisation, found_, session)
        # First everything that goes: an enrolment may have gone from one of these people to another.
        for parts in ([writes.deletions for writes in found_], [writes.additions for writes in found_]):
            for name, ops in together.items():
                # Writes of one kind that stand together are one command; no key is in two of them.
                ops.extend(sorted((op for part in parts for op in part[name]), key=_kind))
        where = {DAYS: self.days, ACTIVITIES: self.activities, ENROLMENTS: self.enrolments, PEOPLE: self.people}
        for name, found in together.items():
            if found:
                where[name].bulk_write(found, ordered=True, session=session)

    def _note_sessions(
        self, organisation: OrganisationId, settled: Iterable[PersonWrites], session: ClientSession
    ) -> None:
        """Note the sessions of these enrolments, those too that they were in before."""
        touched: set[SessionId] = set()
        leaving: list[Binary] = []
        for writes in settled:
            touched |= writes.sessions
            leaving += writes.leaving
        if leaving:
            rows = self.enrolments.find({"_id": {"$in": leaving}, "o": organisation}, {"s": 1}, session=session)
            touched.update(row["s"] for row in rows)
        notes = [
            UpdateOne(
                {"_id": session_key(organisation, name), "o": organisation},
                {"$set": {"w": True}, "$setOnInsert": {"s": name}},
                upsert=True,
            )
            for name in sorted(touched)
        ]
        if notes:
            self.sessions.bulk_write(notes, ordered=False, session=session)


class PersonWrites:
    """What must be written for one settled person, by collection."""

    def __init__(self, organisation: OrganisationId, person_id: PersonId, shelf: PersonShelf | None) -> None:
        self.deletions: dict[str, list[Write]] = {name: [] for name in COLLECTIONS}
        self.additions: dict[str, list[Write]] = {name: [] for name in COLLECTIONS}
        # Whose sums will not be right any more; and the enrolments that may leave one whose name is not known here.
        self.sessions: set[SessionId] = set()
        self.leaving: list[Binary] = []
        self._organisation = organisation
        self._person = person_id
        self._shelf = shelf

    @property
    def count(self) -> int:
        """How many writes these are."""
        return sum(len(found) for part in (self.deletions, self.additions) for found in part.values())

    def forget(self, kept: Iterable[EnrolmentId], coming: Iterable[EnrolmentId] = ()) -> None:
        """Delete everything that is kept of the person, under these enrolments, and what those to come replace."""
        mine = person_span(self._organisation, self._person)
        key = Binary(person_key(self._organisation, self._person))
        self.deletions[DAYS].append(DeleteMany({"_id": mine, "o": self._organisation}))
        self.deletions[PEOPLE].append(DeleteOne({"_id": key, "o": self._organisation}))
        for name in {*kept, *coming}:
            enrolment = enrolment_key(self._organisation, name)
            self.leaving.append(enrolment)
            self.deletions[ENROLMENTS].append(DeleteOne({"_id": enrolment, "o": self._organisation}))
        for span in under_enrolments(self._organisation, {*kept, *coming}):
            self.deletions[ACTIVITIES].append(DeleteMany({**span, "o": self._organisation}))

    def keep(self, settled: Settled) -> None:
        """Keep what was settled."""
        for day in settled.days.values():
            sessions = sorted({row.session_id for row in day.rows if row.session_id is not None})
            odd = bool(day.anomalies or day.clocks or day.outside)
            found: Document = {"p": self._person, "d": day.day.toordinal(), "s": sessions, "odd": odd}
            self._put(DAYS, day_key(self._organisation, self._person, day.day), day, found, gone=day.is_empty)
        for place, activity in settled.activities.items():
            found = {"e": place[0], "s": activity.session_id, "odd": bool(activity.anomalies)}
            if activity.answers:
                found["asks"] = True
            self._put(ACTIVITIES, activity_key(self._organisation, place), activity, found, gone=activity.is_empty)
        for name, (enrolment, facts, next_change, portion) in settled.enrolments.items():
            found = {
                "e": name, "p": self._person, "s": enrolment.session_id, "odd": bool(enrolment.anomalies),
                "next": next_change, "at": enrolment.as_of, "f": write_enrolment(facts), "q": _ENCODER.encode(portion),
            }  # fmt: skip
            self._put(ENROLMENTS, enrolment_key(self._organisation, name), enrolment, found)
            self.sessions.add(enrolment.session_id)
        self._note(settled)

    def _note(self, settled: Settled) -> None:
        strays = [Binary(item.bytes) for item in sorted(settled.strays)]
        key = Binary(person_key(self._organisation, self._person))
        row = {"_id": key, "o": self._organisation, "p": self._person, "r": strays}
        if settled.is_whole:
            self.additions[PEOPLE].append(InsertOne(row))
        elif strays:
            mine = {"_id": key, "o": self._organisation, "p": self._person}
            self.additions[PEOPLE].append(UpdateOne(mine, {"$addToSet": {"r": {"$each": strays}}}, upsert=True))

    def _put(self, name: str, key: Binary, value: Any, found: Document, *, gone: bool = False) -> None:  # noqa: ANN401 - any form
        pack = _ENCODER.encode(value)
        known = self._shelf is not None and self._shelf.was_there(key)
        if gone:
            if known:
                self.additions[name].append(DeleteOne({"_id": key, "o": self._organisation}))
            return
        if self._shelf is not None and name != ENROLMENTS and self._shelf.is_known(key, pack):
            return
        row = {"_id": key, "o": self._organisation, **found, "b": pack}
        write: Write = ReplaceOne({"_id": key, "o": self._organisation}, row, upsert=True) if known else InsertOne(row)
        self.additions[name].append(write)


def _of_others(people: Collection[PersonId]) -> Document:
    return {"p": {"$nin": sorted(people)}} if people else {}


def _kind(write: Write) -> str:
    return type(write).__name__
