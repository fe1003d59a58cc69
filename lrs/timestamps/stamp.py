"""A timestamp token as it is kept, what a check of one says, and what can go wrong in getting or checking it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from cryptography import x509

from lrs.clock import Micros
from lrs.errors import Conflict, Overloaded


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a timestamp authority said about some bytes: they existed at `at`.

    `token` is the TimeStampToken of RFC 3161 as DER, which `openssl ts -verify -token_in` takes. `authority` names
    who signed it. `is_qualified` is what the operator says of that authority (eIDAS article 42); nothing here
    finds it out.
    """

    token: bytes = field(repr=False)
    at: Micros
    authority: str
    is_qualified: bool


@dataclass(frozen=True, slots=True)
class CheckedStamp:
    """What a token says, once its imprint, signature, signer's purpose and signer's chain have been found to hold.

    `chain` are the certificates from the signer's to the trusted one that it ended at.
    """

    at: Micros
    authority: str
    serial: int
    policy: str
    chain: tuple[x509.Certificate, ...] = field(repr=False)
    is_development: bool


class StampFlaw(StrEnum):
    """What does not hold about a token."""

    MALFORMED = "malformed"  # no token, or not in the one encoding (DER) of what it says
    IMPRINT = "imprint"  # it is about other bytes
    NONCE = "nonce"  # it answers another request
    SIGNATURE = "signature"  # its content or attributes were changed
    PURPOSE = "purpose"  # signed by a certificate that is not for timestamps alone (RFC 3161 2.3)
    UNTRUSTED = "untrusted"  # signed by somebody whose chain ends at no certificate that is trusted
    NOT_VALID_THEN = "not valid then"  # signed when a certificate of the chain was not yet, or no longer, valid
    REVOKED = "revoked"  # signed after a certificate of the chain was withdrawn


class StampFailure(Conflict):
    """A token does not hold; `flaw` says what about it."""

    def __init__(self, message: str, flaw: StampFlaw) -> None:
        super().__init__(message)
        self.flaw = flaw


class AuthorityUnreachable(Overloaded):
    """The timestamp authority did not answer, or said to come back later: nothing was stamped; try again."""


class AuthorityRefused(Overloaded):
    """The timestamp authority answered, and will not stamp; the message says why it says so."""


class ClocksDisagree(Overloaded):
    """The authority's time and this machine's are so far apart that one of them is wrong: nothing was stamped."""


# Everything that `Stamper.stamp` raises: whoever goes on without a stamp catches these.
STAMP_FAILURES: Final = (AuthorityUnreachable, AuthorityRefused, ClocksDisagree, StampFailure)


class Stamper(Protocol):
    """Somebody who says when bytes existed."""

    @property
    def is_development(self) -> bool:
        """Say whether this is the development authority, whose word proves nothing to anybody."""
        ...

    def stamp(self, data: bytes) -> Stamp:
        """Have `data` stamped. Raises one of STAMP_FAILURES; it never returns a token that does not hold."""
        ...
