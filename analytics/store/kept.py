"""Facts of people as they are kept: days, activities, enrolments, and what must be known to find a person again.

Packed, for they are read and written whole; beside the pack stands only what they are found by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import msgspec
from bson.binary import Binary
from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from analytics.kept import KeptActivity, KeptDay, KeptEnrolment, Settled
from analytics.kept.shelf import ActivityPlace
from analytics.kept.span import LAST_BUCKET
from analytics.store.enrolment_form import write_enrolment
from analytics.store.traces import Traces, keys_under, name_key
from analytics.traces import Trace
from lrs.caller import OrganisationId
from lrs.store.database import Document, Store
from training.records.ids import EnrolmentId, PersonId

DAYS: Final = "fact_days"
ACTIVITIES: Final = "fact_activities"
ENROLMENTS: Final = "fact_enrolments"
PEOPLE: Final = "fact_people"
# How long the keys of each are: a person, a day; an enrolment, an activity.
LENGTHS: Final = {DAYS: 24, ACTIVITIES: 36, ENROLMENTS: 20, PEOPLE: 20}
COLLECTIONS: Final = tuple(LENGTHS)
_ENCODER: Final = msgspec.msgpack.Encoder(uuid_format="bytes")
_DAY: Final = msgspec.msgpack.Decoder(KeptDay)
_ACTIVITY: Final = msgspec.msgpack.Decoder(KeptActivity)
_ENROLMENT: Final = msgspec.msgpack.Decoder(KeptEnrolment)

Write = InsertOne[Document] | ReplaceOne[Document] | UpdateOne | DeleteOne | DeleteMany


class KeptFacts:
    """What is kept of the people of every organisation of one deployment."""

    def __init__(self, store: Store) -> None:
        self.days = store.collection(DAYS)
        self.activities = store.collection(ACTIVITIES)
        self.enrolments = store.collection(ENROLMENTS)
        self.people = store.collection(PEOPLE)
        self.traces = Traces(store)

    def shelf(self, organisation: OrganisationId, person_id: PersonId, identities: tuple[str, ...]) -> PersonShelf:
        """Return what is kept of one person."""
        return PersonShelf(self, organisation, person_id, identities)

    def due(self, organisation: OrganisationId, now: int, limit: int) -> list[tuple[PersonId, EnrolmentId]]:
        """Return enrolments that time alone has changed by `now`, the longest ago first."""
        query = {"o": organisation, "next": {"$lte": now}}
        rows = self.enrolments.find(query, {"p": 1, "e": 1}).sort("next", 1).limit(limit)
        return [(PersonId(row["p"]), EnrolmentId(row["e"])) for row in rows]

    def next_due(self, organisation: OrganisationId) -> int | None:
        """Return when time alone changes an enrolment next."""
        query = {"o": organisation, "next": {"$gt": 0}}
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

    def write(self, settled: Iterable[PersonWrites], session: ClientSession) -> None:
        """Write what was settled of some people."""
        together: dict[str, list[Write]] = {name: [] for name in COLLECTIONS}
        found_ = list(settled)
        # First everything that goes: an enrolment may have gone from one of these people to another.
        for parts in ([writes.deletions for writes in found_], [writes.additions for writes in found_]):
            for name, ops in together.items():
                # Writes of one kind that stand together are one command; no key is in two of them.
                ops.extend(sorted((op for part in parts for op in part[name]), key=_kind))
        where = {DAYS: self.days, ACTIVITIES: self.activities, ENROLMENTS: self.enrolments, PEOPLE: self.people}
        for name, found in together.items():
            if found:
                where[name].bulk_write(found, ordered=True, session=session)


class PersonShelf:
    """What is kept of one person, read as it is asked for. `is_bare`: only traces, nothing else stands on it."""

    def __init__(
        self, kept: KeptFacts, organisation: OrganisationId, person_id: PersonId, identities: tuple[str, ...],
        *, is_bare: bool = False,
    ) -> None:  # fmt: skip
        self._kept = kept
        self._organisation = organisation
        self._person = person_id
        self._identities = identities
        self._is_bare = is_bare
        self._packs: dict[bytes, bytes] = {}

    def traces_only(self) -> PersonShelf:
        """Return a shelf on which only the traces stand."""
        return PersonShelf(self._kept, self._organisation, self._person, self._identities, is_bare=True)

    def traces(self, first: int, last: int) -> list[Trace]:
        """Return the traces of every identity in buckets `first` to `last`."""
        return self._kept.traces.find(self._organisation, self._identities, first, min(last, LAST_BUCKET))

    def days_between(self, first: date, last: date) -> Mapping[date, KeptDay]:
        """Return the days from `first` to `last`."""
        low, high = (day_key(self._organisation, self._person, day) for day in (first, last))
        return self._days({"$gte": low, "$lte": high})

    def days_on(self, days: Iterable[date]) -> Mapping[date, KeptDay]:
        """Return these days."""
        keys = [day_key(self._organisation, self._person, day) for day in days]
        return self._days({"$in": keys}) if keys else {}

    def enrolments(self, ids: Iterable[EnrolmentId]) -> Mapping[EnrolmentId, KeptEnrolment]:
        """Return these enrolments."""
        keys = [enrolment_key(self._organisation, name) for name in ids]
        found = map(_ENROLMENT.decode, self._find(self._kept.enrolments, keys))
        return {item.enrolment_id: item for item in found}

    def activities(self, places: Iterable[ActivityPlace]) -> Mapping[ActivityPlace, KeptActivity]:
        """Return these activities."""
        keys = [activity_key(self._organisation, place) for place in places]
        found = map(_ACTIVITY.decode, self._find(self._kept.activities, keys))
        return {(item.enrolment_id, item.activity_id): item for item in found}

    def is_known(self, key: Binary, pack: bytes) -> bool:
        """Say whether this very pack was read under a key: it need not be written again."""
        return self._packs.get(bytes(key)) == pack

    def was_there(self, key: Binary) -> bool:
        """Say whether anything was read under a key."""
        return bytes(key) in self._packs

    def _days(self, where: Document) -> Mapping[date, KeptDay]:
        if self._is_bare:
            return {}
        rows = self._kept.days.find({"_id": where, "o": self._organisation}, {"b": 1})
        found = [_DAY.decode(self._noted(row)) for row in rows]
        return {day.day: day for day in found}

    def _find(self, collection: Collection[Document], keys: list[Binary]) -> Iterator[bytes]:
        if self._is_bare or not keys:
            return iter(())
        rows = collection.find({"_id": {"$in": keys}, "o": self._organisation}, {"b": 1})
        return iter([self._noted(row) for row in rows])

    def _noted(self, row: Mapping[str, Any]) -> bytes:
        pack = self._packs[bytes(row["_id"])] = bytes(row["b"])
        return pack


class PersonWrites:
    """What must be written for one settled person, by collection."""

    def __init__(self, organisation: OrganisationId, person_id: PersonId, shelf: PersonShelf | None) -> None:
        self.deletions: dict[str, list[Write]] = {name: [] for name in COLLECTIONS}
        self.additions: dict[str, list[Write]] = {name: [] for name in COLLECTIONS}
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
            self._put(ACTIVITIES, activity_key(self._organisation, place), activity, found, gone=activity.is_empty)
        for name, (enrolment, facts, next_change) in settled.enrolments.items():
            found = {
                "e": name, "p": self._person, "s": enrolment.session_id, "odd": bool(enrolment.anomalies),
                "next": next_change, "at": enrolment.as_of, "f": write_enrolment(facts),
            }  # fmt: skip
            self._put(ENROLMENTS, enrolment_key(self._organisation, name), enrolment, found)
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


def _kind(write: Write) -> str:
    return type(write).__name__


def person_key(organisation: OrganisationId, person_id: PersonId) -> bytes:
    """Return the key of a person, and what the keys of their days begin with."""
    return name_key(organisation, "person", person_id)


def person_span(organisation: OrganisationId, person_id: PersonId) -> Document:
    """Return between which keys a person's days are."""
    return keys_under(person_key(organisation, person_id), LENGTHS[DAYS])


def under_enrolments(organisation: OrganisationId, names: Iterable[EnrolmentId]) -> list[Document]:
    """Return what matches the activities of each of these enrolments."""
    keys = [bytes(enrolment_key(organisation, name)) for name in names]
    return [{"_id": keys_under(key, LENGTHS[ACTIVITIES])} for key in keys]


def day_key(organisation: OrganisationId, person_id: PersonId, day: date) -> Binary:
    """Return the key of a person's day; in order of time."""
    return Binary(person_key(organisation, person_id) + day.toordinal().to_bytes(4, "big"))


def enrolment_key(organisation: OrganisationId, enrolment_id: EnrolmentId) -> Binary:
    """Return the key of an enrolment, and what the keys of its activities begin with."""
    return Binary(name_key(organisation, "enrolment", enrolment_id))


def activity_key(organisation: OrganisationId, place: ActivityPlace) -> Binary:
    """Return the key of an activity of an enrolment."""
    activity = name_key(organisation, "activity", place[1])[4:]
    return Binary(bytes(enrolment_key(organisation, place[0])) + activity)
