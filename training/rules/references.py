"""Which records a record names, and by which texts it is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from uuid import UUID

from training.records.enrolment import Enrolment
from training.records.funder import Funder
from training.records.identity import Identity
from training.records.kinds import Kind, Record
from training.records.law_override import LawOverride
from training.records.mapping import MappingRule
from training.records.person import Person
from training.records.programme import Programme
from training.records.provider import Provider
from training.records.session import TrainingSession
from training.records.slot import Slot


class Reference(NamedTuple):
    """That a member of a record names another record."""

    pointer: str
    kind: Kind
    record_id: str

    @property
    def key(self) -> str:
        """The text under which the record that names is found from the record named."""
        return reference_key(self.kind, self.record_id)


def reference_key(kind: Kind, record_id: str) -> str:
    """Return the look-up key of what names this record."""
    return f"{kind.value}:{record_id}"


def identity_key(identity: Identity) -> str:
    """Return the look-up key of who has this identity."""
    return f"identity:{identity.text}"


def registration_key(registration: UUID) -> str:
    """Return the look-up key of the enrolment with this registration."""
    return f"registration:{registration}"


def provision_key(name: str) -> str:
    """Return the look-up key of an organisation's own values of a provision."""
    return f"provision:{name}"


# One key for all of them: a second provider of an organisation is found by it.
PROVIDER_KEY: Final = "provider"


def keys_of(record: Record) -> tuple[str, ...]:
    """Return every look-up key of a record, sorted: what it names, and what it is known by."""
    keys = {reference.key for reference in references_of(record)}
    if isinstance(record, Person):
        keys.update(identity_key(identity) for identity in record.identities)
    elif isinstance(record, Enrolment):
        keys.add(registration_key(record.registration))
    elif isinstance(record, LawOverride):
        keys.add(provision_key(record.provision))
    elif isinstance(record, Provider):
        keys.add(PROVIDER_KEY)
    return tuple(sorted(keys))


def references_of(record: Record) -> Iterator[Reference]:
    """Yield every record that a record names. Modules and activities are parts of a programme, not records."""
    match record:
        case Person(merged_into=str() as into):
            yield Reference("/merged_into", Kind.PERSON, into)
        case Programme(completion_rule_id=str() as rule):
            yield Reference("/completion_rule_id", Kind.COMPLETION_RULE, rule)
        case TrainingSession():
            yield Reference("/programme_id", Kind.PROGRAMME, record.programme_id)
            for at, trainer in enumerate(record.trainer_ids):
                yield Reference(f"/trainer_ids/{at}", Kind.PERSON, trainer)
        case Slot():
            yield Reference("/session_id", Kind.TRAINING_SESSION, record.session_id)
            if record.trainer_id is not None:
                yield Reference("/trainer_id", Kind.PERSON, record.trainer_id)
        case Enrolment():
            yield from _of_enrolment(record)
        case Funder(profile_id=str() as profile):
            yield Reference("/profile_id", Kind.FUNDER_PROFILE, profile)
        case MappingRule():
            yield Reference("/programme_id", Kind.PROGRAMME, record.programme_id)


def _of_enrolment(record: Enrolment) -> Iterator[Reference]:
    yield Reference("/session_id", Kind.TRAINING_SESSION, record.session_id)
    yield Reference("/person_id", Kind.PERSON, record.person_id)
    if record.funding is not None:
        yield Reference("/funding/funder_id", Kind.FUNDER, record.funding.funder_id)
    for at, waiver in enumerate(record.waived):
        if waiver.slot_id is not None:
            yield Reference(f"/waived/{at}/slot_id", Kind.SLOT, waiver.slot_id)
