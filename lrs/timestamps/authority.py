"""Asking a timestamp authority over HTTP (RFC 3161 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cryptography import x509

from lrs.clock import Clock
from lrs.timestamps.stamp import AuthorityUnreachable, Stamp

TIMEOUT_SECONDS: Final = 10.0


class TimestampAuthority:
    """One timestamp authority. Safe to share among threads; connections are kept open, one for each at once."""

    def __init__(
        self,
        url: str,
        trust: Sequence[x509.Certificate],
        clock: Clock,
        *,
        is_qualified: bool = False,
        is_development: bool = False,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._url = url
        self._trust = tuple(trust)
        self._clock = clock
        self._is_qualified = is_qualified
        self.is_development = is_development
        self._timeout = timeout_seconds

    def stamp(self, data: bytes) -> Stamp:
        """Have `data` stamped: its SHA-256 goes to the authority, and the answer is checked before it is believed.

        Raises AuthorityUnreachable, AuthorityRefused, ClocksDisagree, StampFailure.
        """
        raise NotImplementedError


class NoAuthority:
    """In place of an authority where none is configured: whoever needs a stamp is told what to set."""

    is_development = False

    def stamp(self, data: bytes) -> Stamp:
        """Raise AuthorityUnreachable."""
        del data
        message = "There is no timestamp authority: set ASSIDU_TIMESTAMP_URL, or ASSIDU_AUTHORITY_URL for development."
        raise AuthorityUnreachable(message, retry_after=60)
