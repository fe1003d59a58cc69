"""Local days: every instant is in one, whatever the clocks do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.time import day_of, day_start, days_between, split_by_day
from lrs.statements.times import parse_timestamp

SECOND = 1_000_000
# Zones with half and quarter hours, changes at midnight, and days that never were.
ZONES = ["Europe/Paris", "Indian/Reunion", "Asia/Kathmandu", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe"]
INSTANTS = st.integers(63_072_000 * SECOND, 4_000_000_000 * SECOND)


@given(INSTANTS, st.sampled_from(ZONES))
def test_an_instant_is_in_the_day_that_its_zone_says(instant: int, zone: str) -> None:
    local = datetime.fromtimestamp(instant // SECOND, ZoneInfo(zone))
    assert day_of(instant, zone) == local.date()


@given(INSTANTS, st.integers(0, 5 * 86_400 * SECOND), st.sampled_from(ZONES))
def test_what_is_split_by_day_is_whole_and_each_part_in_its_day(instant: int, length: int, zone: str) -> None:
    parts = list(split_by_day(instant, instant + length, zone))
    assert sum(end - start for _, start, end in parts) == length
    for day, start, end in parts:
        if start < end:
            assert day_of(start, zone) == day == day_of(end - 1, zone)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 12, 31), 24)]
)
def test_a_day_in_paris_has_the_hours_that_it_has(day: date, hours: int) -> None:
    length = day_start(day + timedelta(days=1), "Europe/Paris") - day_start(day, "Europe/Paris")
    assert length == hours * 3600 * SECOND


def test_days_between_are_listed_with_both_ends() -> None:
    assert list(days_between(date(2025, 12, 31), date(2026, 1, 1))) == [date(2025, 12, 31), date(2026, 1, 1)]
    assert list(days_between(date(2026, 1, 2), date(2026, 1, 1))) == []


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", ZONES)
def test_the_ends_of_the_calendar_are_days_too(text: str, zone: str) -> None:
    assert day_of(parse_timestamp(text), zone).year in (1, 9999)
