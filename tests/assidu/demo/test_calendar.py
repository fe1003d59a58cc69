"""The French training calendar."""

from __future__ import annotations

from datetime import date

import pytest

from assidu.demo.calendar import busyness, is_open, public_holidays


@pytest.mark.parametrize(
    ("year", "easter_monday", "ascension", "whit_monday"),
    [
        (2024, date(2024, 4, 1), date(2024, 5, 9), date(2024, 5, 20)),
        (2025, date(2025, 4, 21), date(2025, 5, 29), date(2025, 6, 9)),
        (2026, date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)),
        (2038, date(2038, 4, 26), date(2038, 6, 3), date(2038, 6, 14)),
    ],
)
def test_the_moving_holidays_follow_easter(year: int, easter_monday: date, ascension: date, whit_monday: date) -> None:
    holidays = public_holidays(year)

    assert {easter_monday, ascension, whit_monday, date(year, 7, 14)} <= holidays
    assert len(holidays) == 11


def test_nothing_is_held_on_a_weekend_a_holiday_in_early_august_or_at_christmas() -> None:
    closed = [date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 3), date(2026, 8, 5), date(2026, 12, 28)]

    assert not any(is_open(day) for day in closed)
    assert is_open(date(2026, 5, 4))


def test_august_and_sundays_are_quieter_than_a_plain_tuesday() -> None:
    tuesday = busyness(date(2026, 6, 16))

    assert tuesday > busyness(date(2026, 8, 11)) > 0
    assert tuesday > busyness(date(2026, 6, 14)) > 0
