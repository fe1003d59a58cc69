"""What is kept of people, as settling reads it: of several at once beforehand, and of each what else it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import msgspec
from bson.binary import Binary
from pymongo.collection import Collection

from analytics.kept import KeptActivity, KeptDay, KeptEnrolment
from analytics.kept.shelf import ActivityPlace
from analytics.kept.span import LAST_BUCKET, Span
from analytics.store.kept_keys import ACTIVITIES, DAYS, ENROLMENTS, activity_key, day_key, enrolment_key
from analytics.store.traces import Pack, Traces, identity_key, unpacked
from analytics.traces import Trace
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, PersonId

_DAY: Final = msgspec.msgpack.Decoder(KeptDay)
_ACTIVITY: Final = msgspec.msgpack.Decoder(KeptActivity)
_ENROLMENT: Final = msgspec.msgpack.Decoder(KeptEnrolment)

# What is kept under a key, packed.
Packs = dict[bytes, bytes]


@dataclass
class _Ahead:
    """What was read of one person beforehand, and for which spans and enrolments it is all there is."""

    spans: Sequence[Span] = ()
    traces: list[Pack] = field(default_factory=list)
    days: Packs = field(default_factory=dict)
    looked_for: frozenset[EnrolmentId] = frozenset()
    enrolments: Packs = field(default_factory=dict)


class Shelves:
    """The shelves of every person of one deployment."""

    def __init__(self, store: Store) -> None:
        self.traces = Traces(store)
        self._days = store.collection(DAYS)
        self._activities = store.collection(ACTIVITIES)
        self._enrolments = store.collection(ENROLMENTS)

    def shelf(self, organisation: OrganisationId, person_id: PersonId, identities: tuple[str, ...]) -> PersonShelf:
        """Return what is kept of one person."""
        return PersonShelf(self, organisation, person_id, identities)

    def read_ahead(self, wanted: Mapping[PersonShelf, tuple[Sequence[Span], Iterable[EnrolmentId]]]) -> None:
        """Read for people of one organisation, all at once, what lies in these spans, and these enrolments.

        What anybody asks for beyond that is read when they do.
        """
        shelves = list(wanted)
        if not shelves:
            return
        organisation = shelves[0].organisation
        for shelf, (spans, names) in wanted.items():
            shelf.ahead = _Ahead(spans, looked_for=frozenset(names))
        owners = {identity_key(organisation, name): shelf for shelf in shelves for name in shelf.identities}
        for pack in self.traces.find_packs(organisation, [
            (name, span.read_first, min(span.read_last, LAST_BUCKET))
            for shelf in shelves for name in shelf.identities for span in shelf.ahead.spans
        ]):  # fmt: skip
            owners[pack.identity].ahead.traces.append(pack)
        people = {shelf.day_key(date.min)[:20]: shelf for shelf in shelves}
        ranges = [
            {"_id": {"$gte": shelf.day_key(span.first_day), "$lte": shelf.day_key(span.last_day)}}
            for shelf in shelves for span in shelf.ahead.spans
        ]  # fmt: skip
        for key, pack_ in self.read(self._days, organisation, {"$or": ranges} if ranges else None):
            people[key[:20]].ahead.days[key] = pack_
        holders = {
            bytes(enrolment_key(organisation, name)): shelf for shelf in shelves for name in shelf.ahead.looked_for
        }
        for key, pack_ in self.read(self._enrolments, organisation, _among(list(map(Binary, holders)))):
            holders[key].ahead.enrolments[key] = pack_

    def days(self, organisation: OrganisationId, where: Document | None) -> Packs:
        """Return the days that match."""
        return dict(self.read(self._days, organisation, where))

    def enrolments(self, organisation: OrganisationId, keys: list[Binary]) -> Packs:
        """Return the enrolments under some keys."""
        return dict(self.read(self._enrolments, organisation, _among(keys)))

    def activities(self, organisation: OrganisationId, keys: list[Binary]) -> Packs:
        """Return the activities under some keys."""
        return dict(self.read(self._activities, organisation, _among(keys)))

    @staticmethod
    def read(
        collection: Collection[Document], organisation: OrganisationId, where: Document | None
    ) -> Iterable[tuple[bytes, bytes]]:
        """Yield keys and packs of what matches; None matches nothing."""
        if where is None:
            return ()
        return ((bytes(row["_id"]), bytes(row["b"])) for row in collection.find({**where, "o": organisation}, {"b": 1}))


class PersonShelf:
    """What is kept of one person. `is_bare`: only traces, nothing else stands on it."""

    def __init__(
        self, shelves: Shelves, organisation: OrganisationId, person_id: PersonId, identities: tuple[str, ...],
        *, is_bare: bool = False,
    ) -> None:  # fmt: skip
        self.organisation = organisation
        self.identities = identities
        self.ahead = _Ahead()
        self._shelves = shelves
        self._person = person_id
        self._is_bare = is_bare
        self._packs: Packs = {}

    def traces_only(self) -> PersonShelf:
        """Return a shelf on which only the traces stand."""
        return PersonShelf(self._shelves, self.organisation, self._person, self.identities, is_bare=True)

    def day_key(self, day: date) -> Binary:
        """Return the key of a day of theirs."""
        return day_key(self.organisation, self._person, day)

    def traces(self, first: int, last: int) -> list[Trace]:
        """Return the traces of every identity in buckets `first` to `last`."""
        if any(span.read_first <= first and last <= span.read_last for span in self.ahead.spans):
            return unpacked(pack.data for pack in self.ahead.traces if first <= pack.bucket <= last)
        return self._shelves.traces.find(self.organisation, self.identities, first, min(last, LAST_BUCKET))

    def days_between(self, first: date, last: date) -> Mapping[date, KeptDay]:
        """Return the days from `first` to `last`."""
        low, high = self.day_key(first), self.day_key(last)
        if any(span.first_day <= first and last <= span.last_day for span in self.ahead.spans):
            return self._days({key: pack for key, pack in self.ahead.days.items() if low <= key <= high})
        return self._days(self._shelves.days(self.organisation, None if self._is_bare else _between(low, high)))

    def days_on(self, days: Iterable[date]) -> Mapping[date, KeptDay]:
        """Return these days."""
        keys = [] if self._is_bare else [self.day_key(day) for day in days]
        return self._days(self._shelves.days(self.organisation, _among(keys)))

    def enrolments(self, ids: Iterable[EnrolmentId]) -> Mapping[EnrolmentId, KeptEnrolment]:
        """Return these enrolments."""
        wanted = () if self._is_bare else tuple(ids)
        keys = {name: enrolment_key(self.organisation, name) for name in wanted}
        ahead = self.ahead
        found = {key: ahead.enrolments[key] for key in map(bytes, keys.values()) if key in ahead.enrolments}
        rest = [key for name, key in keys.items() if name not in ahead.looked_for]
        packs = self._noted(found | self._shelves.enrolments(self.organisation, rest))
        return {item.enrolment_id: item for item in map(_ENROLMENT.decode, packs)}

    def activities(self, places: Iterable[ActivityPlace]) -> Mapping[ActivityPlace, KeptActivity]:
        """Return these activities."""
        keys = [] if self._is_bare else [activity_key(self.organisation, place) for place in places]
        found = map(_ACTIVITY.decode, self._noted(self._shelves.activities(self.organisation, keys)))
        return {(item.enrolment_id, item.activity_id): item for item in found}

    def is_known(self, key: Binary, pack: bytes) -> bool:
        """Say whether this very pack was read under a key: it need not be written again."""
        return self._packs.get(bytes(key)) == pack

    def was_there(self, key: Binary) -> bool:
        """Say whether anything was read under a key."""
        return bytes(key) in self._packs

    def _days(self, packs: Packs) -> Mapping[date, KeptDay]:
        return {day.day: day for day in map(_DAY.decode, self._noted(packs))}

    def _noted(self, packs: Packs) -> Iterable[bytes]:
        self._packs.update(packs)
        return packs.values()


def _among(keys: list[Binary]) -> Document | None:
    return {"_id": {"$in": keys}} if keys else None


def _between(low: Binary, high: Binary) -> Document:
    return {"_id": {"$gte": low, "$lte": high}}
