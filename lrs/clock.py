"""The only place that reads the time or draws randomness; everything else is handed these."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import Final, NewType, Protocol

# Microseconds since 1970-01-01T00:00:00Z. One organisation never has two statements with the same
# value, so `stored` alone orders a log; see docs/design/0001-one-lane-per-organisation.md.
Micros = NewType("Micros", int)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Something that knows what time it is."""

    def now_micros(self) -> Micros:
        """Return the current instant."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_micros(self) -> Micros:
        """Return the current instant."""
        return Micros(time.time_ns() // 1000)


@dataclass
class FixedClock:
    """A clock for tests: stands still until it is moved."""

    micros: Micros

    def now_micros(self) -> Micros:
        """Return the instant it was set to."""
        return self.micros


class IdSource(Protocol):
    """Something that makes identifiers and secrets."""

    def new_uuid(self) -> uuid.UUID:
        """Return an identifier that nobody has used."""
        ...

    def new_secret(self) -> str:
        """Return 256 random bits, URL-safe."""
        ...


class RandomIds:
    """Identifiers from the operating system's generator."""

    def new_uuid(self) -> uuid.UUID:
        """Return a version 4 UUID."""
        return uuid.uuid4()

    def new_secret(self) -> str:
        """Return 256 random bits, URL-safe."""
        return secrets.token_urlsafe(32)


def to_micros(instant: datetime) -> Micros:
    """Return an aware datetime as an instant of ours.

    >>> to_micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return Micros((instant - _EPOCH) // timedelta(microseconds=1))


def to_datetime(micros: Micros) -> datetime:
    """Return the instant as an aware datetime in UTC."""
    seconds, rest = divmod(micros, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


def to_text(micros: Micros) -> str:
    """Write the instant as xAPI wants it: RFC 3339, UTC, microseconds.

    >>> to_text(Micros(1_700_000_000_000_001))
    '2023-11-14T22:13:20.000001Z'
    """
    seconds, rest = divmod(micros, 1_000_000)
    return f"{_second(seconds)}.{rest:06d}Z"


def to_http_date(micros: Micros) -> str:
    """Write the instant as HTTP wants it: RFC 9110, 5.6.7, whole seconds.

    >>> to_http_date(Micros(1_700_000_000_000_001))
    'Tue, 14 Nov 2023 22:13:20 GMT'
    """
    day, second = divmod(micros // 1_000_000, 86_400)
    return f"{_day(day)} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d} GMT"


@lru_cache(maxsize=1024)
def _day(day: int) -> str:
    # A page may be of any day, but those asked for lie together.
    return format_datetime(_EPOCH + timedelta(days=day), usegmt=True)[: -len(" 00:00:00 GMT")]


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    # The statements of one request are microseconds apart: all but the first find their second written.
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(timespec="seconds")
