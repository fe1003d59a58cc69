"""Instants and lengths of time, as xAPI writes them.

A timestamp is ISO 8601 (1.0.3, Part Two 4.5) or its profile RFC 3339 (2.0, 4.2.7). Which of the two a
request is held to is decided by `lrs.statements.rules`; what is read here is the wider of them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Final

from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem
from lrs.statements.keywords import matches
from schemas import loader

_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# What `lrs.clock.to_datetime` can write again: the years 1 to 9999 in UTC.
_FIRST: Final = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND

# A year or a month has no fixed length; these are the means of the Gregorian calendar
# (146,097 days in 400 years), so that twelve months are a year.
_YEAR_SECONDS: Final = 31_556_952
_DURATION_UNITS: Final = {
    "Y": _YEAR_SECONDS,
    "M": _YEAR_SECONDS // 12,
    "W": 604_800,
    "D": 86_400,
}
_TIME_UNITS: Final = {"H": 3600, "M": 60, "S": 1}

# A timestamp is read twice, to check it and to keep it; the durations of a course repeat. Longer texts are not kept,
# so that this memory stays small whatever is sent.
_READ: Final = 8_192
_KEPT_MOST_CHARACTERS: Final = 40

_OFFSET: Final[re.Pattern[str]] = re.compile(r"(?:Z|([+-])([0-9]{2}):?([0-9]{2})?)\Z")
_AMOUNT: Final[re.Pattern[str]] = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?([YMWDHS])")


def parse_timestamp(text: str) -> Micros:
    """Return the instant that a timestamp names, cut to the microsecond.

    Takes what xAPI 1.0.3 takes: ISO 8601 dates (calendar, week, ordinal) with a time, extended or
    basic, any fraction; without a zone it is read as UTC, which is what 1.0.3 asks to be written.
    A leap second is the instant after it, as POSIX counts. Raises `InvalidRequest`.

    >>> parse_timestamp("1970-01-01T01:00:00.0000019+01:00")
    1
    """
    return _recent_timestamp(text) if len(text) <= _KEPT_MOST_CHARACTERS else _timestamp(text)


def _timestamp(text: str) -> Micros:
    problem = "This is not a date and time in ISO 8601."
    if matches(_timestamp_pattern(), text):
        micros = find_instant(text)
        if micros is not None:
            return micros
        problem = "There is no such date or time in the calendar of the years 1 to 9999."
    raise InvalidRequest(problem, [Problem("", problem, "2026-01-05T08:00:00.000Z")])


def find_instant(text: str) -> Micros | None:
    """Return the instant that a text in the form of a timestamp names, None where the calendar has no such instant.

    >>> find_instant("2026-02-30T08:00:00Z") is None
    True
    """
    upper = text.upper()
    micros = _quick(upper)
    if micros is None:
        micros = _thorough(upper)
    return Micros(micros) if micros is not None and _FIRST <= micros <= _LAST else None


def parse_duration_seconds(text: str) -> float:
    """Return the length of an ISO 8601 duration in seconds; a year and a month are means.

    Raises `InvalidRequest`, also for a number of seconds that no float can hold.

    >>> parse_duration_seconds("PT1H0M0.5S"), parse_duration_seconds("P1Y") == 12 * 2629746
    (3600.5, True)
    """
    return _recent_duration(text) if len(text) <= _KEPT_MOST_CHARACTERS else _duration_seconds(text)


def _duration_seconds(text: str) -> float:
    if matches(_duration_pattern(), text):
        day, _, time = text[1:].partition("T")
        seconds = _sum(day, _DURATION_UNITS) + _sum(time, _TIME_UNITS)
        if seconds != float("inf"):
            return seconds
    problem = "This is not an ISO 8601 duration."
    raise InvalidRequest(problem, [Problem("", problem, "PT1H30M")])


_recent_timestamp = lru_cache(maxsize=_READ)(_timestamp)
_recent_duration = lru_cache(maxsize=_READ)(_duration_seconds)


def truncated_duration(text: str) -> str:
    """Return a duration as it is compared: nothing after the hundredth of a second (2.0, 4.2.7).

    The digits are cut, never rounded; `PT1.10S` and `PT1.1S` are the same. What is no duration
    comes back as it is.

    >>> truncated_duration("P1DT12H36M0.12567S"), truncated_duration("PT2.009S")
    ('P1DT12H36M0.12S', 'PT2S')
    """
    if not text.endswith("S"):
        return text
    whole, mark, fraction = text[:-1].replace(",", ".").partition(".")
    if not mark:
        return text
    kept = fraction[:2].rstrip("0")
    return f"{whole}.{kept}S" if kept else f"{whole}S"


@cache
def _timestamp_pattern() -> str:
    return loader.pattern("xapi/datatypes.json#/$defs/timestampIso8601")


@cache
def _duration_pattern() -> str:
    return loader.pattern("xapi/datatypes.json#/$defs/duration")


def _quick(text: str) -> int | None:
    """Read the usual form with the standard library, ten times as fast as by hand."""
    if text[10:11] != "T" or text[13:14] != ":" or text[16:17] != ":":
        # The library takes a fraction of a minute for one of a second.
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICROSECOND


def _thorough(text: str) -> int | None:
    """Read any form that the pattern allows, or return None for a time that never was.

    1. cut off the offset; 2. the day; 3. the time of day, whose last part may have a fraction;
    4. 24:00 ends a day and a 61st second is only ever the last of a month in UTC.
    """
    local, offset = _cut_offset(text)
    day_text, _, time_text = local.partition("T")
    day = _day(day_text)
    if day is None:
        return None
    clock, _, fraction = time_text.replace(":", "").replace(",", ".").partition(".")
    parts = [int(clock[i : i + 2]) for i in range(0, len(clock), 2)]
    hour, minute, second = [*parts, 0, 0][:3]
    smallest = (_HOUR, _MINUTE, _SECOND)[len(parts) - 1]
    # Eighteen digits are finer than a microsecond of an hour; more would cost time.
    digits = fraction[:18]
    rest = int(digits or "0") * smallest // 10 ** len(digits)
    days = day.toordinal() - _EPOCH.toordinal()
    micros: int = days * _DAY + hour * _HOUR + minute * _MINUTE + second * _SECOND + rest - offset
    if hour == 24 and (minute or second or rest):  # noqa: PLR2004 - the end of a day
        return None
    if second == 60 and not _ends_a_month(micros - rest):  # noqa: PLR2004 - a leap second
        return None
    return micros


def _cut_offset(text: str) -> tuple[str, int]:
    start = text.index("T")
    found = _OFFSET.search(text, start)
    if found is None:
        return text, 0
    sign, hours, minutes = found.groups()
    if sign is None:
        return text[: found.start()], 0
    offset = int(hours) * _HOUR + int(minutes or 0) * _MINUTE
    return text[: found.start()], -offset if sign == "-" else offset


def _day(text: str) -> date | None:
    digits = text.replace("-", "")
    year, rest = int(digits[:4]), digits[4:]
    try:
        if rest[0] == "W":
            return date.fromisocalendar(year, int(rest[1:3]), int(rest[3]))
        if len(rest) == 3:  # noqa: PLR2004 - the day of the year
            day = date.fromordinal(date(year, 1, 1).toordinal() + int(rest) - 1)
            return day if day.year == year else None
        return date(year, int(rest[:2]), int(rest[2:]))
    except (ValueError, OverflowError):
        return None


def _ends_a_month(micros: int) -> bool:
    """Say whether an instant is the first of a month, where a leap second has just ended."""
    days, rest = divmod(micros, _DAY)
    ordinal = days + _EPOCH.toordinal()
    return rest == 0 and 0 < ordinal <= date.max.toordinal() and date.fromordinal(ordinal).day == 1


def _sum(text: str, units: dict[str, int]) -> float:
    return sum(float(f"{whole}.{fraction or 0}") * units[unit] for whole, fraction, unit in _AMOUNT.findall(text))
