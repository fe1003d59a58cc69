"""Which month a row belongs to, and which months are wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from analytics.frames.kinds import ZONE
from lrs.clock import Micros, to_datetime
from lrs.errors import InvalidRequest, Problem
from training.records import Records
from training.records.ids import SessionId

# How Hive, and with it pyarrow, DuckDB and Polars, writes a partition that has no value.
NO_MONTH: Final = "__HIVE_DEFAULT_PARTITION__"
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z")
_PARIS: Final = ZoneInfo(ZONE)
_LAST_MONTH: Final = 12

MonthOf = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Months:
    """Months from `first` to `last`, both included and written `2026-03`; None is without end.

    Raises `InvalidRequest` for what is not a month, or an end before its beginning.
    """

    first: str | None = None
    last: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no range of months."""
        problems = [
            Problem(f"/{name}", f"{value} is not a month.", "year and month, as in 2026-03")
            for name, value in (("since", self.first), ("until", self.last))
            if value is not None and not _MONTH.match(value)
        ]
        if not problems and self.first and self.last and self.last < self.first:
            problems.append(Problem("/until", f"{self.last} comes before {self.first}.", f"{self.first} or later"))
        if problems:
            raise InvalidRequest("It is not clear which months are wanted.", problems)

    def hold(self, month: str) -> bool:
        """Say whether a month is wanted; what has none is, when every month is."""
        if month == NO_MONTH:
            return self.first is None and self.last is None
        return (self.first is None or month >= self.first) and (self.last is None or month <= self.last)

    def days(self) -> tuple[date | None, date | None]:
        """Return the first day wanted and the first one no more wanted."""
        start = None if self.first is None else date.fromisoformat(f"{self.first}-01")
        if self.last is None:
            return start, None
        year, month = int(self.last[:4]), int(self.last[5:])
        return start, date(year + month // _LAST_MONTH, month % _LAST_MONTH + 1, 1)

    def instants(self) -> tuple[datetime | None, datetime | None]:
        """Return the same as instants, in UTC."""
        start, end = self.days()
        return _midnight(start), _midnight(end)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)


def month_of_instant(micros: int) -> str:
    """Return the month of an instant, in UTC.

    >>> month_of_instant(1_767_225_599_999_999)
    '2025-12'
    """
    return f"{to_datetime(Micros(micros)):%Y-%m}"


def month_of_day(day: date | None) -> str:
    """Return the month of a day."""
    return NO_MONTH if day is None else f"{day:%Y-%m}"


def months_by_table(records: Records) -> Mapping[str, MonthOf]:
    """Return for each table of facts and records how a row's month is read."""

    def of_session(session_id: SessionId | None) -> str:
        session = None if session_id is None else records.sessions.get(session_id)
        return month_of_day(None if session is None else session.starts_on)

    return {
        "days": lambda row: month_of_day(row.day),
        "attendance": lambda row: month_of_day(row.fact.day),
        "anomalies": lambda row: month_of_day(row.day),
        "changes": lambda row: f"{to_datetime(row.change.at).astimezone(_PARIS):%Y-%m}",
        "standings": lambda row: of_session(row.session_id),
        "enrolments": lambda row: month_of_day(row.place.starts_on),
        "figures": lambda row: of_session(row.of.session_id),
        "sessions": lambda row: month_of_day(row.starts_on),
    }
