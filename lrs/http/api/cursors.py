"""Where a page ended, as a text that a client sends back without reading it."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, NoReturn
from uuid import UUID

from lrs.errors import InvalidRequest, Problem

# Microseconds that fit MongoDB's 64 bits; int() alone would let signs and other scripts' digits through.
_INSTANT: Final = re.compile(r"[0-9]{1,18}\Z")


def write_cursor(instant: int, name: str = "") -> str:
    """Write the position after an item, which its instant and its name together say."""
    return base64.urlsafe_b64encode(f"{instant}.{name}".encode()).decode().rstrip("=")


def parse_cursor(text: str | None) -> tuple[int, str] | None:
    """Read a cursor; None for none; raise InvalidRequest for what is not one.

    >>> parse_cursor(write_cursor(12, "ak_1"))
    (12, 'ak_1')
    """
    if text is None:
        return None
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        instant, dot, name = base64.b64decode(padded, b"-_", validate=True).decode().partition(".")
        if not (dot and _INSTANT.match(instant)):
            _refuse()
        return int(instant), name
    except (binascii.Error, ValueError) as error:
        _refuse(error)


def parse_uuid_cursor(text: str | None) -> tuple[int, UUID] | None:
    """Read a cursor whose name is a UUID."""
    cursor = parse_cursor(text)
    if cursor is None:
        return None
    try:
        return cursor[0], UUID(cursor[1])
    except ValueError as error:
        _refuse(error)


def _refuse(cause: Exception | None = None) -> NoReturn:
    problem = Problem("query:after", "This is not where a page ended.", "the `next` of the page before")
    message = "The request cannot be read."
    raise InvalidRequest(message, [problem]) from cause
