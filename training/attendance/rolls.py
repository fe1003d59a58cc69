"""Fetch the records around a slot, all of one instant, in a handful of questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from lrs.errors import NotFound, PreconditionFailed
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.store.database import Session
from lrs.tenancy import OrganisationId
from training.attendance.roll import Roll, identity_of
from training.attendance.vocabulary import PEOPLE
from training.law import Law
from training.records.enrolment import Enrolment
from training.records.identity import Identity
from training.records.kinds import Kind, Record
from training.records.law_override import LawOverride
from training.records.person import Person
from training.records.programme import Programme
from training.records.session import TrainingSession
from training.records.slot import Slot
from training.rules.references import provision_key, reference_key
from training.rules.view import Name
from training.store import Change, RecordReader, Register
from training.store.shelf import StoreShelf
from training.store.version import HEADS_COLLECTION

K = TypeVar("K")
T = TypeVar("T")
# How many slots a process remembers the records of; each is a few kibibytes.
_REMEMBERED: Final = 500
# How often a person's record may change under our hands before we give up.
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another slot at the same time that a person is enrolled for."""

    slot: Slot
    enrolment: Enrolment


class Rolls:
    """Reads rolls, and gives trainees whom no LMS has named yet an identity of their own."""

    def __init__(self, services: Services, law: Law) -> None:
        self._store = services.store
        self._law = law
        self._organisations = Organisations(services.store, services.clock)
        self._reader = RecordReader(services.store, services.clock)
        self._register = Register(services.store, services.clock, law)
        self._heads = services.store.collection(HEADS_COLLECTION)
        # What was read, and the number of the last change of records that it has seen.
        self._rolls: dict[tuple[OrganisationId, str], tuple[int, Roll]] = {}
        self._elsewhere: dict[tuple[OrganisationId, str, str], tuple[int, list[Elsewhere]]] = {}

    def get(self, organisation: OrganisationId, slot_id: str) -> Roll:
        """Return the roll of a slot; raises NotFound when this organisation has no such slot.

        Read again only when records have changed: a class signs in the same minute.
        """
        return _remembered(
            self._rolls,
            (organisation, slot_id),
            self._reader.head(organisation).change,
            lambda: self._read(organisation, slot_id),
        )

    def _read(self, organisation: OrganisationId, slot_id: str) -> tuple[int, Roll]:
        named = self._organisations.get(organisation)

        def work(session: Session) -> tuple[int, Roll]:
            shelf = StoreShelf(self._store, session, organisation)
            slot = _find(shelf, Kind.SLOT, slot_id, Slot)
            course = _find(shelf, Kind.TRAINING_SESSION, slot.session_id, TrainingSession)
            around = shelf.by_key([reference_key(Kind.TRAINING_SESSION, course.id)])
            enrolments = sorted(_of(around, Enrolment), key=lambda item: item.id)
            programme = shelf.by_name([(Kind.PROGRAMME, course.programme_id)]).get(
                (Kind.PROGRAMME, course.programme_id)
            )
            trainers = (*course.trainer_ids, *(() if slot.trainer_id is None else (slot.trainer_id,)))
            people = _people(shelf, (*trainers, *(item.person_id for item in enrolments)))
            overrides = _of(shelf.by_key(provision_key(name) for name in self._law.names), LawOverride)
            roll = Roll(
                named,
                slot,
                course,
                programme if isinstance(programme, Programme) else None,
                tuple(enrolments),
                people,
                tuple(overrides),
                self._law,
            )
            return self._change(session, organisation), roll

        change, roll = self._store.transaction(work)
        kept = roll.session.programme_version
        return change, roll if kept is None else replace(roll, programme=self._version(organisation, roll, kept))

    def elsewhere(self, roll: Roll, enrolment: Enrolment) -> list[Elsewhere]:
        """Return the other slots that this person is enrolled for while the roll's slot lasts."""
        organisation = roll.organisation.number
        return _remembered(
            self._elsewhere,
            (organisation, roll.slot.id, enrolment.id),
            self._reader.head(organisation).change,
            lambda: self._read_elsewhere(roll, enrolment),
        )

    def _read_elsewhere(self, roll: Roll, enrolment: Enrolment) -> tuple[int, list[Elsewhere]]:
        organisation = roll.organisation.number

        def work(session: Session) -> tuple[int, list[Elsewhere]]:
            shelf = StoreShelf(self._store, session, organisation)
            found: list[Elsewhere] = []
            for other in _enrolments_of(shelf, roll.person(enrolment).id):
                around = shelf.by_key([reference_key(Kind.TRAINING_SESSION, other.session_id)])
                found.extend(
                    Elsewhere(slot, other)
                    for slot in _of(around, Slot)
                    if slot.id != roll.slot.id
                    and slot.cancelled is None
                    and slot.starts_at < roll.slot.ends_at
                    and roll.slot.starts_at < slot.ends_at
                )
            return self._change(session, organisation), sorted(found, key=lambda item: item.slot.id)

        return self._store.transaction(work)

    def _change(self, session: Session, organisation: OrganisationId) -> int:
        row = self._heads.find_one({"_id": organisation}, session=session) or {}
        return int(row.get("change", 0))

    def name(self, roll: Roll, enrolments: Iterable[Enrolment]) -> Roll:
        """Return the roll once each of these trainees can be named in a statement.

        A statement needs an identity, and facts find people by it alone. Whoever has none on record gets one of ours,
        as a new version of their record.
        """
        nameless = {
            enrolment.person_id
            for enrolment in enrolments
            if identity_of(roll.people[enrolment.person_id]) is None and identity_of(roll.person(enrolment)) is None
        }
        for person_id in sorted(nameless):
            self._give_identity(roll.organisation.number, person_id)
        return self.get(roll.organisation.number, roll.slot.id) if nameless else roll

    def _give_identity(self, organisation: OrganisationId, person_id: str) -> None:
        for _ in range(_TRIES):
            entry = self._reader.get(organisation, Kind.PERSON, person_id)
            person = entry.record
            if not isinstance(person, Person) or person.identities:
                return
            named = replace(person, identities=(Identity.account(PEOPLE, person_id),))
            change = Change(Kind.PERSON, person_id, named, entry.version, "identity for attendance statements")
            try:
                self._register.write(organisation, [change], "attendance desk")
            except PreconditionFailed:
                continue
            return

    def _version(self, organisation: OrganisationId, roll: Roll, version: int) -> Programme | None:
        entries = self._reader.history(
            organisation, Kind.PROGRAMME, roll.session.programme_id, after=version - 1, limit=1
        )
        record = entries[0].record if entries else roll.programme
        return record if isinstance(record, Programme) else roll.programme


