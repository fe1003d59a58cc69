"""What the answer of another system means for what was sent. Nothing here performs I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from lrs.clock import Micros, to_micros

_REDIRECTS: Final = range(300, 400)
_TAKEN: Final = range(200, 300)
_FAILURES: Final = range(500, 600)
# What passes by itself, and says nothing of what was sent.
_LATER: Final = frozenset((HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS))
_AWAY: Final = frozenset((HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT))
# What somebody must mend before anything more is sent, as a word for the reason.
_MEND: Final = {
    HTTPStatus.UNAUTHORIZED: "unauthorized",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "not_found",
    HTTPStatus.GONE: "gone",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "forbidden",
}


class Meaning(StrEnum):
    """What to do after an answer.

    Attributes:
        TAKEN: Go on.
        REFUSED: Something of what was sent is not taken, now or ever: find it, put it aside, go on.
        CONFLICT: The other side has this id already: compare.
        FAILED: The other side failed, perhaps over what was sent: try again, later find it.
        LATER: The other side cannot now: wait, as long as it says.
        PAUSED: Somebody must mend something first: stop, with the reason.
    """

    TAKEN = "taken"
    REFUSED = "refused"
    CONFLICT = "conflict"
    FAILED = "failed"
    LATER = "later"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Judged:
    """A meaning, the reason of a pause, and for how many seconds the other side asks to be left alone."""

    meaning: Meaning
    reason: str = ""
    retry_after: int | None = None


def judge_store(status: int, retry_after: str | None, now: Micros) -> Judged:
    """Say what the answer of a record store to statements means."""
    if status in _TAKEN:
        return Judged(Meaning.TAKEN)
    if status in _REDIRECTS:
        return Judged(Meaning.PAUSED, "redirected")
    if status in _LATER or status in _AWAY:
        return Judged(Meaning.LATER, retry_after=parse_retry_after(retry_after, now))
    if status == HTTPStatus.CONFLICT:
        return Judged(Meaning.CONFLICT)
    if status in _MEND:
        return Judged(Meaning.PAUSED, _MEND[HTTPStatus(status)])
    return Judged(Meaning.FAILED if status in _FAILURES else Meaning.REFUSED)


def judge_webhook(status: int, retry_after: str | None, now: Micros) -> Judged:
    """Say what the answer to a webhook means: anything but 2xx is tried again, but for 410, which ends it.

    An address that redirects, refuses or fails may be mended while there are tries left.
    """
    if status in _TAKEN:
        return Judged(Meaning.TAKEN)
    if status == HTTPStatus.GONE:
        return Judged(Meaning.PAUSED, "gone")
    if status in _LATER or status in _AWAY:
        return Judged(Meaning.LATER, retry_after=parse_retry_after(retry_after, now))
    return Judged(Meaning.FAILED)


def parse_retry_after(text: str | None, now: Micros) -> int | None:
    """Return a Retry-After header in seconds, from a number or a date; None for none and for what is neither.

    >>> parse_retry_after("120", Micros(0)), parse_retry_after("Thu, 01 Jan 1970 00:00:05 GMT", Micros(0))
    (120, 5)
    """
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return min(int(text.strip()[:9]), 10**9)
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return max(0, -(-(to_micros(aware) - now) // 1_000_000))
