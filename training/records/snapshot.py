"""Everything an organisation had on record at one instant, with the look-ups that facts need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from uuid import UUID

from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from training.records.completion import DEFAULT_RULE, CompletionRule
from training.records.enrolment import Enrolment
from training.records.funder import Funder, FunderProfile
from training.records.ids import (
    ActivityId,
    CompletionRuleId,
    EnrolmentId,
    FunderId,
    FunderProfileId,
    LawOverrideId,
    MappingRuleId,
    ModuleId,
    PersonId,
    ProgrammeId,
    ProviderId,
    SessionId,
    SlotId,
)
from training.records.law_override import LawOverride
from training.records.mapping import MappingRule
from training.records.person import Person
from training.records.programme import Module, Programme, TrainingActivity
from training.records.provider import Provider
from training.records.session import TrainingSession
from training.records.slot import Slot

# Senders invent registrations and IRIs for ever; what was found for them need not be remembered for ever.
PLACES_REMEMBERED: Final = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the programmes an LMS's activity belongs; a rule may stop at the programme or the module."""

    programme_id: ProgrammeId
    module_id: ModuleId | None = None
    activity_id: ActivityId | None = None


@dataclass(frozen=True)
class Records:
    """One organisation's records as of an instant. Nothing in it changes; look-ups are indexed on first use.

    `programme_versions` holds, beside the newest, each version that a session keeps to. `change` is the number of
    the last change seen, so that whoever cached it knows whether it is stale.
    """

    organisation: OrganisationId
    as_of: Micros | None = None
    change: int = 0
    people: Mapping[PersonId, Person] = field(default_factory=dict)
    programmes: Mapping[ProgrammeId, Programme] = field(default_factory=dict)
    programme_versions: Mapping[tuple[ProgrammeId, int], Programme] = field(default_factory=dict)
    sessions: Mapping[SessionId, TrainingSession] = field(default_factory=dict)
    slots: Mapping[SlotId, Slot] = field(default_factory=dict)
    enrolments: Mapping[EnrolmentId, Enrolment] = field(default_factory=dict)
    funders: Mapping[FunderId, Funder] = field(default_factory=dict)
    funder_profiles: Mapping[FunderProfileId, FunderProfile] = field(default_factory=dict)
    completion_rules: Mapping[CompletionRuleId, CompletionRule] = field(default_factory=dict)
    mapping_rules: Mapping[MappingRuleId, MappingRule] = field(default_factory=dict)
    law_overrides: Mapping[LawOverrideId, LawOverride] = field(default_factory=dict)
    providers: Mapping[ProviderId, Provider] = field(default_factory=dict)

    @property
    def provider(self) -> Provider | None:
        """The training provider that the organisation is; a rule keeps it to one record. None when there is none."""
        return next(iter(self.providers.values()), None)

    def person_of(self, identity_text: str) -> PersonId | None:
        """Return who an identity belongs to, merges followed; None when nobody has it.

        `identity_text` is `lrs.statements.keys.identifier_text` of the actor.
        """
        owner = self._owners.get(identity_text)
        return None if owner is None else self.survivor(owner)

    def survivor(self, person_id: PersonId) -> PersonId:
        """Return the person that `person_id` was merged into, in the end; themselves when they were not."""
        seen = {person_id}
        while (person := self.people.get(person_id)) is not None and person.merged_into is not None:
            if person.merged_into in seen or person.merged_into not in self.people:
                break
            person_id = person.merged_into
            seen.add(person_id)
        return person_id

    def identities_of(self, person_id: PersonId) -> tuple[str, ...]:
        """Return the identity texts of a person and of everybody merged into them, sorted."""
        return self._identities.get(self.survivor(person_id), ())

    def enrolments_of(self, person_id: PersonId) -> tuple[Enrolment, ...]:
        """Return a person's enrolments, merges followed, by session start then id."""
        return self._enrolments_by_person.get(self.survivor(person_id), ())

    def enrolments_in(self, session_id: SessionId) -> tuple[Enrolment, ...]:
        """Return the enrolments in a session, by id."""
        return self._enrolments_by_session.get(session_id, ())

    def enrolment_of(self, registration: UUID) -> Enrolment | None:
        """Return the enrolment that carries this xAPI registration."""
        return self._enrolments_by_registration.get(registration)

    def slots_of(self, session_id: SessionId) -> tuple[Slot, ...]:
        """Return the slots of a session in order of time, cancelled ones included."""
        return self._slots_by_session.get(session_id, ())

    def programme_of(self, session_id: SessionId) -> Programme | None:
        """Return the programme that a session follows, at the version that it keeps to."""
        session = self.sessions.get(session_id)
        if session is None:
            return None
        if session.programme_version is None:
            return self.programmes.get(session.programme_id)
        return self.programme_versions.get((session.programme_id, session.programme_version))

    def completion_rule_of(self, programme: Programme) -> CompletionRule:
        """Return the rule a programme names, else the default."""
        named = programme.completion_rule_id
        return DEFAULT_RULE if named is None else self.completion_rules.get(named, DEFAULT_RULE)

    def places_of(
        self,
        iri: str,
        *,
        platform: str | None = None,
        registration: UUID | None = None,
        groupings: tuple[str, ...] = (),
    ) -> tuple[Place, ...]:
        """Return where an activity belongs; empty when it is unmapped, several when programmes share its IRI.

        An IRI written in a programme wins over every rule; of the rules, the first that matches. A known
        `registration` narrows the answer to the programme of its enrolment.
        """
        key = (iri, platform, registration, groupings)
        known = self._places.get(key)
        if known is None:
            if len(self._places) >= PLACES_REMEMBERED:
                self._places.clear()
            known = self._places[key] = self._find_places(iri, platform, registration, groupings)
        return known

    def _find_places(
        self, iri: str, platform: str | None, registration: UUID | None, groupings: tuple[str, ...]
    ) -> tuple[Place, ...]:
        enrolment = None if registration is None else self.enrolment_of(registration)
        if enrolment is not None:
            programme = self.programme_of(enrolment.session_id)
            for module, activity in programme.activities() if programme else ():
                if activity.iri == iri and programme is not None:
                    return (Place(programme.id, module.id, activity.id),)
        exact = self._exact_places.get(iri, ())
        if exact and enrolment is None:
            return exact
        wanted = None if enrolment is None else self._programme_id(enrolment.session_id)
        text = None if registration is None else str(registration)
        for rule in self._ordered_rules:
            if wanted in (None, rule.programme_id) and rule.matches(iri, platform, text, groupings):
                return (Place(rule.programme_id, rule.module_id, rule.activity_id),)
        return ()

    def _programme_id(self, session_id: SessionId) -> ProgrammeId | None:
        session = self.sessions.get(session_id)
        return None if session is None else session.programme_id

    def find_place(self, place: Place) -> tuple[Module | None, TrainingActivity | None]:
        """Return the module and the activity of a place, in the programme's newest version."""
        programme = self.programmes.get(place.programme_id)
        if programme is None:
            return None, None
        for module, activity in programme.activities():
            if activity.id == place.activity_id:
                return module, activity
        return (None if place.module_id is None else programme.find_module(place.module_id)), None

    @cached_property
    def _owners(self) -> dict[str, PersonId]:
        return {
            identity.text: person_id
            for person_id in sorted(self.people, reverse=True)
            for identity in self.people[person_id].identities
        }

    @cached_property
    def _identities(self) -> dict[PersonId, tuple[str, ...]]:
        found: defaultdict[PersonId, set[str]] = defaultdict(set)
        for text, owner in self._owners.items():
            found[self.survivor(owner)].add(text)
        return {person_id: tuple(sorted(texts)) for person_id, texts in found.items()}

    @cached_property
    def _enrolments_by_person(self) -> dict[PersonId, tuple[Enrolment, ...]]:
        found: defaultdict[PersonId, list[Enrolment]] = defaultdict(list)
        for enrolment in self.enrolments.values():
            found[self.survivor(enrolment.person_id)].append(enrolment)
        return {person_id: tuple(sorted(items, key=self._by_start)) for person_id, items in found.items()}

    @cached_property
    def _enrolments_by_session(self) -> dict[SessionId, tuple[Enrolment, ...]]:
        found: defaultdict[SessionId, list[Enrolment]] = defaultdict(list)
        for enrolment in sorted(self.enrolments.values(), key=lambda item: item.id):
            found[enrolment.session_id].append(enrolment)
        return {session_id: tuple(items) for session_id, items in found.items()}

    @cached_property
    def _enrolments_by_registration(self) -> dict[UUID, Enrolment]:
        return {enrolment.registration: enrolment for enrolment in self.enrolments.values()}

    @cached_property
    def _slots_by_session(self) -> dict[SessionId, tuple[Slot, ...]]:
        found: defaultdict[SessionId, list[Slot]] = defaultdict(list)
        for slot in sorted(self.slots.values(), key=lambda item: (item.starts_at, item.id)):
            found[slot.session_id].append(slot)
        return {session_id: tuple(items) for session_id, items in found.items()}

    @cached_property
    def _exact_places(self) -> dict[str, tuple[Place, ...]]:
        found: defaultdict[str, set[Place]] = defaultdict(set)
        for programme in (*self.programme_versions.values(), *self.programmes.values()):
            for module, activity in programme.activities():
                if activity.iri:
                    found[activity.iri].add(Place(programme.id, module.id, activity.id))
        return {iri: tuple(sorted(places, key=_by_ids)) for iri, places in found.items()}

    @cached_property
    def _ordered_rules(self) -> tuple[MappingRule, ...]:
        return tuple(sorted(self.mapping_rules.values(), key=lambda rule: (rule.priority, rule.id)))

    @cached_property
    def _places(self) -> dict[tuple[str, str | None, UUID | None, tuple[str, ...]], tuple[Place, ...]]:
        return {}

    def _by_start(self, enrolment: Enrolment) -> tuple[str, str]:
        session = self.sessions.get(enrolment.session_id)
        return ("" if session is None else session.starts_on.isoformat(), enrolment.id)


def _by_ids(place: Place) -> tuple[str, str, str]:
    return (place.programme_id, place.module_id or "", place.activity_id or "")
