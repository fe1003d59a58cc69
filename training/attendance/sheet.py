"""The attendance sheet of one half-day slot: who is expected, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from training.attendance.mark import Mark, Rule
from training.records.ids import EnrolmentId, PersonId
from training.records.session import TrainingSession
from training.records.slot import Slot


class SheetState(StrEnum):
    """Where a slot's signing stands."""

    NOT_OPENED = "not_opened"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Line:
    """One trainee of the sheet. `mark` is the one in effect; `history` has every mark, voided ones too, oldest first.

    `is_expected` is False for who need not come: waived, not entered yet, or gone. `label` is how the public page names
    the trainee: « Léa M. ».
    """

    enrolment_id: EnrolmentId
    person_id: PersonId
    registration: UUID
    last_name: str
    first_name: str
    label: str
    is_expected: bool
    mark: Mark | None = None
    history: tuple[Mark, ...] = ()

    @property
    def name(self) -> str:
        """First name, last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_signed(self) -> bool:
        """Whether the mark in effect carries a signature."""
        return self.mark is not None and self.mark.evidence is not None


@dataclass(frozen=True, slots=True)
class Countersignature:
    """The trainer's signature under a sheet as it stood. `is_current` says that nothing has changed since."""

    statement_id: UUID
    trainer_id: PersonId | None
    trainer_name: str
    signed_at: datetime
    sheet_sha256: str
    drawing_sha256: str | None
    recorded_by: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One slot's sheet. `sha256` is of `content`, the sheet as JSON, which a countersignature is given under.

    `title` is the programme's, as convention and invoice have it. `flags` are the rules that the sheet as a whole does
    not keep: the trainer's signature is missing once the slot has ended.
    """

    organisation_name: str
    slot: Slot
    session: TrainingSession
    title: str
    module_title: str
    trainers: tuple[tuple[PersonId, str], ...]
    state: SheetState
    opened_at: datetime | None
    closed_at: datetime | None
    lines: tuple[Line, ...]
    countersignature: Countersignature | None
    flags: tuple[Rule, ...]
    content: bytes
    sha256: str

    @property
    def missing(self) -> tuple[Line, ...]:
        """Return the expected trainees of whom nothing is known."""
        return tuple(line for line in self.lines if line.is_expected and line.mark is None)

    def line(self, enrolment_id: str) -> Line | None:
        """Return one trainee's line."""
        return next((line for line in self.lines if line.enrolment_id == enrolment_id), None)
