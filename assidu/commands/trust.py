"""Whose certificates a command believes: those in files that are named, and those of the deployment."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from assidu.settings import read_environment

if TYPE_CHECKING:
    from cryptography import x509


def read_trust(files: Iterable[Path]) -> tuple[x509.Certificate, ...]:
    """Return the certificates of PEM files. Raises BadTrust, which names what was expected."""
    from lrs.timestamps.trust import parse_certificates

    return tuple(certificate for file in files for certificate in parse_certificates(file.read_bytes()))


def own_trust() -> tuple[x509.Certificate, ...]:
    """Return whose timestamps this deployment believes, by its settings and its data folder."""
    from assidu.trust import configured_trust

    return configured_trust(read_environment()).stamps
