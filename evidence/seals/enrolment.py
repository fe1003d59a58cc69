"""A seal for development: a new key, and a certificate for it from who issues those."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from evidence.seals.key import SealKey

_NAME_MOST = 64  # characters in a common name (RFC 5280, ub-common-name)


class Issuer(Protocol):
    """Who issues seals for development, and says which ones were withdrawn."""

    def issue(self, request: x509.CertificateSigningRequest) -> tuple[x509.Certificate, ...]:
        """Return the certificate asked for and those above it. Raises AuthorityUnreachable, AuthorityRefused."""
        ...

    def revocation_lists(self) -> Sequence[bytes]:
        """Return the DER of all lists of withdrawn certificates. Raises AuthorityUnreachable, AuthorityRefused."""
        ...


def enrol(issuer: Issuer, organisation: str) -> SealKey:
    """Return a new key with a certificate in the organisation's name. Raises AuthorityUnreachable, AuthorityRefused."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, organisation[:_NAME_MOST])])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return SealKey(key, issuer.issue(request))
