"""Whose certificates a command believes: those in files that are named, and those of the deployment."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509


def read_trust(files: Iterable[Path]) -> tuple[x509.Certificate, ...]:
    """Return the certificates of PEM files. Raises BadTrust, which names what was expected."""
    from lrs.timestamps.trust import parse_certificates

    return tuple(certificate for file in files for certificate in parse_certificates(file.read_bytes()))
