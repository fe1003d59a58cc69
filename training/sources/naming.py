"""Gives people identities: what a person has decided is remembered, and whoever has none gets one of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from lrs.errors import InvalidRequest, PreconditionFailed
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.attendance.vocabulary import PEOPLE
from training.records.identity import Identity
from training.records.ids import PersonId
from training.records.kinds import Kind
from training.records.person import Person
from training.store import Change, RecordReader, Register

# How often a person's record may change under our hands before we give up.
_TRIES: Final = 5


class Naming:
    """Writes new versions of people's records, each with one identity more."""

    def __init__(self, services: Services) -> None:
        self._reader = RecordReader(services.store, services.clock)
        self._register = Register(services.store, services.clock)

    def learn(self, organisation: OrganisationId, learnt: Iterable[tuple[PersonId, str]], home_page: str) -> None:
        """Keep the accounts that a person has said are whose; without the system's address there is none to keep."""
        for person_id, account in dict.fromkeys(learnt) if home_page else ():
            self._add(organisation, person_id, Identity.account(home_page, account))

    def give(self, organisation: OrganisationId, nameless: Iterable[PersonId]) -> None:
        """Give whoever has no identity the one that statements name them by."""
        for person_id in dict.fromkeys(nameless):
            self._add(organisation, person_id, Identity.account(PEOPLE, person_id))

    def _add(self, organisation: OrganisationId, person_id: PersonId, identity: Identity) -> None:
        for _ in range(_TRIES):
            entry = self._reader.get(organisation, Kind.PERSON, person_id)
            person = entry.record
            if not isinstance(person, Person) or identity in person.identities:
                return
            named = replace(person, identities=(*person.identities, identity))
            change = Change(Kind.PERSON, person_id, named, entry.version, "identity for imported statements")
            try:
                self._register.write(organisation, [change], "import")
            except PreconditionFailed:
                continue
            except InvalidRequest:
                # Somebody else has just been given it: what was decided for this file holds for this file.
                return
            return
