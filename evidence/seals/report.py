"""What a check of a sealed file finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from cryptography import x509

from evidence.seals.seal import SealLevel
from lrs.clock import Micros


class Anchor(StrEnum):
    """What the chain of a certificate ends at."""

    TRUSTED = "trusted"  # a certificate that whoever checks trusts
    DEVELOPMENT = "development"  # an authority that calls itself one for development: proves nothing to others
    UNTRUSTED = "untrusted"  # a certificate that whoever checks does not know


class SealFlaw(StrEnum):
    """The first thing that does not hold about a sealed file."""

    NOT_A_PDF = "not a PDF"
    NOT_SEALED = "not sealed"
    SEVERAL_SEALS = "several seals"
    COVERAGE = "coverage"  # the seal does not cover every byte of the file but itself
    PADDING = "padding"  # there is something in the room that was reserved for the seal
    MALFORMED = "malformed"  # what stands where the seal should be is none, or is not in its one form
    CHANGED = "changed"  # the file is not the one that was sealed
    SIGNATURE = "signature"  # the seal is not of the certificate that it names
    CERTIFICATE = "certificate"  # the certificate is not for sealing, or was not valid then, or withdrawn
    STAMP = "stamp"  # the timestamp does not hold


@dataclass(frozen=True, slots=True)
class SealTrust:
    """Certificates that whoever checks trusts: for seals, and for timestamps."""

    seals: tuple[x509.Certificate, ...] = ()
    stamps: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class SealReport:
    """What was found; `flaw` is None when everything holds.

    A file that holds may still be sealed by somebody whom nobody knows: look at `seal_anchor` and `stamp_anchor`, and
    at `is_development`. What could not be read before something did not hold is None. `problem` is a French sentence
    for a person, which names what does not hold.
    """

    flaw: SealFlaw | None = None
    problem: str = ""
    level: SealLevel | None = None
    signer: str | None = None
    issuer: str | None = None
    certificate: x509.Certificate | None = field(default=None, repr=False)
    sealed_at: Micros | None = None
    stamped_at: Micros | None = None
    stamp_authority: str | None = None
    seal_anchor: Anchor | None = None
    stamp_anchor: Anchor | None = None
    is_development: bool = False

    @property
    def is_intact(self) -> bool:
        """Say whether the file is whole, sealed and stamped, whoever did it."""
        return self.flaw is None

    @property
    def is_trusted(self) -> bool:
        """Say whether it is intact, and both the seal and the stamp come from somebody trusted."""
        return self.is_intact and self.seal_anchor == self.stamp_anchor == Anchor.TRUSTED
