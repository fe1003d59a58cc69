"""A batch: one kind of document for everybody in a session, as of one instant."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from evidence.content import DocumentType, Period
from evidence.issuing.document import Subject
from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, SessionId


class ItemState(StrEnum):
    """What became of one document of a batch.

    Attributes:
        WAITING: Not made yet.
        ISSUED: This batch made it.
        UNCHANGED: There was one that says the same.
        REFUSED: Something is missing; the item says what.
        FAILED: Something went wrong here; the log says what.
    """

    WAITING = "WAITING"
    ISSUED = "ISSUED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch and how far it has come. `trouble` is what it waits for, `trouble_since` since when."""

    organisation: OrganisationId
    id: UUID
    type: DocumentType
    session_id: SessionId
    period: Period | None
    as_of: Micros
    started_at: Micros
    started_by: str
    counts: dict[ItemState, int]
    finished_at: Micros | None = None
    trouble: str | None = None
    trouble_since: Micros | None = None

    @property
    def total(self) -> int:
        """How many documents it is about."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """One document of a batch. `missing` are French sentences; `enrolment_id` is None for sheets."""

    number: int
    enrolment_id: EnrolmentId | None
    state: ItemState
    code: str | None = None
    missing: tuple[tuple[str, str], ...] = ()
    tries: int = 0

    def subject(self, batch: Batch) -> Subject:
        """Return what is asked for."""
        if self.enrolment_id is None:
            return Subject(session_id=batch.session_id, period=batch.period)
        return Subject(enrolment_id=self.enrolment_id, period=batch.period)
