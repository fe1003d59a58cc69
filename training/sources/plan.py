"""What a file asks to be recorded, before anything is: a dry run shows it, a run records it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from lrs.statements.multipart import Part
from training.attendance.mark import Imported, Remark
from training.imports.report import LineProblem
from training.law import Law
from training.meetings.matching import MatchedBy
from training.meetings.stamps import DateOrder
from training.records.enrolment import Enrolment
from training.records.ids import PersonId, SessionId, SlotId
from training.records.slot import Slot
from training.records.snapshot import Records
from training.sources.people import Undecided
from training.sources.source import Source

Json = dict[str, Any]
# What a dry run lists; the counts are of all.
SHOWN_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever sends a file says beside it. What is absent is the source's own.

    `decisions` say who the somebody of a line is: a person's id, or None for nobody whose traces count. `certified_by`
    is the person on record who certifies a paper sheet, `scan_sha256` what its scan hashes to, `graded_on` the day of
    a gradebook's marks. `remember` keeps decisions: the account or number becomes the person's.
    """

    dry_run: bool = False
    decisions: Mapping[int, str | None] = field(default_factory=dict)
    session_id: SessionId | None = None
    slot_id: SlotId | None = None
    time_zone: str | None = None
    date_order: DateOrder | None = None
    certified_by: PersonId | None = None
    scan_sha256: str = ""
    graded_on: date | None = None
    remember: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What a file is read beside. `latest` is the last instant that a true clock can have shown by now."""

    records: Records
    source: Source
    asked: Asked
    slug: str
    sha256: str
    latest: datetime
    law: Law

    @property
    def session_id(self) -> SessionId | None:
        """The session that the file is of, where somebody says so."""
        return self.asked.session_id or self.source.session_id

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the file's times."""
        return ZoneInfo(self.asked.time_zone or self.source.time_zone)


@dataclass(frozen=True, slots=True)
class Presence:
    """That somebody was at a half-day, or was not, by something other than a signature here."""

    lines: tuple[int, ...]
    slot: Slot
    enrolment: Enrolment
    remark: Remark
    imported: Imported


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happened, as its statement. `what` is for a person to read; `parts` are attachments."""

    lines: tuple[int, ...]
    person_id: PersonId
    what: str
    at: datetime
    statement: Json
    matched_by: MatchedBy
    parts: tuple[Part, ...] = ()


@dataclass(slots=True)
class Plan:
    """What is asked for. Any problem keeps all of the file out; notes are odd and keep nothing out."""

    encoding: str = ""
    lines: int = 0
    date_order: DateOrder | None = None
    presences: list[Presence] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    notes: list[LineProblem] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    skipped: int = 0
    # Whose account or number a person has just said: kept with their record when it is asked for.
    learnt: list[tuple[PersonId, str]] = field(default_factory=list)

    def refuse(self, line: int, column: str, value: str, message: str, accepted: str) -> None:
        """Note a problem."""
        self.problems.append(LineProblem(line, column, value[:200], message, accepted))

    def note(self, line: int, column: str, value: str, message: str) -> None:
        """Note what is odd."""
        self.notes.append(LineProblem(line, column, value[:200], message))


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that was, or would be, recorded. `is_new` says that it was not there before."""

    lines: tuple[int, ...]
    person_id: PersonId
    what: str
    at: datetime
    statement_id: UUID
    is_new: bool


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, or with `dry_run` would do. `run_id` names its receipt. `items` are the first of them."""

    run_id: str | None
    dry_run: bool
    source_id: str
    kind: str
    sha256: str
    encoding: str
    time_zone: str
    date_order: DateOrder | None
    lines: int
    skipped: int
    stored: int
    already_stored: int
    items: tuple[Shown, ...]
    problems: tuple[LineProblem, ...]
    notes: tuple[LineProblem, ...]
    undecided: tuple[Undecided, ...]
