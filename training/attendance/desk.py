"""The attendance desk: what trainers, managers and the API do with a slot's sheet.

Every act becomes a statement through the one write path; the organisation always comes from the account or the
credential that acts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from lrs.caller import OrganisationId
from lrs.services import Services
from training.attendance.mark import Author, Mark, Remark
from training.attendance.sheet import Sheet, SheetState
from training.law import Law
from training.records.ids import PersonId
from training.records.slot import Slot


@dataclass(frozen=True, slots=True)
class Display:
    """What the trainer's page shows while a slot is open.

    `token` goes into the QR code and the link (one for the whole class, until the slot closes); `code` is six digits
    that change at `code_changes_at`, the one before being taken for as long again.
    """

    token: str = field(repr=False)
    code: str = field(repr=False)
    code_changes_at: datetime


@dataclass(frozen=True, slots=True)
class PersonalLink:
    """A link for one trainee and one slot, good for one signature, shown this once. `address` is where to send it."""

    token: str = field(repr=False)
    address: str = field(repr=False)
    name: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SlotOverview:
    """One slot in a list of them. `signed`, `absent` and `missing` count expected trainees."""

    slot: Slot
    title: str
    state: SheetState
    expected: int
    signed: int
    absent: int
    missing: int


class Desk:
    """The desk of every organisation of one deployment.

    Refusals: NotFound for a slot or an enrolment that the organisation does not have, Conflict for what the state or a
    rule does not allow (each problem's `requirement` names the rule), InvalidRequest for what cannot be read,
    PreconditionFailed for a sheet or a mark that has changed.
    """

    def __init__(self, services: Services, law: Law | None = None) -> None:
        raise NotImplementedError

    def slots(self, organisation: OrganisationId, since: date, until: date) -> list[SlotOverview]:
        """Return the slots held from one day to another, both included, in order of time."""
        raise NotImplementedError

    def sheet(self, organisation: OrganisationId, slot_id: str) -> Sheet:
        """Return a slot's sheet as it stands."""
        raise NotImplementedError

    def open(self, organisation: OrganisationId, slot_id: str, by: Author) -> Display:
        """Open a slot for signing; opening what is open changes nothing. A cancelled slot is refused."""
        raise NotImplementedError

    def close(self, organisation: OrganisationId, slot_id: str, by: Author) -> Sheet:
        """End a slot's signing: its link and codes open nothing any more. Closing what is closed changes nothing."""
        raise NotImplementedError

    def display(self, organisation: OrganisationId, slot_id: str) -> Display:
        """Return what to show of an open slot now; Conflict when it is not open."""
        raise NotImplementedError

    def personal_link(self, organisation: OrganisationId, slot_id: str, enrolment_id: str, by: Author) -> PersonalLink:
        """Make a link with which one trainee signs one slot, open or not: in time, or late with a reason."""
        raise NotImplementedError

    def mark(self, organisation: OrganisationId, slot_id: str, enrolment_id: str, remark: Remark, by: Author) -> Mark:
        """Record what the trainer says of a trainee of whom nothing is known; the same again answers the same mark.

        On a trainee who has signed, LATE and LEFT_EARLY shorten what was signed and keep the signature. Any other
        difference is a correction: Conflict.
        """
        raise NotImplementedError

    def correct(
        self, organisation: OrganisationId, slot_id: str, enrolment_id: str, replaced: UUID, remark: Remark,
        reason: str, by: Author,
    ) -> Mark:  # fmt: skip
        """Void the mark in effect, `replaced`, and put another in its place, in one step."""
        raise NotImplementedError

    def void(
        self, organisation: OrganisationId, slot_id: str, enrolment_id: str, voided: UUID, reason: str, by: Author
    ) -> Sheet:
        """Void the mark in effect and put none in its place: the trainee may sign again."""
        raise NotImplementedError

    def countersign(
        self, organisation: OrganisationId, slot_id: str, sheet_sha256: str, by: Author, *,
        trainer_id: PersonId | None = None, drawing: bytes | None = None,
    ) -> Sheet:  # fmt: skip
        """Sign the sheet as it was shown, which `sheet_sha256` names; PreconditionFailed when it has changed since.

        `trainer_id` is needed where the slot names no trainer and its session several. `drawing` is a PNG.
        """
        raise NotImplementedError
