"""The kinds of record there are, and which value each holds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from training.records.completion import CompletionRule
from training.records.enrolment import Enrolment
from training.records.funder import Funder, FunderProfile
from training.records.law_override import LawOverride
from training.records.mapping import MappingRule
from training.records.person import Person
from training.records.programme import Programme
from training.records.provider import Provider
from training.records.session import TrainingSession
from training.records.slot import Slot

Record = (
    Person
    | Programme
    | TrainingSession
    | Slot
    | Enrolment
    | Funder
    | FunderProfile
    | CompletionRule
    | MappingRule
    | LawOverride
    | Provider
)


class Kind(StrEnum):
    """A kind of record; the value is what is stored, and what stands in paths with hyphens and in the plural."""

    PERSON = "person"
    PROGRAMME = "programme"
    TRAINING_SESSION = "training_session"
    SLOT = "slot"
    ENROLMENT = "enrolment"
    FUNDER = "funder"
    FUNDER_PROFILE = "funder_profile"
    COMPLETION_RULE = "completion_rule"
    MAPPING_RULE = "mapping_rule"
    LAW_OVERRIDE = "law_override"
    PROVIDER = "provider"


CLASSES: Final[Mapping[Kind, type[Record]]] = {
    Kind.PERSON: Person,
    Kind.PROGRAMME: Programme,
    Kind.TRAINING_SESSION: TrainingSession,
    Kind.SLOT: Slot,
    Kind.ENROLMENT: Enrolment,
    Kind.FUNDER: Funder,
    Kind.FUNDER_PROFILE: FunderProfile,
    Kind.COMPLETION_RULE: CompletionRule,
    Kind.MAPPING_RULE: MappingRule,
    Kind.LAW_OVERRIDE: LawOverride,
    Kind.PROVIDER: Provider,
}
KINDS: Final[Mapping[type, Kind]] = {record: kind for kind, record in CLASSES.items()}
