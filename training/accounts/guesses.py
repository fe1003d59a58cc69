"""Guessing is slowed where it comes from, so that nobody can lock somebody else out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network
from typing import Any, ClassVar, Final

from mongoengine import DateTimeField, Document, IntField, LongField, NotUniqueError, StringField
from mongoengine.queryset import QuerySet

from lrs.clock import Micros, to_datetime
from lrs.errors import TooManyRequests
from lrs.store.database import Store

GUESSES_COLLECTION = "sign_in_guesses"
_SECOND: Final = 1_000_000
# A provider gives each of its customers at least that much of version 6 (RFC 6177).
_HOUSEHOLD: Final = 64


@dataclass(frozen=True, slots=True)
class Patience:
    """How many wrong guesses are free, how long the delays become, how long they are remembered."""

    free: int
    longest_delay_seconds: int
    memory_seconds: int

    def delay_seconds(self, failures: int) -> int:
        """Return the wait after `failures` wrong guesses: none at first, then doubling up to the longest.

        >>> [PAIR.delay_seconds(failures) for failures in (4, 5, 6, 7, 99)]
        [0, 2, 4, 8, 900]
        """
        beyond = failures - self.free
        return min(2 ** min(beyond, 30), self.longest_delay_seconds) if beyond > 0 else 0


# One address guessing at one account. The owner of the account, elsewhere, never waits.
PAIR: Final = Patience(free=4, longest_delay_seconds=900, memory_seconds=86_400)
# One address going through many accounts: generous, for a whole school may share one address.
ADDRESS: Final = Patience(free=100, longest_delay_seconds=60, memory_seconds=3_600)
# One account's codes guessed from anywhere, by somebody who has its password: 60 guesses an hour at most, of which one
# in 300,000 is right. Its owner may wait up to a minute for a code, and never for a passkey.
ACCOUNT: Final = Patience(free=30, longest_delay_seconds=60, memory_seconds=86_400)


class _Guesses(Document):  # type: ignore[misc]  # mongoengine ships no types
    meta: ClassVar[dict[str, Any]] = {"collection": GUESSES_COLLECTION, "auto_create_index": False}

    key = StringField(primary_key=True)
    failures = IntField(required=True)
    not_before_micros = LongField(required=True)
    expires = DateTimeField(required=True)  # what the TTL index reads


class Purpose(StrEnum):
    """What is guessed at; guesses at one thing never slow another."""

    PASSWORD = "password"  # noqa: S105 - a word
    CODE = "code"
    RECOVERY_CODE = "recovery code"


class Guesses:
    """Wrong guesses by (address, account) and by address; at codes of six digits, by account too."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def claim(self, account: str, remote: str, now: Micros, purpose: Purpose = Purpose.PASSWORD) -> None:
        """Count one guess before it is checked; raises TooManyRequests while its delay runs.

        `account` is what is guessed at, as it was typed: an account that there is not is slowed alike. It counts first,
        so that a hundred guesses sent at once are not a hundred free guesses.
        """
        for key, patience in _keys(account, remote, purpose):
            self._claim(key, patience, now)

    def forget(self, account: str, remote: str, purpose: Purpose = Purpose.PASSWORD) -> None:
        """Take back what `claim` counted: the guess was right."""
        (pair, _), *shared = _keys(account, remote, purpose)
        self._all().filter(key=pair).delete()
        for key, _ in shared:
            self._all().filter(key=key, failures__gt=0).update_one(dec__failures=1)

    def _claim(self, key: str, patience: Patience, now: Micros) -> None:
        while True:
            known = self._all().filter(key=key).first()
            expires = to_datetime(Micros(now + patience.memory_seconds * _SECOND))
            if known is None:
                if self._insert(key, patience, now, expires):
                    return
                continue
            if known.not_before_micros > now:
                raise _refusal(Micros(known.not_before_micros - now))
            forgotten = known.expires.replace(tzinfo=UTC) <= to_datetime(now)
            failures = 1 if forgotten else known.failures + 1
            taken = self._all().filter(key=key, failures=known.failures, not_before_micros=known.not_before_micros)
            if taken.update_one(
                set__failures=failures,
                set__not_before_micros=now + patience.delay_seconds(failures) * _SECOND,
                set__expires=expires,
            ):
                return

    def _insert(self, key: str, patience: Patience, now: Micros, expires: datetime) -> bool:
        first = _Guesses(
            key=key,
            failures=1,
            not_before_micros=now + patience.delay_seconds(1) * _SECOND,
            expires=expires,
        )
        try:
            self._all().insert(first)
        except NotUniqueError:
            return False
        return True

    def _all(self) -> QuerySet:
        return QuerySet(_Guesses, self._store.collection(GUESSES_COLLECTION))


def _keys(account: str, remote: str, purpose: Purpose) -> list[tuple[str, Patience]]:
    # Hashed: a list of who tried to sign in from where is personal data that nobody needs.
    place = neighbourhood(remote)
    keys = [(_key("pair", purpose, account, place), PAIR), (_key("address", purpose, place), ADDRESS)]
    return [*keys, (_key("account", purpose, account), ACCOUNT)] if purpose is Purpose.CODE else keys


def neighbourhood(remote: str) -> str:
    """Return what one guesser can hardly change: an address, or of a version 6 address what one household has.

    >>> neighbourhood("2001:db8:1:2:aaaa::1") == neighbourhood("2001:db8:1:2:bbbb::1")
    True
    """
    try:
        address = IPv6Address(remote)
    except ValueError:
        return remote
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(IPv6Network((address, _HOUSEHOLD), strict=False))


def _key(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _refusal(wait: Micros) -> TooManyRequests:
    seconds = -(-wait // _SECOND)
    return TooManyRequests(f"Too many wrong guesses; try again in {seconds} s.", retry_after=seconds)
