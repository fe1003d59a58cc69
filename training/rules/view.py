"""The records that a rule may look at: what is kept, with the changes of one request laid over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from training.law import Law
from training.records.enrolment import Enrolment
from training.records.kinds import Kind, Record
from training.records.law_override import LawOverride
from training.records.person import Person
from training.records.slot import Slot
from training.rules.references import keys_of, provision_key, reference_key

Name = tuple[Kind, str]


class Shelf(Protocol):
    """Where current records are fetched from, in one question for many."""

    def by_name(self, names: Iterable[Name]) -> Mapping[Name, Record]:
        """Return those of `names` that there are."""
        ...

    def by_key(self, keys: Iterable[str]) -> Mapping[str, Mapping[Name, Record]]:
        """Return, for each key, the records that carry it."""
        ...

    def newest_version(self, name: Name) -> int:
        """Return the number of a record's newest version, 0 when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What names one training session; sorted out once, for a large session asks for it with every line."""

    slots: tuple[Slot, ...]
    enrolments: tuple[Enrolment, ...]
    # The ids of the enrolments of each person, merges followed.
    by_person: Mapping[str, tuple[str, ...]]


class View:
    """Current records as they will be once `changes` are written; None stands for a record that is deleted."""

    def __init__(self, shelf: Shelf, changes: Mapping[Name, Record | None], law: Law) -> None:
        self.law = law
        # Enrolments whose hours were looked at: every slot of a session would ask for them again.
        self.hours_checked: set[str] = set()
        self._around: dict[str, Around] = {}
        self._shelf = shelf
        self._changes = changes
        self._named: dict[Name, Record | None] = dict(changes)
        self._keyed: dict[str, dict[Name, Record]] = {}
        self._changed_keys: dict[str, dict[Name, Record]] = {}
        for name, record in changes.items():
            if record is not None:
                for key in keys_of(record):
                    self._changed_keys.setdefault(key, {})[name] = record

    def prefetch(self, names: Iterable[Name], keys: Iterable[str]) -> None:
        """Fetch at once what will be asked for one by one."""
        missing = {name for name in names if name not in self._named}
        if missing:
            self._named.update(dict.fromkeys(missing))
            self._named.update(self._shelf.by_name(missing))
        wanted = {key for key in keys if key not in self._keyed}
        if wanted:
            fetched = self._shelf.by_key(wanted)
            for key in wanted:
                stays = {name: record for name, record in fetched.get(key, {}).items() if name not in self._changes}
                self._keyed[key] = {**stays, **self._changed_keys.get(key, {})}

    def find(self, kind: Kind, record_id: str) -> Record | None:
        """Return a current record."""
        self.prefetch([(kind, record_id)], ())
        return self._named[kind, record_id]

    def around(self, session_id: str) -> Around:
        """Return the slots and the enrolments of a training session, by id."""
        known = self._around.get(session_id)
        if known is None:
            named = sorted(self.keyed(reference_key(Kind.TRAINING_SESSION, session_id)).items())
            slots = tuple(record for _, record in named if isinstance(record, Slot))
            enrolments = tuple(record for _, record in named if isinstance(record, Enrolment))
            self.prefetch([(Kind.PERSON, enrolment.person_id) for enrolment in enrolments], ())
            by_person: dict[str, tuple[str, ...]] = {}
            for enrolment in enrolments:
                person = self.survivor(enrolment.person_id)
                by_person[person] = (*by_person.get(person, ()), enrolment.id)
            known = self._around[session_id] = Around(slots, enrolments, by_person)
        return known

    def is_changed(self, kind: Kind, record_id: str) -> bool:
        """Say whether a record is among the changes."""
        return (kind, record_id) in self._changes

    def has_version(self, kind: Kind, record_id: str, version: int) -> bool:
        """Say whether a record has had this version, or has it now."""
        return 1 <= version <= self._shelf.newest_version((kind, record_id))

    def keyed(self, key: str) -> Mapping[Name, Record]:
        """Return every current record that carries a look-up key."""
        self.prefetch((), [key])
        return self._keyed[key]

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
