"""Local days: where each begins in UTC, and which one an instant is in. A day has 23, 24 or 25 hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from lrs.clock import Micros, to_datetime

_SECOND: Final = 1_000_000
# Every zone's offset, and every change of one since 1972, is a whole number of quarters of an hour; so all
# instants of a quarter are in the same local day.
_QUARTER: Final = 900 * _SECOND
_ONE_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=8192)
def day_start(day: date, zone: str) -> Micros:
    """Return the instant at which a local day begins.

    >>> day_start(date(2026, 3, 30), "Europe/Paris") - day_start(date(2026, 3, 29), "Europe/Paris") == 23 * 3600 * 10**6
    True
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return Micros(int(midnight.timestamp()) * _SECOND)


def day_of(instant: int, zone: str) -> date:
    """Return the local day that an instant is in; at the calendar's very ends, its first or last day.

    >>> day_of(1_767_225_600_000_000 - 1_800_000_000, "Europe/Paris")
    datetime.date(2026, 1, 1)
    """
    return _day_of_quarter(instant // _QUARTER, zone)


@lru_cache(maxsize=65536)
def _day_of_quarter(quarter: int, zone: str) -> date:
    try:
        return to_datetime(Micros(quarter * _QUARTER)).astimezone(ZoneInfo(zone)).date()
    except (OverflowError, ValueError):
        # The last hours of 9999 in UTC are in the year 10000 in Paris: senders write such dates for « never ».
        return date.max if quarter > 0 else date.min


def split_by_day(start: int, end: int, zone: str) -> Iterator[tuple[date, int, int]]:
    """Cut an interval at every local midnight: yield the day, and the part that is in it."""
    day = day_of(start, zone)
    while start < end:
        following = day + _ONE_DAY
        cut = min(end, day_start(following, zone))
        yield day, start, cut
        start, day = cut, following


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield each day from `first` to `last`, both included."""
    while first <= last:
        yield first
        first += _ONE_DAY
