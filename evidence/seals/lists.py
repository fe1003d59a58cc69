"""Getting the lists of withdrawn certificates that a seal carries along, and keeping them for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import structlog
from cryptography import x509

from lrs.timestamps import AuthorityRefused, AuthorityUnreachable, is_development
from lrs.timestamps.chain import BAD_EXTENSIONS
from lrs.timestamps.exchange import exchange

# A list is asked for again after this: a certificate that was withdrawn is noticed that much later at most.
_FRESH_SECONDS: Final = 600.0
# And one that could not be had: sealing does not wait for it each time.
_MISSING_SECONDS: Final = 300.0
_TIMEOUT_SECONDS: Final = 5.0
# Every sealed document carries the lists: larger ones are not worth their room.
_LIST_BYTES_MOST: Final = 64 * 1024
_DEVELOPMENT: Final = "development"
_log = structlog.get_logger("assidu.seals")


class RevocationLists:
    """The lists of any issuer, by where its certificates say they are. Safe to share among threads."""

    def __init__(self, development: Callable[[], Sequence[bytes]] | None = None) -> None:
        self._development = development
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, tuple[bytes, ...]]] = {}

    def of(self, chain: Sequence[x509.Certificate]) -> tuple[bytes, ...]:
        """Return the lists about `chain`, as DER, as many as could be had. Raises nothing."""
        if is_development(chain[0]):
            # Its address changes from start to start: what its certificates say of it may be old.
            return self._get(_DEVELOPMENT, self._development) if self._development else ()
        found: list[bytes] = []
        for url in dict.fromkeys(url for each in chain for url in _places(each)):
            found += self._get(url, partial(_ask, url))
        return tuple(found)

    def _get(self, place: str, ask: Callable[[], Sequence[bytes]]) -> tuple[bytes, ...]:
        with self._lock:
            until, kept = self._known.get(place, (0.0, ()))
        if time.monotonic() < until:
            return kept
        try:
            found = tuple(each for each in ask() if _is_of_use(each))
        except (AuthorityUnreachable, AuthorityRefused) as error:
            _log.warning("a revocation list could not be had", place=place, reason=error.message)
            found = ()
        until = time.monotonic() + (_FRESH_SECONDS if found else _MISSING_SECONDS)
        with self._lock:
            self._known[place] = (until, found)
        return found


def _ask(url: str) -> Sequence[bytes]:
    return [exchange(url, timeout_seconds=_TIMEOUT_SECONDS)[0]]


def _places(certificate: x509.Certificate) -> list[str]:
    """Return the HTTP addresses of the list that a certificate would be in."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, *BAD_EXTENSIONS):
        return []
    names = [name.value for point in points for name in point.full_name or ()]
    return [name for name in names if isinstance(name, str) and name.startswith(("http://", "https://"))][:1]


def _is_of_use(data: bytes) -> bool:
    try:
        x509.load_der_x509_crl(data)
    except ValueError:
        return False
    return len(data) <= _LIST_BYTES_MOST
