"""What the record store refuses, and why: one class per thing a caller can act on.

Nothing here knows HTTP; `lrs.http.errors` holds the one table from class to status.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input.

    `pointer` is a JSON Pointer (RFC 6901) into the body, or `header:Name` / `query:name` for what is
    not in it. `requirement` is the id of the rule in the standard (`XAPI-00001`, `9274.1.1 4.2.2.1`).
    `accepted` says what would have been taken.
    """

    pointer: str
    message: str
    accepted: str = ""
    requirement: str = ""


class AssiduError(Exception):
    """Base of every refusal. `problems` lists all that is wrong, not only the first."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)


class InvalidRequest(AssiduError):
    """The request breaks a rule; sending it again unchanged will fail again."""


class Unauthenticated(AssiduError):
    """No credential, or one that is not known."""


class Forbidden(AssiduError):
    """The credential is known and may not do this."""


class NotFound(AssiduError):
    """There is nothing here that this organisation has."""


class MethodNotAllowed(AssiduError):
    """The resource has no such method; it has those in `allowed`."""

    def __init__(self, message: str, allowed: Iterable[str]) -> None:
        super().__init__(message)
        self.allowed = tuple(allowed)


class Conflict(AssiduError):
    """What is already stored differs, or the request must say what it replaces."""


class PreconditionFailed(AssiduError):
    """If-Match or If-None-Match does not hold; nothing was changed."""


class TooLarge(AssiduError):
    """A body, a statement or a part is over its limit; nothing was read further."""


class TooManyRequests(AssiduError):
    """The credential's rate limit is used up; `retry_after` is in whole seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Overloaded(AssiduError):
    """The store cannot take this now; nothing was written; `retry_after` is in whole seconds."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class KeyUnreadable(AssiduError):
    """A private key of the deployment is missing or does not open; what needs it waits, and nothing is made anew."""


class ProofFailure(AssiduError):
    """A proof, a head or a signed note does not hold; the message says what of it."""


class LedgerBroken(AssiduError):
    """What is stored contradicts what was sealed, or has a hole; nothing more is sealed until somebody has looked."""


class InsecureDevelopmentWarning(UserWarning):
    """Something is running in a way that is only right on one person's machine."""
