"""Lengths of time as SCORM writes them, in hundredths of a second: neither edition has anything finer."""

from __future__ import annotations

import re
from typing import Final, NewType

Hundredths = NewType("Hundredths", int)

# SCORM 1.2 RTE 3.4.2, CMITimespan. Minutes and seconds of two digits each, whatever they are.
_TIMESPAN: Final = re.compile(r"(\d{2,4}):(\d{2}):(\d{2})(?:\.(\d{1,2}))?\Z", re.ASCII)
TIMESPAN: Final = "HHHH:MM:SS.SS, as 00:12:34.56"
# SCORM 2004 RTE 4.1.1.7, timeinterval(second,10,2). Content in the field writes more digits than two.
_INTERVAL: Final = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:\.(\d{1,9}))?S)?)?\Z",
    re.ASCII,
)
INTERVAL: Final = "an ISO 8601 duration, as PT12M34.56S"
# SCORM 1.2 RTE 3.4.2, CMITime.
_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,2})?\Z", re.ASCII)
TIME: Final = "HH:MM:SS.SS, as 09:10:11"
_SECOND: Final = 100
_UNITS: Final = (365 * 86_400, 30 * 86_400, 86_400, 3_600, 60)


def parse_timespan(text: str) -> Hundredths | None:
    """Read a length of time of SCORM 1.2; None when it is none.

    >>> parse_timespan("00:12:34.5")
    75450
    """
    found = _TIMESPAN.match(text)
    if found is None:
        return None
    hours, minutes, seconds, rest = found.groups()
    whole = int(hours) * 3_600 + int(minutes) * 60 + int(seconds)
    return Hundredths(whole * _SECOND + _fraction(rest))


def parse_interval(text: str) -> Hundredths | None:
    """Read a length of time of SCORM 2004, anything beyond hundredths cut off; None when it is none.

    A year counts as 365 days and a month as 30: no session is as long.

    >>> parse_interval("PT12M34.567S")
    75456
    """
    found = _INTERVAL.match(text)
    if found is None:
        return None
    *units, seconds, rest = found.groups()
    whole = sum(int(count or 0) * size for count, size in zip(units, _UNITS, strict=True)) + int(seconds or 0)
    return Hundredths(whole * _SECOND + _fraction(rest))


def is_time(text: str) -> bool:
    """Say whether this is a time of day of SCORM 1.2."""
    return _TIME.match(text) is not None


def duration(span: Hundredths) -> str:
    """Write a length of time as xAPI wants it.

    >>> duration(Hundredths(75456)), duration(Hundredths(360000)), duration(Hundredths(0))
    ('PT12M34.56S', 'PT1H', 'PT0S')
    """
    minutes, rest = divmod(span, 60 * _SECOND)
    hours, minutes = divmod(minutes, 60)
    seconds, hundredths = divmod(rest, _SECOND)
    written = f"{seconds}.{hundredths:02d}".rstrip("0").rstrip(".") if hundredths else str(seconds)
    parts = (f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{written}S" if rest else "")
    return "PT" + ("".join(parts) or "0S")


def of_micros(micros: int) -> Hundredths:
    """Return a length of time that a clock measured, in microseconds; none is negative."""
    return Hundredths(max(0, micros) // 10_000)


def _fraction(digits: str | None) -> int:
    return int((digits or "0").ljust(2, "0")[:2])
