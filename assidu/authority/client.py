"""The deployment's own side of the development authority: its root, its stamps, its certificates, its lists."""

from __future__ import annotations

import hmac
import threading
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding

from assidu.authority.service import LISTS, ROOT, SEALS, TIMESTAMPS, VOUCHER, voucher
from lrs.clock import Clock
from lrs.timestamps import AuthorityRefused, BadTrust, Stamp, TimestampAuthority, parse_certificates
from lrs.timestamps.exchange import exchange

_TIMEOUT_SECONDS: Final = 10.0


def authority_secret(secret_key: bytes) -> bytes:
    """Return what a deployment and its development authority know each other by."""
    derived: bytes = HKDF(hashes.SHA256(), 32, salt=None, info=b"assidu development authority 1").derive(secret_key)
    return derived


class DevelopmentAuthority:
    """A development authority at an address. Safe to share among threads; asks nothing before it is needed."""

    is_development = True

    def __init__(self, address: str, secret_key: bytes, clock: Clock) -> None:
        self._address = address.rstrip("/")
        self._secret = authority_secret(secret_key)
        self._clock = clock
        self._lock = threading.Lock()
        self._stamper: TimestampAuthority | None = None

    def stamp(self, data: bytes) -> Stamp:
        """Have `data` stamped, as `lrs.timestamps.TimestampAuthority` does."""
        with self._lock:
            if self._stamper is None:
                self._stamper = TimestampAuthority(
                    self._address + TIMESTAMPS, [self.root()], self._clock, is_development=True
                )
        return self._stamper.stamp(data)

    def root(self) -> x509.Certificate:
        """Ask for the root certificate, and believe it only when it is vouched for with the deployment's secret.

        Raises AuthorityUnreachable, AuthorityRefused.
        """
        body, headers = exchange(self._address + ROOT, timeout_seconds=_TIMEOUT_SECONDS, is_local=True)
        if not hmac.compare_digest(headers.get(VOUCHER, ""), voucher(self._secret, body)):
            message = (
                f"What answers at {self._address} is not this deployment's development authority, or was started with "
                "another ASSIDU_SECRET_KEY."
            )
            raise AuthorityRefused(message, 60)
        return parse_certificates(body)[0]

    def issue(self, request: x509.CertificateSigningRequest) -> tuple[x509.Certificate, ...]:
        """Ask for a seal's certificate; return it and those above it, root last.

        Raises AuthorityUnreachable, AuthorityRefused.
        """
        headers = {"Authorization": f"Bearer {self._secret.hex()}"}
        body, _ = exchange(
            self._address + SEALS,
            request.public_bytes(Encoding.PEM),
            headers,
            timeout_seconds=_TIMEOUT_SECONDS,
            is_local=True,
        )
        try:
            return parse_certificates(body)
        except BadTrust as error:
            raise AuthorityRefused("The development authority does not answer with certificates.", 60) from error

    def revocation_lists(self) -> tuple[bytes, ...]:
        """Ask for the lists of what was withdrawn, of every issuer. Raises AuthorityUnreachable, AuthorityRefused."""
        return tuple(
            exchange(self._address + each, timeout_seconds=_TIMEOUT_SECONDS, is_local=True)[0] for each in LISTS
        )
