"""Days and instants as forms and tables have them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from dashboards.formats import PARIS
from dashboards.pages.administrator.form import Values, text_of
from lrs.clock import Micros, to_datetime, to_micros
from lrs.errors import InvalidRequest, Problem

_ACCEPTED: Final = "a day, as in 2026-01-05"


def iso(instant: Micros | None) -> str | None:
    """Return an instant as tables take it."""
    return None if instant is None else to_datetime(instant).isoformat()


def day_of(values: Values, name: str) -> date | None:
    """Return the day that was answered, None for none; raises InvalidRequest beside the field."""
    text = text_of(values, name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidRequest("This is not a day.", [Problem(f"/{name}", "This is not a day.", _ACCEPTED)]) from None


def start_of_day(values: Values, name: str) -> Micros | None:
    """Return the start of the day that was answered, in Paris."""
    day = day_of(values, name)
    return None if day is None else to_micros(datetime.combine(day, time.min, PARIS))


def end_of_day(values: Values, name: str) -> Micros | None:
    """Return the end of the day that was answered, in Paris."""
    day = day_of(values, name)
    return None if day is None else to_micros(datetime.combine(day + timedelta(days=1), time.min, PARIS))
