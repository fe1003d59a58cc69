"""The week that a trainer looks at, and what of the weeks before it is not finished. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from training.attendance import SheetState
from training.records.slot import Slot

WEEK: Final = timedelta(days=7)
# As far back as most late signatures are given; what is older is found week by week.
UNFINISHED: Final = timedelta(days=14)
# A list that nobody reads to its end helps nobody.
UNFINISHED_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One half-day in a list. `zone` is the one in which its times are written.

    `title` is its programme's, `session` the training session's where that has one of its own.
    `is_countersigned`: somebody has countersigned it, whatever has changed since. `counts` is how many have signed,
    where that is happening now, None elsewhere.
    """

    slot: Slot
    title: str
    zone: ZoneInfo
    state: SheetState
    is_countersigned: bool
    counts: dict[str, int] | None = None
    session: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do: closed and countersigned, or given up."""
        return self.slot.cancelled is not None or (self.state is not SheetState.OPEN and self.is_countersigned)


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
    return item.slot.ends_at <= now and not item.is_done
