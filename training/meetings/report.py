"""What an import of a meeting's report asks for, found and did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from training.imports.report import LineProblem
from training.meetings.matching import MatchedBy
from training.meetings.stamps import DateOrder
from training.records.ids import EnrolmentId, PersonId, SlotId


class Status(StrEnum):
    """What a participant is to the session. A trainer's presence is not credited."""

    TRAINEE = "trainee"
    TRAINER = "trainer"
    SKIPPED = "skipped"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever sends a report says about it.

    `slot_id` narrows it to one slot. `time_zone` is that of the report's times when it is not the session's,
    `date_order` settles dates that can be read in two ways. `decisions` say who the participant of a line is: a
    person's id, or None for nobody whose presence counts.
    """

    slot_id: str | None = None
    time_zone: str | None = None
    date_order: DateOrder | None = None
    decisions: Mapping[int, str | None] = field(default_factory=dict)
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class StayShown:
    """One stay that was, or would be, recorded by these statements: joining, and leaving where it is known."""

    slot_id: SlotId
    joined_at: datetime
    left_at: datetime | None
    seconds: int
    is_shortened: bool
    statement_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ParticipantShown:
    """One participant of the report: who they are, how that is known, their stays, and what lies outside all slots."""

    lines: tuple[int, ...]
    name: str
    email: str
    status: Status
    person_id: PersonId | None
    enrolment_id: EnrolmentId | None
    matched_by: MatchedBy | None
    candidates: tuple[PersonId, ...]
    stays: tuple[StayShown, ...]
    outside_seconds: int


@dataclass(frozen=True, slots=True)
class MeetingReport:
    """What was read and recorded, or would be. Any problem keeps all of the report out; notes do not."""

    dry_run: bool
    tool: str
    format: str
    encoding: str
    time_zone: str
    date_order: DateOrder
    sha256: str
    lines: int
    waiting: int
    participants: tuple[ParticipantShown, ...]
    stored: int
    already_stored: int
    problems: tuple[LineProblem, ...]
    notes: tuple[LineProblem, ...]
