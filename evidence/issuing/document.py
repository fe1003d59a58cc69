"""A document that was issued, as it is known beside its bytes; and what one is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from evidence.content import DocumentType, Period
from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, PersonId, SessionId


class Status(StrEnum):
    """What a document is worth now. Only VALID and TO_REPLACE have no newer version.

    Attributes:
        VALID: It says what the records and the log say.
        TO_REPLACE: What it follows from has changed since: « à remplacer ». It stays what was issued.
        SUPERSEDED: A newer version replaced it.
        REVOKED: The provider withdrew it, with a reason.
    """

    VALID = "VALID"
    TO_REPLACE = "SUPERSEDED_INPUTS"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a document is asked about: an enrolment, or for sheets a session; over a period where the type has one.

    Exactly one of `enrolment_id` and `session_id` is given.
    """

    enrolment_id: EnrolmentId | None = None
    session_id: SessionId | None = None
    period: Period | None = None

    @property
    def name(self) -> str:
        """The text that tells it from others: `enrolment:e-1`, `training_session:s-1/2026-01-01..2026-01-31`."""
        head = f"enrolment:{self.enrolment_id}" if self.enrolment_id else f"training_session:{self.session_id}"
        return head if self.period is None else f"{head}/{self.period.first}..{self.period.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDocument:
    """One version of one document.

    `code` is what its QR code leads to, `digest` the SHA-256 of the PDF in hexadecimal and its address in the archive,
    `evidence_digest` that of the embedded JSON. `inputs` is the digest of all that it follows from, whenever it was
    asked: equal inputs are never issued twice. `substance` is the same without who signs and how the provider's paper
    is headed: a document whose substance has changed is to be replaced. `replaces` and `replaced_by` are codes.
    `enrolments` and `people` are the trainees' in it.
    """

    organisation: OrganisationId
    code: str
    number: str
    version: int
    type: DocumentType
    status: Status
    session_id: SessionId
    enrolment_id: EnrolmentId | None
    enrolments: tuple[EnrolmentId, ...]
    people: tuple[PersonId, ...]
    first_on: date | None
    last_on: date | None
    title: str
    holder: str
    provider: str
    as_of: Micros
    issued_at: Micros
    issued_by: str
    digest: str
    size_bytes: int
    evidence_digest: str
    inputs: str
    substance: str
    seal_level: str = ""
    is_development: bool = False
    replaces: str | None = None
    replaced_by: str | None = None
    changed_at: Micros | None = None
    revoked_at: Micros | None = None
    revoked_by: str | None = None
    revocation_reason: str | None = None

    @property
    def is_current(self) -> bool:
        """Whether this is the newest version and was not revoked."""
        return self.status in (Status.VALID, Status.TO_REPLACE)

    @property
    def subject(self) -> Subject:
        """What it was asked about."""
        period = None
        if self.first_on is not None and self.last_on is not None:
            period = Period(first=self.first_on, last=self.last_on)
        if self.enrolment_id is not None:
            return Subject(enrolment_id=self.enrolment_id, period=period)
        return Subject(session_id=self.session_id, period=period)


@dataclass(frozen=True, slots=True)
class Issued:
    """A document, and whether this call made it: False for one that said the same already."""

    document: IssuedDocument
    is_new: bool
