"""Lengths of time as SCORM writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.scorm.spans import Hundredths, duration, is_time, of_micros, parse_interval, parse_timespan
from lrs.statements.times import parse_duration_seconds


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("00:00:00", 0), ("0001:30:45.5", 544_550), ("99:99:99.99", 36_243_999), ("9999:00:00", 3_599_640_000),
        ("1:00:00", None), ("00:00:00.123", None), ("00:00", None), ("-1:00:00", None), ("", None),
    ],
)  # fmt: skip
def test_timespans_of_1_2(text, hundredths):
    assert parse_timespan(text) == hundredths


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("PT0S", 0), ("PT0H0M0S", 0), ("P1DT1H", 9_000_000), ("PT1.999S", 199), ("P1Y", 3_153_600_000),
        ("P1M", 259_200_000), ("PT90M", 540_000), ("P", None), ("PT", None), ("P1DT", None), ("PT1", None),
        ("-PT1S", None), ("PT1,5S", None), ("T1S", None),
    ],
)  # fmt: skip
def test_intervals_of_2004(text, hundredths):
    assert parse_interval(text) == hundredths


@given(st.integers(0, 10**9))
def test_a_duration_is_read_as_it_was_written_by_us_and_by_xapi(hundredths):
    written = duration(Hundredths(hundredths))

    assert parse_interval(written) == hundredths
    assert round(parse_duration_seconds(written) * 100) == hundredths


def test_what_a_clock_measured_is_never_negative():
    assert (of_micros(-5), of_micros(19_999), of_micros(20_000)) == (0, 1, 2)


def test_times_of_day():
    assert [is_time(text) for text in ("00:00:00", "23:59:59.99", "24:00:00", "9:00:00")] == [True, True, False, False]
