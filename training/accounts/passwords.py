"""Passwords: hashed with argon2id, checked at one price whether or not the account exists."""

from __future__ import annotations

import functools
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from lrs.errors import InvalidRequest, Problem

# OWASP's argon2id setting for interactive sign-in: about 50 ms on the machines this was measured on.
HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# CNIL, délibération 2022-100: eight characters are enough where guesses are slowed, which `guesses` does.
SHORTEST: Final = 8
# Longer ones are only a way to make us hash for nothing.
LONGEST: Final = 1024
# Each check takes 19 MiB, and the C library keeps what a thread has once had: in one thread that is 19 MiB
# for good, in each of a web process's threads it would be many times that. One at a time is ten a second.
_ONE_THREAD: Final = ThreadPoolExecutor(1, thread_name_prefix="passwords")


def hash_password(password: str) -> str:
    """Return the argon2id hash of `password`; raises InvalidRequest when it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        accepted = f"{SHORTEST} to {LONGEST} characters"
        raise InvalidRequest("The password is too short or too long.", [Problem("/password", "wrong length", accepted)])
    return _ONE_THREAD.submit(HASHER.hash, _canonical(password)).result()


def is_password(password: str, password_hash: str | None) -> bool:
    """Say whether `password` has this hash; with no hash, take the same time and say no."""
    try:
        _ONE_THREAD.submit(HASHER.verify, password_hash or _decoy(), _canonical(password[:LONGEST])).result()
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Say whether the hash was made under older settings."""
    return HASHER.check_needs_rehash(password_hash)


@functools.cache
def _decoy() -> str:
    return _ONE_THREAD.submit(HASHER.hash, "the password of nobody").result()


def _canonical(password: str) -> str:
    # macOS types é as two code points where Windows types one.
    return unicodedata.normalize("NFC", password)
