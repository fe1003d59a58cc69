"""xAPI 1.0.3 Part Two 4.5 and 4.6; IEEE 9274.1.1 4.2.7: timestamps and durations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.clock import Micros, to_text
from lrs.errors import InvalidRequest
from lrs.statements import times
from lrs.statements.keywords import matches
from lrs.statements.times import parse_duration_seconds, parse_timestamp, truncated_duration
from schemas import loader

ASCII = st.characters(codec="ascii")
NOON = 1_767_614_400_000_000  # 2026-01-05T12:00:00Z


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05T12:00:00Z",
        "2026-01-05T12:00:00.000Z",
        "2026-01-05T12:00:00.0000009Z",
        "2026-01-05T12:00:00,0Z",
        "2026-01-05t12:00:00z",
        "2026-01-05T13:00:00+01:00",
        "2026-01-05T13:00:00+0100",
        "2026-01-05T13:00:00+01",
        "2026-01-05T07:00:00-05:00",
        "2026-01-05T17:30:00+05:30",
        "2026-01-05T11:30:00-00:30",
        "2026-01-05T12:00:00",
        "2026-01-05T12:00Z",
        "2026-01-05T12Z",
        "20260105T120000Z",
        "20260105T1200Z",
        "2026-W02-1T12:00:00Z",
        "2026W021T120000Z",
        "2026-005T12:00:00Z",
        "2026005T12Z",
    ],
)
def test_every_way_of_writing_an_instant_is_read(text):
    assert parse_timestamp(text) == NOON


def test_a_fraction_belongs_to_the_last_part_of_the_time():
    assert parse_timestamp("2026-01-05T11:59.5Z") == NOON - 30_000_000
    assert parse_timestamp("2026-01-05T11.5Z") == NOON - 1_800_000_000
    assert parse_timestamp("2026-01-05T11:59:59.9999999Z") == NOON - 1


def test_a_leap_second_is_the_instant_after_it():
    assert to_text(parse_timestamp("2016-12-31T23:59:60Z")) == "2017-01-01T00:00:00.000000Z"
    assert to_text(parse_timestamp("2017-01-01T00:59:60.25+01:00")) == "2017-01-01T00:00:00.250000Z"


def test_the_end_of_a_day_is_the_start_of_the_next():
    assert to_text(parse_timestamp("2026-01-05T24:00:00Z")) == "2026-01-06T00:00:00.000000Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-01-05",
        "12:00:00Z",
        "2026-01-05 12:00:00Z",
        "2026-01-05T12:00:00-00:00",
        "2026-01-05T12:00:00-0000",
        "2026-01-05T12:00:00-00",
        "2026-01-05T12:00:00+24:00",
        "2026-01-05T12:00:00+01:60",
        "2026-13-05T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "2026-366T12:00:00Z",
        "2026-000T12:00:00Z",
        "2026-W54-1T12:00:00Z",
        "2025-W53-1T12:00:00Z",
        "2026-01-05T24:00:01Z",
        "2026-01-05T24:00:00.5Z",
        "2026-01-05T12:60:00Z",
        "2026-01-05T12:30:60Z",
        "2026-01-05T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "9999-12-31T23:59:60Z",
        "9999-12-31T24:00:00Z",
        "9999-W52-7T00:00:00Z",
        "2026-01-05T12:00:00Z\n",
        "2026-01-05T12:00:00.Z",
        "٢٠٢٦-01-05T12:00:00Z",
    ],
)
def test_what_names_no_instant_is_refused(text):
    with pytest.raises(InvalidRequest) as refused:
        parse_timestamp(text)
    assert refused.value.problems[0].accepted


@given(
    st.datetimes(min_value=datetime(1001, 1, 1), max_value=datetime(9998, 12, 31)),  # noqa: DTZ001 - hypothesis asks so
    st.integers(-1439, 1439),
)
def test_what_is_written_is_read_again(local, minutes):
    moment = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    micros = parse_timestamp(moment.isoformat())
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros) == moment
    assert parse_timestamp(to_text(Micros(micros))) == micros


@settings(deadline=None)
@given(st.from_regex(loader.pattern("xapi/datatypes.json#/$defs/timestampIso8601"), fullmatch=True, alphabet=ASCII))
def test_a_well_formed_timestamp_is_an_instant_or_refused_and_the_short_way_agrees(text):
    try:
        micros = parse_timestamp(text)
    except InvalidRequest:
        return
    assert to_text(micros)
    assert micros == times._thorough(text.upper())  # the two ways of reading must agree


@settings(deadline=None)
@given(st.from_regex(loader.pattern("xapi/datatypes.json#/$defs/timestampRfc3339"), fullmatch=True, alphabet=ASCII))
def test_rfc_3339_is_a_profile_of_iso_8601(text):
    assert matches(loader.pattern("xapi/datatypes.json#/$defs/timestampIso8601"), text)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for read in (parse_timestamp, parse_duration_seconds):
        try:
            read(text)
        except InvalidRequest as refusal:
            assert refusal.problems  # noqa: PT017 - most texts are refused, not all
    assert isinstance(truncated_duration(text), str)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT0S", 0),
        ("PT1H", 3600),
        ("PT4H35M59.14S", 16559.14),
        ("PT16559.14S", 16559.14),
        ("PT1,5H", 5400),
        ("P1D", 86_400),
        ("P4W", 2_419_200),
        ("P1Y", 31_556_952),
        ("P12M", 31_556_952),
        ("P1DT12H", 129_600),
    ],
)
def test_a_duration_has_a_number_of_seconds(text, seconds):
    assert parse_duration_seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "P", "PT", "1H", "P4W1D", "PT1.5H1M", "PT" + "9" * 400 + "S", "pt1s"])
def test_what_is_no_countable_duration_is_refused(text):
    with pytest.raises(InvalidRequest):
        parse_duration_seconds(text)


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("PT1.239S", "PT1.23S"),
        ("PT1.999S", "PT1.99S"),
        ("PT1.10S", "PT1.1S"),
        ("PT1.001S", "PT1S"),
        ("PT1,256S", "PT1.25S"),
        ("PT10S", "PT10S"),
        ("P1Y", "P1Y"),
        ("PT0.5H", "PT0.5H"),
    ],
)
def test_durations_are_compared_to_the_hundredth_of_a_second(text, compared):
    assert truncated_duration(text) == compared
    assert truncated_duration(compared) == compared
