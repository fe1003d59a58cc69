"""The certificates that somebody decided to trust, as they come in files."""

from __future__ import annotations

from cryptography import x509

from lrs.errors import InvalidRequest


class BadTrust(InvalidRequest):
    """A file of trusted certificates has none, or something else in it."""


def parse_certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM text, one at least. Raises BadTrust."""
    try:
        found = tuple(x509.load_pem_x509_certificates(pem))
    except ValueError as error:
        message = f"These are no PEM certificates ({error}); each stands between BEGIN and END CERTIFICATE lines."
        raise BadTrust(message) from error
    return found
