"""Attestation de sortie de formation (ATTSORT): end, abandonment or interruption, effective date, reason, hours done.

Read by a funder, who decides to stop paying, and what is still owed: date, reason, hours done beside hours planned.
"""

from __future__ import annotations

from datetime import date

from evidence.content.action import Action, ModalityHours
from evidence.content.evaluation import Rate
from evidence.content.frame import Signatory
from evidence.content.parties import Funding, Trainee
from evidence.content.value import Value
from training.records.enrolment import ExitReason


class ExitAttestation(Value, frozen=True, kw_only=True, tag="ATTSORT", tag_field="type"):
    """One trainee's exit. `action` has the planned dates. `rate` is the realisation rate."""

    signatory: Signatory
    trainee: Trainee
    action: Action
    entered_on: date | None
    left_on: date
    reason: ExitReason
    detail: str
    realised_seconds: int
    planned_seconds: int
    hours: tuple[ModalityHours, ...]
    rate: Rate
    place: str
    funding: Funding | None = None
