"""The records around one half-day slot: what a sheet is made of before anybody signs. Nothing here performs I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lrs.errors import NotFound
from lrs.organisations import Organisation
from training.law import Law, Provision
from training.records.enrolment import Enrolment
from training.records.identity import Identity, IdentityKind
from training.records.ids import PersonId
from training.records.law_override import LawOverride
from training.records.person import Person
from training.records.programme import Programme
from training.records.session import TrainingSession
from training.records.slot import Slot

# Pseudonyms first: a statement says no more of a person than it must (RGPD art. 5).
_PREFERRED = (IdentityKind.ACCOUNT, IdentityKind.MBOX_SHA1SUM, IdentityKind.OPENID, IdentityKind.MBOX)


@dataclass(frozen=True, slots=True)
class Roll:
    """One slot with its session, programme, enrolments and people, as they were on record at one instant."""

    organisation: Organisation
    slot: Slot
    session: TrainingSession
    programme: Programme | None
    enrolments: tuple[Enrolment, ...]
    people: Mapping[str, Person]
    overrides: tuple[LawOverride, ...]
    law: Law

    @property
    def title(self) -> str:
        """The programme's title, as convention and invoice have it; the session's where it has none."""
        title = self.programme.title if self.programme is not None else ""
        return title or self.session.title or self.session.id

    @property
    def module_title(self) -> str:
        """The title of the slot's module, empty when it has none."""
        if self.programme is None or self.slot.module_id is None:
            return ""
        module = self.programme.find_module(self.slot.module_id)
        return "" if module is None else module.title

    @property
    def place(self) -> str:
        """Where the slot is held."""
        return self.slot.place or self.session.place

    @property
    def trainers(self) -> tuple[Person, ...]:
        """The trainer of the slot, else those of the session."""
        named = (self.slot.trainer_id,) if self.slot.trainer_id is not None else self.session.trainer_ids
        return tuple(self.people[person_id] for person_id in named if person_id in self.people)

    def provision(self, name: str) -> Provision:
        """Return a value that rules take, as it holds on the slot's day."""
        return self.law.provision(name, self.slot.held_on, self.overrides)

    def number(self, name: str) -> int:
        """Return a provision that is a whole number."""
        return int(self.provision(name).value)

    def value(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return a provision's value."""
        return self.provision(name).value

    def enrolment(self, enrolment_id: str) -> Enrolment:
        """Return an enrolment of the slot's session; raises NotFound."""
        for enrolment in self.enrolments:
            if enrolment.id == enrolment_id:
                return enrolment
        message = "This session has no such enrolment."
        raise NotFound(message)

    def person(self, enrolment: Enrolment) -> Person:
        """Return whose enrolment it is, merges followed."""
        return self.survivor(enrolment.person_id)

    def survivor(self, person_id: PersonId) -> Person:
        """Return the person that somebody was merged into in the end."""
        person, seen = self.people[person_id], {person_id}
        while person.merged_into is not None and person.merged_into not in seen and person.merged_into in self.people:
            seen.add(person.merged_into)
            person = self.people[person.merged_into]
        return person

    def address(self, enrolment: Enrolment) -> str:
        """Return the e-mail address of whose enrolment it is, empty when none is on record."""
        same = (self.person(enrolment), self.people[enrolment.person_id])
        mailboxes = (
            identity.text.removeprefix("mbox mailto:")
            for person in same
            for identity in sorted(person.identities)
            if identity.kind is IdentityKind.MBOX
        )
        return next((person.email for person in same if person.email), None) or next(mailboxes, "")

    def is_expected(self, enrolment: Enrolment) -> bool:
        """Say whether presence is asked for: between entry and exit, and not waived (compliance 7, D)."""
        slot, day = self.slot, self.slot.held_on
        if enrolment.entered_on is not None and day < enrolment.entered_on:
            return False
        if enrolment.exit is not None and enrolment.exit.on < day:
            return False
        return not any(
            (waiver.decided_on is None or waiver.decided_on <= day)
            and (waiver.slot_id == slot.id or (waiver.module_id is not None and waiver.module_id == slot.module_id))
            for waiver in enrolment.waived
        )

    def labels(self) -> dict[UUID, str]:
        """Return how the public page names each trainee, by registration: no more of a name than tells them apart."""
        people = {enrolment.registration: self.person(enrolment) for enrolment in self.enrolments}
        short = {registration: _label(person, 1) for registration, person in people.items()}
        counts = Counter(short.values())
        return {
            registration: label if counts[label] == 1 else _label(people[registration], None)
            for registration, label in short.items()
        }


def identity_of(person: Person) -> Identity | None:
    """Return the identity under which statements name a person: the least telling; None when there is none."""
    ranked = sorted(person.identities, key=lambda item: (_PREFERRED.index(item.kind), item.text))
    return ranked[0] if ranked else None


def _label(person: Person, letters: int | None) -> str:
    last = person.last_name.strip()
    shown = last if letters is None or len(last) <= letters else f"{last[:letters]}."
    return f"{person.first_name.strip()} {shown}".strip() or person.id
