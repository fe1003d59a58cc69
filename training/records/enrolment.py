"""Enrolments: one person in one training session, what was agreed, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from training.records.ids import ActivityId, EnrolmentId, FunderId, ModuleId, PersonId, SessionId, SlotId
from training.records.modality import Modality
from training.records.values import Cents, Seconds


@dataclass(frozen=True, slots=True)
class Contract:
    """Hours agreed by one contract, agreement or amendment; a later one replaces the one before it.

    `planned_seconds` is by modality, never under BLENDED.
    """

    effective_on: date
    planned_seconds: Mapping[Modality, Seconds]
    reference: str = ""
    signed_on: date | None = None

    @property
    def total_seconds(self) -> int:
        """Planned seconds of every modality together."""
        return sum(self.planned_seconds.values())


@dataclass(frozen=True, slots=True)
class Waiver:
    """A part that this person need not do: a module, an activity or a slot, with the seconds it takes off the plan.

    `modality` says from which planned time; None means that of the module or slot waived.
    """

    seconds: Seconds
    reason: str
    module_id: ModuleId | None = None
    activity_id: ActivityId | None = None
    slot_id: SlotId | None = None
    modality: Modality | None = None
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class FundingFile:
    """Who pays for this enrolment, under which references. Amounts are in cents of a euro."""

    funder_id: FunderId
    scheme: str = ""
    file_no: str = ""
    agreement_no: str = ""
    agreed_seconds: Seconds | None = None
    agreed_amount_cents: Cents | None = None
    unit_cost_cents: Cents | None = None
    subrogation: bool = False


class ExitReason(StrEnum):
    """Why an enrolment ended. Only ABANDON is a dropout; cmi5's `abandoned` verb is not this."""

    COMPLETED = "COMPLETED"
    ABANDON = "ABANDON"
    TRANSFER = "TRANSFER"
    OF_INTERRUPTION = "OF_INTERRUPTION"
    FORCE_MAJEURE = "FORCE_MAJEURE"
    EARLY_SUCCESS = "EARLY_SUCCESS"
    CANCELLED_BEFORE_ENTRY = "CANCELLED_BEFORE_ENTRY"
    CONTRACT_TERMINATION = "CONTRACT_TERMINATION"


@dataclass(frozen=True, slots=True)
class Exit:
    """The last day, and why."""

    on: date
    reason: ExitReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """What the individual protocol asks by the end of a day: an activity, or every activity of a module."""

    due_on: date
    activity_id: ActivityId | None = None
    module_id: ModuleId | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person in one training session. `registration` is the one that LMSs put in `context.registration`.

    `employer` is the company whose employee they are, as certificates name it; empty when there is none.
    """

    id: EnrolmentId
    session_id: SessionId
    person_id: PersonId
    registration: UUID
    contracts: tuple[Contract, ...] = ()
    waived: tuple[Waiver, ...] = ()
    funding: FundingFile | None = None
    entered_on: date | None = None
    exit: Exit | None = None
    individual_calendar: tuple[Milestone, ...] = ()
    employer: str = ""

    def contract_on(self, day: date) -> Contract | None:
        """Return the contract that holds on `day`: of those in effect, the newest, the later listed breaking ties."""
        found: Contract | None = None
        for contract in self.contracts:
            in_effect = contract.effective_on <= day
            if in_effect and (found is None or contract.effective_on >= found.effective_on):
                found = contract
        return found

    def planned_on(self, day: date) -> Mapping[Modality, int]:
        """Return planned seconds by modality under the contract that holds on `day`; empty when there is none."""
        contract = self.contract_on(day)
        return {} if contract is None else contract.planned_seconds
