"""Whom a tool's participants are: by e-mail address, then by identity, then by the exact name. Never by a guess."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha1

from training.meetings.log import Participant
from training.records.identity import Identity, IdentityKind
from training.records.ids import EnrolmentId, PersonId, SessionId
from training.records.snapshot import Records


class MatchedBy(StrEnum):
    """What somebody was recognised by; a person's decision stands above all."""

    DECISION = "decision"
    EMAIL = "email"
    IDENTITY = "identity"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Match:
    """Who a participant is. Without `person_id` nobody, or one of several `candidates`: that is for a person to say."""

    person_id: PersonId | None = None
    by: MatchedBy | None = None
    candidates: tuple[PersonId, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Matching:
    """The people of an organisation as tools may name them, for the meetings of one session.

    Addresses and identities are looked for among everybody; names only among the session's trainees and trainers,
    for in a large organisation two people share one. Without a session nobody is known by a name.
    """

    records: Records
    session_id: SessionId | None

    def match(self, participant: Participant) -> Match:
        """Return who a participant is.

        1. The e-mail address, or the account's name where it is one. 2. An identity by that account or address.
        3. The name, letter for letter but for case, accents, signs and order. Where 1 or 2 finds one person and the
        name is exactly somebody else's of this session, a person has to look.
        """
        addresses = [text.casefold() for text in (participant.email, participant.account) if "@" in text]
        named = self._by_name(participant.names)
        for by, found in (
            (MatchedBy.EMAIL, self._lookup(self._addresses, addresses)),
            (MatchedBy.IDENTITY, self._lookup(self._handles, _handles_of(addresses))),
        ):
            if len(found) > 1:
                return Match(candidates=found, reason="Several people have this address or account.")
            if found and named and found[0] not in named:
                both = tuple(sorted({*found, *named}))
                return Match(candidates=both, reason="The address is one person's and the name another's.")
            if found:
                return Match(found[0], by)
        if len(named) > 1:
            return Match(candidates=named, reason="Several people of this session have this name.")
        if named:
            return Match(named[0], MatchedBy.NAME)
        return Match(reason="Nobody on record has this address, nor anybody of this session this name.")

    @cached_property
    def trainees(self) -> Mapping[PersonId, EnrolmentId]:
        """The enrolment of each trainee of the session, merges followed."""
        found = () if self.session_id is None else self.records.enrolments_in(self.session_id)
        return {self.records.survivor(item.person_id): item.id for item in found}

    @cached_property
    def trainers(self) -> frozenset[PersonId]:
        """Whoever teaches the session or one of its slots, merges followed."""
        if self.session_id is None:
            return frozenset()
        session = self.records.sessions[self.session_id]
        slots = (slot.trainer_id for slot in self.records.slots_of(self.session_id))
        named = (*session.trainer_ids, *(trainer for trainer in slots if trainer is not None))
        return frozenset(self.records.survivor(person_id) for person_id in named)

    def _by_name(self, names: Iterable[str]) -> tuple[PersonId, ...]:
        found = {person for name in names for person in self._names.get(name_key(name), ())}
        return tuple(sorted(found))

    @staticmethod
    def _lookup(index: Mapping[str, set[PersonId]], keys: Iterable[str]) -> tuple[PersonId, ...]:
        return tuple(sorted({person for key in keys for person in index.get(key, ())}))

    @cached_property
    def _addresses(self) -> Mapping[str, set[PersonId]]:
        found: defaultdict[str, set[PersonId]] = defaultdict(set)
        for person in self.records.people.values():
            survivor = self.records.survivor(person.id)
            if person.email:
                found[person.email.casefold()].add(survivor)
            for identity in person.identities:
                if identity.kind is IdentityKind.MBOX:
                    found[identity.text.partition("mailto:")[2].casefold()].add(survivor)
        return found

    @cached_property
    def _handles(self) -> Mapping[str, set[PersonId]]:
        found: defaultdict[str, set[PersonId]] = defaultdict(set)
        for person in self.records.people.values():
            for identity in person.identities:
                found[_handle(identity)].add(self.records.survivor(person.id))
        return found

    @cached_property
    def _names(self) -> Mapping[tuple[str, ...], set[PersonId]]:
        found: defaultdict[tuple[str, ...], set[PersonId]] = defaultdict(set)
        own = {*self.trainees, *self.trainers}
        for person in self.records.people.values():
            survivor = self.records.survivor(person.id)
            key = name_key(person.name)
            if survivor in own and key:
                found[key].add(survivor)
        return found


def name_key(name: str) -> tuple[str, ...]:
    """Return what two spellings of one name have in common: its words without case and accents, in no order.

    >>> name_key("LE GALL Yann") == name_key("Yann Le Gall") == name_key("Le-Gall, Yann")
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(sorted(re.findall(r"\w+", letters)))


def _handle(identity: Identity) -> str:
    """Return the part of an identity that a meeting tool may show: an account's name, an address or its hash."""
    parts = identity.text.split(" ", 2)
    return parts[-1].removeprefix("mailto:").casefold()


def _handles_of(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        yield address
        # xAPI's mbox_sha1sum is the hash of the whole mailto IRI (1.0.3 Part Two 4.1.2.3).
        yield sha1(f"mailto:{address}".encode(), usedforsecurity=False).hexdigest()
