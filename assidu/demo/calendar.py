"""The French training calendar: public holidays, closures, and how busy a day is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")
SATURDAY: Final = 5
SUNDAY: Final = 6
_AUGUST: Final = 8


class HalfDay(StrEnum):
    """What an attendance sheet is signed for."""

    AM = "AM"
    PM = "PM"
    EVENING = "EVENING"


SPOKEN: Final = {HalfDay.AM: "matin", HalfDay.PM: "après-midi", HalfDay.EVENING: "soirée"}
HOURS: Final = {
    HalfDay.AM: (time(9, 0), time(12, 30)),
    HalfDay.PM: (time(13, 30), time(17, 0)),
    HalfDay.EVENING: (time(18, 0), time(20, 0)),
}


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Return the eleven *jours fériés* of metropolitan France (code du travail, L3133-1)."""
    easter = _easter(year)
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    moving = (1, 39, 50)  # Easter Monday, Ascension Thursday, Whit Monday
    return frozenset(
        [date(year, month, day) for month, day in fixed] + [easter + timedelta(days=days) for days in moving]
    )


def is_open(day: date) -> bool:
    """Say whether the organisation holds sessions that day: no weekend, holiday, early August or Christmas week."""
    if day.weekday() >= SATURDAY or day in public_holidays(day.year):
        return False
    return not (_is_summer_closure(day) or _is_christmas_closure(day))


def busyness(day: date) -> float:
    """Return how likely somebody is to study alone that day, 1.0 on a plain weekday."""
    if _is_christmas_closure(day):
        return 0.12
    if day in public_holidays(day.year):
        return 0.1
    weight = {SATURDAY: 0.2, SUNDAY: 0.3}.get(day.weekday(), 1.0)
    return weight * (0.3 if day.month == _AUGUST else 1.0)


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return that time of that day in Paris."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=PARIS)


def hours(day: date, half: HalfDay) -> tuple[datetime, datetime]:
    """Return when that half-day starts and ends."""
    start, end = HOURS[half]
    return datetime.combine(day, start, PARIS), datetime.combine(day, end, PARIS)


def days(start: date, end: date) -> list[date]:
    """Return each day from `start` up to, not including, `end`."""
    return [start + timedelta(days=count) for count in range((end - start).days)]


def monday(day: date) -> date:
    """Return the Monday of that week."""
    return day - timedelta(days=day.weekday())


def _is_summer_closure(day: date) -> bool:
    return day.month == _AUGUST and day.day <= 21  # noqa: PLR2004 - three weeks


def _is_christmas_closure(day: date) -> bool:
    return (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)


def _easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian computation of 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month = (h + weekday - 7 * m + 90) // 25
    return date(year, month, (h + weekday - 7 * m + 33 * month + 19) % 32)
