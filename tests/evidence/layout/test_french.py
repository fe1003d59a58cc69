"""Dates, hours, rates and spaces as French writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.layout import french

PARIS = ZoneInfo("Europe/Paris")


@given(st.integers(0, 10**7))
def test_a_length_of_time_says_every_second(seconds: int):
    words = french.length(seconds).split(french.NO_BREAK)
    units = {"h": 3600, "min": 60, "s": 1}
    total, at = 0, 0
    while at < len(words):
        unit = words[at + 1] if at + 1 < len(words) else "min"
        total += int(words[at]) * units[unit]
        at += 2

    assert total == seconds


@given(st.integers(0, 10**8))
def test_hours_are_never_rounded_up(seconds: int):
    number, _ = french.hours(seconds).split(french.NO_BREAK)
    shown = Decimal(number.replace(french.NARROW, "").replace(",", "."))

    assert shown * 3600 <= seconds < (shown + Decimal("0.01")) * 3600


@given(st.floats(-1, 1))
def test_a_share_is_never_rounded_up(value: float):
    number = french.percent(value).removesuffix(f"{french.NO_BREAK}%").replace(",", ".").replace("−", "-")

    assert abs(Decimal(number)) <= abs(Decimal(repr(value))) * 100 < abs(Decimal(number)) + Decimal("0.1")


@pytest.mark.parametrize(
    ("typed", "spaced"),
    [
        ("Quoi ?", "Quoi\u202f?"),
        ("Attention ! ; là", "Attention\u202f!\u202f; là"),
        ("Paie : bases", "Paie\u00a0: bases"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("10:30, https://exemple.fr/?a=b;c", "10:30, https://exemple.fr/?a=b;c"),
        ("Quoi\u00a0?", "Quoi\u202f?"),
    ],
)
def test_spaces_before_high_punctuation_are_of_the_right_kind_and_none_is_added(typed: str, spaced: str):
    assert french.spaced(typed) == spaced


def test_instants_are_local_to_their_zone_in_summer_and_in_winter():
    summer, winter = datetime(2026, 7, 1, 8, 30, tzinfo=UTC), datetime(2026, 12, 31, 23, 5, tzinfo=UTC)

    assert french.instant(summer, PARIS) == "1er\u00a0juillet\u00a02026 à 10\u00a0h\u00a030"
    assert french.instant(winter, PARIS) == "1er\u00a0janvier\u00a02027 à 0\u00a0h\u00a005"
    assert french.short_instant(winter, ZoneInfo("Indian/Reunion")) == "01/01/2027 à 3\u00a0h\u00a005"
    assert french.weekday(date(2026, 3, 2)) == "lundi 2\u00a0mars\u00a02026"


def test_numbers_that_are_no_siret_are_not_taken_apart():
    assert french.siret("73282932000074") == "732\u00a0829\u00a0320\u00a000074"
    assert french.siret("FR123") == "FR123"
