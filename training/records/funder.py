"""Funders, and what each asks for: configuration with effective dates and a source, never code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from training.records.ids import FunderId, FunderProfileId
from training.records.modality import Modality
from training.records.values import Count


class FunderFamily(StrEnum):
    """The kinds of funder that ask for different things."""

    OPCO = "opco"
    FAF = "faf"
    CDC = "cdc"
    FRANCE_TRAVAIL = "france_travail"
    REGION = "region"
    TRANSITIONS_PRO = "transitions_pro"
    AGEFIPH = "agefiph"
    FSE = "fse"
    EMPLOYER = "employer"
    SELF = "self"


class SourceStatus(StrEnum):
    """How far a rule can be trusted: read in its source, chosen by us, or remembered and to be checked."""

    VERIFIED = "verified"
    DESIGN = "design"
    RECALLED = "recalled"


class Trigger(StrEnum):
    """What makes a report due."""

    ON_ENTRY = "on_entry"
    ON_EXIT = "on_exit"
    MONTHLY = "monthly"
    PER_INVOICE = "per_invoice"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    ON_ABSENCE = "on_absence"
    ON_REQUEST = "on_request"


class Granularity(StrEnum):
    """What one line of a report stands for."""

    HALF_DAY = "half_day"
    DAY = "day"
    SESSION = "session"
    MODULE = "module"
    TOTAL = "total"


class PresenceRule(StrEnum):
    """Which of the times a funder counts as done."""

    GROSS = "gross"
    ACTIVE = "active"
    CREDITED = "credited"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from, and when somebody last looked."""

    url: str = ""
    checked_on: date | None = None
    status: SourceStatus = SourceStatus.RECALLED


@dataclass(frozen=True, slots=True)
class Funder:
    """One that pays for training."""

    id: FunderId
    name: str = ""
    family: FunderFamily = FunderFamily.EMPLOYER
    siret: str = ""
    email: str = ""
    profile_id: FunderProfileId | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long after what a report is due."""

    value: Count
    unit: str = "month"
    counting: str = "calendar"
    from_event: str = "effective_end"


@dataclass(frozen=True, slots=True)
class HoursFormat:
    """How hours are written for this funder."""

    unit: str = "hour"
    decimals: Count = 2
    rounding: str = "half_up"
    split_by: tuple[Modality, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportField:
    """One field of a report: the canonical path, and its words on this funder's form."""

    path: str
    label: str
    required: bool = False
    format: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One report that a funder asks for (compliance 2.6)."""

    id: str
    trigger: Trigger
    deadline: Deadline | None = None
    granularity: Granularity = Granularity.TOTAL
    hours: HoursFormat = HoursFormat()
    presence_rule: PresenceRule = PresenceRule.CREDITED
    required_documents: tuple[str, ...] = ()
    signatures: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[ReportField, ...] = ()
    absence_codes: Mapping[str, str] = field(default_factory=dict)
    output: tuple[str, ...] = ("pdf",)
    filename: str = "{funder}_{file_no}_{trainee}_{period}.pdf"


@dataclass(frozen=True, slots=True)
class FunderProfile:
    """What a family of funders asks for, while it is in effect. `effective_to` is the last day, None while it lasts."""

    id: FunderProfileId
    family: FunderFamily
    effective_from: date
    effective_to: date | None = None
    source: Source = Source()
    schemes: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    validation: tuple[str, ...] = ()

    def is_effective(self, day: date) -> bool:
        """Say whether the profile holds on `day`."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)
