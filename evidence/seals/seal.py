"""The seal of an organisation: what state it is in, what it gives, and why it may be refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lrs.clock import Micros
from lrs.errors import Conflict


class SealLevel(StrEnum):
    """Which baseline level of PAdES (ETSI EN 319 142-1) a sealed file has reached."""

    B_T = "PAdES-B-T"  # sealed, and stamped with the time
    B_LT = "PAdES-B-LT"  # and carries what says that no certificate was withdrawn


class SealProblem(StrEnum):
    """Why an organisation cannot seal now."""

    MISSING = "missing"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - a word, not a secret


@dataclass(frozen=True, slots=True)
class SealState:
    """Whether an organisation can seal, and as whom.

    `subject`, `issuer` and the instants are None while no certificate is kept: either `problem` is MISSING, or the
    development authority will issue one when it is first needed. `is_development` says that documents sealed now must
    say « non qualifié »: the certificate or the timestamp is, or will be, of the development authority.
    """

    problem: SealProblem | None
    subject: str | None
    issuer: str | None
    not_before: Micros | None
    not_after: Micros | None
    sha256: str | None
    is_development: bool


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A PDF that is sealed and stamped.

    `sealed_at` is what this machine's clock said (it stands in the PDF), `stamped_at` what the authority says.
    `signer` names the certificate. `is_development` says that the seal or the stamp is of the development authority.
    """

    pdf: bytes = field(repr=False)
    level: SealLevel
    signer: str
    sealed_at: Micros
    stamped_at: Micros
    stamp_authority: str
    is_stamp_qualified: bool
    is_development: bool


class SealMissing(Conflict):
    """The organisation has no seal, and nobody to issue one for development."""


class SealExpired(Conflict):
    """The seal's certificate is over: nothing can be sealed with it any more. What it sealed before stays sealed."""


class SealNotYetValid(Conflict):
    """The seal's certificate is not valid yet, by this machine's clock."""


class SealRevoked(Conflict):
    """A certificate of the seal, or of who stamps it, was withdrawn by who issued it."""


class SealUnreadable(Conflict):
    """The seal is kept, but does not open: it was wrapped under another deployment secret, or was changed."""