def _remembered(known: dict[K, tuple[int, T]], key: K, change: int, read: Callable[[], tuple[int, T]]) -> T:
    """Return what is known under `key` if it has seen the last change of records, else read it."""
    found = known.get(key)
    if found is None or found[0] != change:
        if len(known) >= _REMEMBERED:
            known.clear()
        found = known[key] = read()
    return found[1]


def _find(shelf: StoreShelf, kind: Kind, record_id: str, of: type[T]) -> T:
    record = shelf.by_name([(kind, record_id)]).get((kind, record_id))
    if not isinstance(record, of):
        message = f"There is no {kind.value.replace('_', ' ')} of this id."
        raise NotFound(message)
    return record


def _of(keyed: Mapping[str, Mapping[Name, Record]], kind: type[T]) -> Iterator[T]:
    """Yield the records of one kind, each once."""
    found = {name: record for named in keyed.values() for name, record in named.items()}
    return (record for _, record in sorted(found.items()) if isinstance(record, kind))


def _people(shelf: StoreShelf, person_ids: Iterable[str]) -> dict[str, Person]:
    """Return these people, and whom they were merged into."""
    found: dict[str, Person] = {}
    wanted = set(person_ids)
    while wanted:
        named = shelf.by_name((Kind.PERSON, person_id) for person_id in wanted)
        people = [record for record in named.values() if isinstance(record, Person)]
        found.update((person.id, person) for person in people)
        wanted = {str(person.merged_into) for person in people if person.merged_into is not None} - found.keys()
    return found


def _enrolments_of(shelf: StoreShelf, person_id: str) -> list[Enrolment]:
    """Return the enrolments of a person, and of everybody merged into them."""
    found: list[Enrolment] = []
    seen: set[str] = set()
    wanted = {person_id}
    while wanted:
        around = shelf.by_key([reference_key(Kind.PERSON, one) for one in sorted(wanted)])
        seen |= wanted
        found.extend(_of(around, Enrolment))
        wanted = {str(person.id) for person in _of(around, Person) if person.merged_into in seen} - seen
    return found
