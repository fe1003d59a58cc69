"""Until when a request is to be answered, from the law's data. Nothing here performs I/O but reading that data once."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from training.law import Law, load_law

_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Delay:
    """The last day for an answer, the last one should it be extended, and which text says so.

    `status` says how sure the source is: `verified`, `design` or `recalled`.
    """

    due_on: date
    extended_to: date
    reference: str
    status: str


@dataclass(frozen=True, slots=True)
class SharingPeriod:
    """For how many days documents may be shared at most, and for how many they are if nothing else is said.

    `log_days` is how long after the end it is kept that they were shared, and who opened them.
    """

    most_days: int
    usual_days: int
    log_days: int
    reference: str
    status: str


def delay(received_on: date) -> Delay:
    """Return until when a request that came on a day is to be answered.

    Months end on the same day of the month, or on its last; a Saturday, a Sunday or a public holiday pushes the end
    to the next working day (Regulation 1182/71, article 3 (2) (c) and (4), recalled).
    """
    provision = rights_law().provision("rights.answer", received_on)
    months, extension = provision.value["months"], provision.value["extension_months"]
    return Delay(
        working_day(months_after(received_on, months)),
        working_day(months_after(received_on, months + extension)),
        provision.reference,
        provision.status,
    )


def sharing_period(on: date) -> SharingPeriod:
    """Return for how long a document may be shared from a day."""
    provision = rights_law().provision("sharing.period", on)
    return SharingPeriod(**provision.value, reference=provision.reference, status=provision.status)


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day where it has no such day.

    >>> months_after(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_day(day: date) -> date:
    """Return the day, or the next that is neither of a weekend nor a public holiday in France.

    >>> working_day(date(2026, 5, 1))
    datetime.date(2026, 5, 4)
    """
    holidays = load_law().holidays
    while day.weekday() >= _SATURDAY or holidays.find(day) is not None:
        day += timedelta(days=1)
    return day


@cache
def rights_law() -> Law:
    """Return the provisions of `law.json`, read once."""
    found = orjson.loads((Path(__file__).parent / "law.json").read_bytes())
    return Law(found["provisions"], load_law().holidays)
