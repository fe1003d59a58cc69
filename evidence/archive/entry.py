"""What the archive knows of a file, beside its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from lrs.clock import Micros
from lrs.tenancy import OrganisationId


class Kind(StrEnum):
    """What an archived file is. The value is what is stored."""

    DOCUMENT = "document"
    EVIDENCE = "evidence"
    DESTRUCTION_CERTIFICATE = "destruction_certificate"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class Claim:
    """Why a file is kept, and since when: the same bytes may be kept for several reasons, and stay until all are over.

    `retention_class` names a class of `evidence.retention`; `about` whom and what it concerns, as `kind:id`
    (`enrolment:…`, `training_session:…`, `person:…`, `document:…`).
    """

    retention_class: str
    about: tuple[str, ...]
    at: Micros


@dataclass(frozen=True, slots=True)
class Archived:
    """One archived file. `sha256` is its address: 64 hexadecimal digits in lower case.

    `destroyed_by` is the id of the retention run that deleted its bytes; the certificate of that run names the file.
    """

    organisation: OrganisationId
    sha256: str
    kind: Kind
    media_type: str
    size_bytes: int
    archived_at: Micros
    claims: tuple[Claim, ...]
    destroyed_at: Micros | None = None
    destroyed_by: str | None = None

    @property
    def about(self) -> frozenset[str]:
        """Whom and what any claim concerns."""
        return frozenset(name for claim in self.claims for name in claim.about)


def address_of(data: bytes) -> str:
    """Return the address of bytes: their SHA-256 in hexadecimal."""
    return sha256(data).hexdigest()
