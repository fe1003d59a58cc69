"""What the lists of withdrawn certificates say of a chain at an instant (RFC 5280 6.3, without deltas)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from lrs.clock import Micros, to_datetime


class Standing(StrEnum):
    """What is known of whether the certificates of a chain were withdrawn."""

    GOOD = "good"  # a list says of each that it was not
    UNKNOWN = "unknown"  # of one at least, no list says anything
    REVOKED = "revoked"


def standing(
    chain: Sequence[x509.Certificate], lists: Iterable[x509.CertificateRevocationList], at: Micros
) -> Standing:
    """Say how the certificates of `chain`, leaf first and root last, stood at `at`. A root vouches for itself."""
    known, instant, worst = list(lists), to_datetime(at), Standing.GOOD
    for certificate, issuer in pairwise(chain):
        about = [each for each in known if _is_about(each, certificate, issuer, instant)]
        if any(_is_withdrawn(each, certificate, instant) for each in about):
            return Standing.REVOKED
        if not about:
            worst = Standing.UNKNOWN
    return worst


def _is_about(
    revocations: x509.CertificateRevocationList,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    instant: datetime,
) -> bool:
    """Say whether a list is of this certificate's issuer, and was still to be relied on at the instant."""
    until = revocations.next_update_utc
    if revocations.issuer != certificate.issuer or until is None or until < instant:
        return False
    try:
        return revocations.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # the next line
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False  # a kind of key that no list is signed with


def _is_withdrawn(
    revocations: x509.CertificateRevocationList, certificate: x509.Certificate, instant: datetime
) -> bool:
    row = revocations.get_revoked_certificate_by_serial_number(certificate.serial_number)
    return row is not None and row.revocation_date_utc <= instant
