"""Attestation d'assiduité (ATTASS): hours due, hours attended, every absence.

Read by an employer or a funder (FAF, Région, France Travail), who decides on pay, refunds, or whether to ask the
trainee about absences: so the absences are listed one by one, the rate beside what it is worked out from.
"""

from __future__ import annotations

from datetime import date, datetime

from evidence.content.action import Action, ModalityHours, Period
from evidence.content.evaluation import Evaluation, Rate
from evidence.content.frame import Signatory
from evidence.content.parties import Funding, Trainee
from evidence.content.value import Value
from training.records.modality import Modality
from training.records.slot import HalfDay


class Absence(Value, frozen=True, kw_only=True):
    """One half-day missed, wholly or in part. `missed_seconds` is what was not credited of what was due."""

    held_on: date
    half_day: HalfDay
    starts_at: datetime
    ends_at: datetime
    modality: Modality
    missed_seconds: int
    is_whole: bool
    is_justified: bool
    reason: str = ""


class HalfDays(Value, frozen=True, kw_only=True):
    """How many half-days were due, and what became of them; `due` is the sum of the others."""

    due: int
    attended: int
    partly_attended: int
    absent_justified: int
    absent_unjustified: int


class AttendanceAttestation(Value, frozen=True, kw_only=True, tag="ATTASS", tag_field="type"):
    """One trainee's attendance in a period, or in the whole action.

    `due_seconds` is of the synchronous half-days held and due, `attended_seconds` what is credited of them,
    `justified_seconds` what was missed with a justification. `hours` has every modality, distance included.
    `rates` are the net and the gross attendance rate. `evaluations` are for funders that ask (FAF); may be empty.
    """

    signatory: Signatory
    trainee: Trainee
    action: Action
    period: Period
    due_seconds: int
    attended_seconds: int
    justified_seconds: int
    hours: tuple[ModalityHours, ...]
    half_days: HalfDays
    absences: tuple[Absence, ...]
    rates: tuple[Rate, ...]
    place: str
    evaluations: tuple[Evaluation, ...] = ()
    funding: Funding | None = None
