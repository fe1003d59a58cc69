"""People: trainees and trainers, whatever names their LMSs give them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from training.records.identity import Identity
from training.records.ids import PersonId


@dataclass(frozen=True, slots=True)
class Person:
    """One person of an organisation.

    Merging writes `merged_into` and nothing else: the person keeps their identities, so that splitting again
    gives back exactly what was there.
    """

    id: PersonId
    last_name: str = ""
    first_name: str = ""
    civility: str = ""
    email: str = ""
    phone: str = ""
    identities: tuple[Identity, ...] = ()
    merged_into: PersonId | None = None

    @property
    def name(self) -> str:
        """The name as it is read: first name, last name."""
        return f"{self.first_name} {self.last_name}".strip()


def merged(person: Person, into: PersonId) -> Person:
    """Return `person` as someone who is the same as `into`."""
    return replace(person, merged_into=into)


def unmerged(person: Person) -> Person:
    """Return `person` as themselves again."""
    return replace(person, merged_into=None)
