"""The records that a rule may look at: what is kept, with the changes of one request laid over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from training.law import Law
from training.records.enrolment import Enrolment
from training.records.kinds import Kind, Record
from training.records.law_override import LawOverride
from training.records.person import Person
from training.records.slot import Slot
from training.rules.references import keys_of, provision_key, reference_key

Name = tuple[Kind, str]


class Lookup(NamedTuple):
    """A look-up key, and of which kind the records are that are wanted: of a large session, slots and nobody else."""

    key: str
    kind: Kind | None = None


class Shelf(Protocol):
    """Where current records are fetched from, in one question for many."""

    def by_name(self, names: Iterable[Name]) -> Mapping[Name, Record]:
        """Return those of `names` that there are."""
        ...

    def by_key(self, keys: Iterable[str], kind: Kind | None = None) -> Mapping[str, Mapping[Name, Record]]:
        """Return, for each key, the records that carry it; of one kind alone where it is given."""
        ...

    def newest_version(self, name: Name) -> int:
        """Return the number of a record's newest version, 0 when there is none."""
        ...


class View:
    """Current records as they will be once `changes` are written; None stands for a record that is deleted."""

    def __init__(self, shelf: Shelf, changes: Mapping[Name, Record | None], law: Law) -> None:
        self.law = law
        # Enrolments whose hours were looked at: every slot of a session would ask for them again.
        self.hours_checked: set[str] = set()
        self._slots: dict[str, tuple[Slot, ...]] = {}
        self._shelf = shelf
        self._changes = changes
        self._named: dict[Name, Record | None] = dict(changes)
        self._keyed: dict[Lookup, dict[Name, Record]] = {}
        self._changed_keys: dict[str, dict[Name, Record]] = {}
        for name, record in changes.items():
            if record is not None:
                for key in keys_of(record):
                    self._changed_keys.setdefault(key, {})[name] = record

    def prefetch(self, names: Iterable[Name], lookups: Iterable[Lookup]) -> None:
        """Fetch at once what will be asked for one by one."""
        missing = {name for name in names if name not in self._named}
        if missing:
            self._named.update(dict.fromkeys(missing))
            self._named.update(self._shelf.by_name(missing))
        wanted: dict[Kind | None, set[str]] = {}
        for lookup in lookups:
            if lookup not in self._keyed:
                wanted.setdefault(lookup.kind, set()).add(lookup.key)
        for kind, keys in wanted.items():
            fetched = self._shelf.by_key(keys, kind)
            for key in keys:
                stays = {name: record for name, record in fetched.get(key, {}).items() if name not in self._changes}
                changed = self._changed_keys.get(key, {})
                fresh = {name: record for name, record in changed.items() if kind is None or name[0] is kind}
                self._keyed[Lookup(key, kind)] = {**stays, **fresh}

    def find(self, kind: Kind, record_id: str) -> Record | None:
        """Return a current record."""
        self.prefetch([(kind, record_id)], ())
        return self._named[kind, record_id]

    def slots_of(self, session_id: str) -> tuple[Slot, ...]:
        """Return the slots of a training session, by id; sorted out once, for each of its lines asks for them."""
        known = self._slots.get(session_id)
        if known is None:
            found = self.keyed(reference_key(Kind.TRAINING_SESSION, session_id), Kind.SLOT)
            known = tuple(record for _, record in sorted(found.items()) if isinstance(record, Slot))
            self._slots[session_id] = known
        return known

    def enrolments_of_session(self, session_id: str) -> tuple[Enrolment, ...]:
        """Return the enrolments of a training session, by id."""
        found = self.keyed(reference_key(Kind.TRAINING_SESSION, session_id), Kind.ENROLMENT)
        return tuple(record for _, record in sorted(found.items()) if isinstance(record, Enrolment))

    def enrolments_of_person(self, person_id: str) -> tuple[Enrolment, ...]:
        """Return the enrolments of somebody, by id: those too of whoever was merged with them."""
        found: dict[str, Enrolment] = {}
        waiting, seen = [self.survivor(person_id)], set[str]()
        while waiting:
            person = waiting.pop()
            if person in seen:
                continue
            seen.add(person)
            key = reference_key(Kind.PERSON, person)
            enrolments = self.keyed(key, Kind.ENROLMENT).values()
            found.update({item.id: item for item in enrolments if isinstance(item, Enrolment)})
            waiting += [record_id for _, record_id in self.keyed(key, Kind.PERSON)]
        return tuple(found[name] for name in sorted(found))

    def is_changed(self, kind: Kind, record_id: str) -> bool:
        """Say whether a record is among the changes."""
        return (kind, record_id) in self._changes

    def has_version(self, kind: Kind, record_id: str, version: int) -> bool:
        """Say whether a record has had this version, or has it now."""
        return 1 <= version <= self._shelf.newest_version((kind, record_id))

    def keyed(self, key: str, kind: Kind | None = None) -> Mapping[Name, Record]:
        """Return every current record that carries a look-up key; of one kind alone where it is given."""
        lookup = Lookup(key, kind)
        self.prefetch((), [lookup])
        return self._keyed[lookup]

    def survivor(self, person_id: str) -> str:
        """Return the person that somebody was merged into in the end; the same one again when they go round."""
        seen = {person_id}
        while isinstance(person := self.find(Kind.PERSON, person_id), Person) and person.merged_into is not None:
            if person.merged_into in seen:
                break
            person_id = person.merged_into
            seen.add(person_id)
        return person_id

    def overrides(self, provision: str) -> tuple[LawOverride, ...]:
        """Return the organisation's own values of a provision."""
        found = self.keyed(provision_key(provision)).values()
        return tuple(item for item in found if isinstance(item, LawOverride))
