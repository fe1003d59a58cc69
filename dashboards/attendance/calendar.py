"""The week that a trainer looks at, and what of the weeks before it is not finished."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from training.attendance import SheetState, SlotOverview
from training.records.slot import Slot

WEEK = timedelta(days=7)
# Further back than a signature can be given late; what is older is found week by week.
UNFINISHED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Item:
    """One half-day in a list, with the zone in which its times are written."""

    overview: SlotOverview
    zone: ZoneInfo

    @property
    def slot(self) -> Slot:
        """The half-day."""
        return self.overview.slot


def monday_of(day: date) -> date:
    """Return the Monday on or before a day.

    >>> monday_of(date(2026, 1, 8))
    datetime.date(2026, 1, 5)
    """
    return day - timedelta(days=day.weekday())


def parse_week(text: str | None, today: date) -> date:
    """Return the Monday of the week that a link asks for; of today's when it asks for none that there is.

    >>> parse_week("2026-01-08", date(2026, 3, 1)), parse_week("hier", date(2026, 3, 1))
    (datetime.date(2026, 1, 5), datetime.date(2026, 2, 23))
    """
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        day = today
    # Years that a link in the page could lead out of.
    return monday_of(day if date(2000, 1, 1) <= day <= date(2200, 1, 1) else today)


def by_day(items: Iterable[Item]) -> list[tuple[date, list[Item]]]:
    """Return the half-days of each day, in order of time."""
    ordered = sorted(items, key=lambda item: (item.slot.held_on, item.slot.starts_at, item.slot.id))
    return [(day, list(rows)) for day, rows in groupby(ordered, key=lambda item: item.slot.held_on)]


def is_unfinished(item: Item, now: datetime) -> bool:
    """Say whether a half-day is over and still wants something of the trainer."""
    overview = item.overview
    if item.slot.cancelled is not None or item.slot.ends_at > now:
        return False
    return overview.state is SheetState.OPEN or overview.missing > 0
