"""Dates and times as meeting tools write them: local, without zone, the day or the month first.

What cannot be known from the file is never guessed: `03/04/2026` is the third of April or the fourth of March.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Final

STAMP_ACCEPTED: Final = "as in 05/01/2026 09:01:30, 2026-01-05 09:01:30 or 1/25/26, 9:01:30 AM"
_TIME: Final = (
    r"(?P<hour>[0-9]{1,2})[:h](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?(?: ?(?P<zone>z|utc|gmt|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9]))?"
)
_ISO: Final = re.compile(rf"(?P<a>[0-9]{{4}})[-/.](?P<b>[0-9]{{1,2}})[-/.](?P<c>[0-9]{{1,2}})(?:t| ){_TIME}\Z")
_NUMBERS: Final = re.compile(rf"(?P<a>[0-9]{{1,2}})[-/.](?P<b>[0-9]{{1,2}})[-/.](?P<c>[0-9]{{4}}|[0-9]{{2}}) {_TIME}\Z")
# Moodle in French, until it counted seconds, wrote « 6 janv. 26, 13:59 »; its long form begins with a weekday.
_WEEKDAY: Final = r"(?:(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*\.? )?"
_YEAR: Final = r"(?P<c>[0-9]{4}|[0-9]{2})"
_DAY_FIRST: Final = re.compile(rf"{_WEEKDAY}(?P<a>[0-9]{{1,2}})(?:er)? (?P<month>[a-z]+)\.? {_YEAR} {_TIME}\Z")
_MONTH_FIRST: Final = re.compile(rf"{_WEEKDAY}(?P<month>[a-z]+)\.? (?P<a>[0-9]{{1,2}}) {_YEAR} {_TIME}\Z")
_FILLERS: Final = re.compile(r"\s+(?:a|at)\s+|[\s,]+")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier", "feb february fev fevr fevrier", "mar march mars", "apr april avr avril",
            "may mai", "jun june juin", "jul july juil juillet", "aug august aout", "sep sept september septembre",
            "oct october octobre", "nov november novembre", "dec december decembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_YEARS: Final = range(2000, 2200)
_NOON: Final = 12


class DateOrder(StrEnum):
    """Which of a date's numbers come first: day, month, year; or month, day, year."""

    DMY = "dmy"
    MDY = "mdy"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date and a time as written. `dates` holds what it may mean: one date by each order that it can be read in.

    `has_noon`: the hours are counted from midnight and from noon, with AM or PM behind them.
    """

    text: str
    dates: tuple[tuple[DateOrder, date], ...]
    time: time
    offset: tzinfo | None = None
    has_noon: bool = False

    def on(self, order: DateOrder) -> date | None:
        """Return the date by an order, None when it cannot be read in it."""
        return dict(self.dates).get(order)


def parse_stamp(text: str) -> Stamp | None:
    """Read a date with a time; None when it is none, or none in any order."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().strip()
    plain = _FILLERS.sub(" ", plain)
    for pattern in (_ISO, _NUMBERS, _DAY_FIRST, _MONTH_FIRST):
        found = pattern.match(plain)
        if found is None:
            continue
        clock = _clock(found)
        dates = tuple(_dates(found, pattern))
        return (
            Stamp(text, dates, clock, _offset(found["zone"]), found["half"] is not None)
            if clock is not None and dates
            else None
        )
    return None


def possible_orders(stamps: Iterable[Stamp]) -> list[DateOrder]:
    """Return every order in which all of these can be read; only one of those that read all of them alike."""
    known = list(stamps)
    orders = [order for order in DateOrder if all(stamp.on(order) is not None for stamp in known)]
    if len(orders) > 1 and all(stamp.on(DateOrder.DMY) == stamp.on(DateOrder.MDY) for stamp in known):
        return orders[:1]
    return orders


def instant_of(stamp: Stamp, order: DateOrder, zone: tzinfo) -> datetime | str:
    """Return the instant, in UTC, that a stamp means in a zone; where the clocks' change leaves none or two, say so."""
    day = stamp.on(order)
    if day is None:
        return "This date cannot be read in the order of the others."
    if stamp.offset is not None:
        return datetime.combine(day, stamp.time, stamp.offset).astimezone(UTC)
    first, second = (datetime.combine(day, stamp.time, zone).replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(fold=0) != first:
        return "There is no such time on this day: the clocks were put forward."
    return "This time came twice on this day: the clocks were put back."


def _clock(found: re.Match[str]) -> time | None:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if found["half"] is not None:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found["half"] == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _dates(found: re.Match[str], pattern: re.Pattern[str]) -> Iterable[tuple[DateOrder, date]]:
    year = found["c"] if len(found["c"]) > 2 else f"20{found['c']}"  # noqa: PLR2004 - the century left out
    if pattern is _ISO:
        readings = dict.fromkeys(DateOrder, (found["a"], found["b"], found["c"]))
    elif pattern is _NUMBERS:
        readings = {DateOrder.DMY: (year, found["b"], found["a"]), DateOrder.MDY: (year, found["a"], found["b"])}
    else:
        month = str(_MONTHS.get(found["month"], 0))
        readings = dict.fromkeys(DateOrder, (year, month, found["a"]))
    for order, numbers in readings.items():
        try:
            day = date(*map(int, numbers))
        except ValueError:
            continue
        if day.year in _YEARS:
            yield order, day


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text in ("z", "utc", "gmt"):
        return UTC
    sign, hours, minutes = text[0], int(text[1:3]), int(text[-2:])
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if sign == "-" else length)
