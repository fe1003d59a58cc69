"""Feuille d'émargement (EMARG): who was there, half-day by half-day, signed by each and countersigned.

Read by a funder's or the State's controller, and by a court, who decide whether the hours took place. Courts rejected
sheets without times, modules, trainer or a signature for each half-day (compliance 1.1, 1.4): each is here, with how it
was signed. What a trainee was absent for is struck.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from evidence.content.frame import Signatory
from evidence.content.value import Value
from training.records.modality import Modality
from training.records.slot import HalfDay


# The three below have the words of `training.attendance.mark`, which would bring Flask and MongoDB with it: what a
# document says must be readable by a verifier that has neither. A test holds them together.
class SheetStatus(StrEnum):
    """What the sheet says of a trainee (compliance 1.4)."""

    PRESENT = "PRESENT"
    LATE = "LATE"
    LEFT_EARLY = "LEFT_EARLY"
    ABSENT_JUSTIFIED = "ABSENT_JUSTIFIED"
    ABSENT_UNJUSTIFIED = "ABSENT_UNJUSTIFIED"


class SigningMethod(StrEnum):
    """How a trainee showed who they are before signing."""

    DISPLAYED_CODE = "displayed-code"
    MAILED_CODE = "mailed-code"
    PERSONAL_LINK = "personal-link"


class SheetFlag(StrEnum):
    """The product rules of attendance that a mark does not keep (compliance 1.1)."""

    OUTSIDE_WINDOW = "attendance.outside_window"
    REST_DAY = "attendance.rest_day"
    DRAWING_REUSED = "attendance.drawing_reused"
    DEVICE_BURST = "attendance.device_burst"
    TWO_PLACES = "attendance.two_places"
    TRAINER_MISSING = "attendance.trainer_missing"


class Signature(Value, frozen=True, kw_only=True):
    """How a trainee signed. `drawing` is the SHA-256 of the PNG handed to the layout, None when a box was ticked.

    `late_reason` is set when it was signed after the window. `statement_id` is the mark's statement.
    """

    signed_at: datetime
    method: SigningMethod
    statement_id: str
    drawing: str | None = None
    late_reason: str | None = None


class SheetLine(Value, frozen=True, kw_only=True):
    """One trainee of one half-day. `status` None: nothing is known of somebody who was expected (printed so).

    A presence without `signature` was vouched for by the trainer, or is a class log's, as `reason` says.
    `is_expected` False: waived, not entered yet, or gone (the line is struck unless there is a mark). `correction` is
    why an earlier mark was corrected.
    """

    last_name: str
    first_name: str
    employer: str = ""
    is_expected: bool = True
    status: SheetStatus | None = None
    credited_seconds: int = 0
    late_seconds: int = 0
    early_seconds: int = 0
    is_justified: bool = False
    reason: str = ""
    signature: Signature | None = None
    flags: tuple[SheetFlag, ...] = ()
    correction: str = ""


class TrainerSignature(Value, frozen=True, kw_only=True):
    """The trainer's countersignature. `is_current` False: the sheet has changed since, which is printed."""

    name: str
    signed_at: datetime
    sheet_sha256: str
    statement_id: str
    is_current: bool = True
    drawing: str | None = None


class HalfDaySheet(Value, frozen=True, kw_only=True):
    """One half-day: when, where, what, by whom, and a line for each trainee, by name.

    `cancelled` is why it was not held, None where it was; a half-day that was cancelled has no lines.
    """

    held_on: date
    half_day: HalfDay
    starts_at: datetime
    ends_at: datetime
    modality: Modality
    place: str
    module: str
    trainers: tuple[str, ...]
    lines: tuple[SheetLine, ...]
    countersignature: TrainerSignature | None = None
    cancelled: str | None = None


class AttendanceSheet(Value, frozen=True, kw_only=True, tag="EMARG", tag_field="type"):
    """A session's half-days, or some of them, in order of time. `title` is the programme's, as agreement has it."""

    title: str
    session: str
    starts_on: date
    ends_on: date
    half_days: tuple[HalfDaySheet, ...]
    signatory: Signatory | None = None
