"""Which certificates the development authority has withdrawn, and the lists that say so (RFC 5280 5)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from assidu.authority.keys import BadAuthorityFolder, Part
from lrs.clock import Micros, to_datetime

# How long a list may be relied on. Each request gets a new one.
LIST_DAYS: Final = 7
_FILE: Final = "revoked.json"


def revoked(folder: Path) -> Mapping[int, Micros]:
    """Return the serial numbers that were withdrawn, and when. Raises BadAuthorityFolder."""
    path = folder / _FILE
    try:
        return {int(serial, 16): Micros(at) for serial, at in orjson.loads(path.read_bytes()).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise BadAuthorityFolder(f"{path} cannot be read ({error}).") from error


def revoke(folder: Path, serial: int, now: Micros) -> None:
    """Withdraw a certificate from now on; one that is withdrawn already stays so from when it was."""
    known = {f"{each:x}": at for each, at in revoked(folder).items()}
    known.setdefault(f"{serial:x}", now)
    aside = folder / f".{os.getpid()}.{secrets.token_hex(4)}"
    aside.write_bytes(orjson.dumps(known))
    aside.replace(folder / _FILE)


def revocation_list(issuer: Part, withdrawn: Mapping[int, Micros], now: Micros) -> bytes:
    """Return the DER of an issuer's list. It may name serial numbers of other issuers: they mean nothing there."""
    begins = to_datetime(now).replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(begins)
        .next_update(begins + timedelta(days=LIST_DAYS))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        .add_extension(x509.CRLNumber(now), critical=False)
    )
    for serial, at in sorted(withdrawn.items()):
        row = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(to_datetime(at))
        builder = builder.add_revoked_certificate(row.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)
