"""What an organisation has on record: plain frozen values. Nothing here performs I/O."""

from training.records.completion import DEFAULT_RULE, CompletionRule
from training.records.enrolment import Contract, Enrolment, Exit, ExitReason, FundingFile, Milestone, Waiver
from training.records.funder import Funder, FunderFamily, FunderProfile, Source, SourceStatus
from training.records.identity import Identity, IdentityKind
from training.records.mapping import MappingRule, Matcher
from training.records.modality import Modality
from training.records.person import Person
from training.records.programme import ActionNature, Module, MoveOn, Programme, TrainingActivity
from training.records.provider import Picture, PictureType, Provider, Signatory
from training.records.session import TrainingSession
from training.records.slot import Cancellation, CancelledBy, HalfDay, Slot
from training.records.snapshot import Place, Records

__all__ = [
    "DEFAULT_RULE",
    "ActionNature",
    "Cancellation",
    "CancelledBy",
    "CompletionRule",
    "Contract",
    "Enrolment",
    "Exit",
    "ExitReason",
    "Funder",
    "FunderFamily",
    "FunderProfile",
    "FundingFile",
    "HalfDay",
    "Identity",
    "IdentityKind",
    "MappingRule",
    "Matcher",
    "Milestone",
    "Modality",
    "Module",
    "MoveOn",
    "Person",
    "Picture",
    "PictureType",
    "Place",
    "Programme",
    "Provider",
    "Records",
    "Signatory",
    "Slot",
    "Source",
    "SourceStatus",
    "TrainingActivity",
    "TrainingSession",
    "Waiver",
]
