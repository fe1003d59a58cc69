"""OULAD's tables, in whatever form they come."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from benchmarks.dropout.tables import Key, MissingTable, Tables, on, read_tables
from tests.benchmarks.dropout.campus import LEARNERS, furnish


def test_plain_and_gzipped_tables_say_the_same(tmp_path: Path) -> None:
    plain = read_tables(furnish(tmp_path / "plain"))
    zipped = read_tables(furnish(tmp_path / "zipped" / "oulad", is_zipped=True).parent)
    assert plain.students == zipped.students
    assert plain.submissions == zipped.submissions
    assert plain.cumulative == zipped.cumulative


def test_every_day_s_clicks_take_the_place_of_counts(tmp_path: Path) -> None:
    counted = read_tables(furnish(tmp_path / "counted"))
    daily = read_tables(furnish(tmp_path / "daily", with_days=True))
    assert counted.daily is None
    assert counted.cumulative
    assert daily.daily is not None
    assert not daily.cumulative
    assert len(daily.daily.day) > len(counted.cumulative)


def test_a_table_that_is_missing_is_named_with_where_it_may_be(tmp_path: Path) -> None:
    folder = furnish(tmp_path)
    (folder / "studentInfo.csv").unlink()
    with pytest.raises(MissingTable, match=r"studentInfo.*studentInfo\.csv"):
        read_tables(folder)


def test_a_table_without_a_column_is_named_with_what_it_has(tmp_path: Path) -> None:
    folder = furnish(tmp_path)
    (folder / "courses.csv").write_text("code_module,length\nAAA,240\n")
    with pytest.raises(MissingTable, match=r"courses\.csv lacks a column.*code_module,length"):
        read_tables(folder)


def test_a_day_is_counted_from_the_first_of_february_or_october() -> None:
    assert on("2013B", -1) == date(2013, 1, 31)
    assert on("2014J", 31) == date(2014, 11, 1)


def test_a_part_has_whole_courses_and_what_its_learners_did_before(tables: Tables) -> None:
    part = tables.until("2013J", frozenset({"AAA"}))
    assert sum(key.course == ("AAA", "2013J") for key in part.students) == LEARNERS
    before = {key for key in part.students if key.presentation == "2013B"}
    assert before == {Key("AAA", "2013B", number) for number in range(4)}
    assert {item.key for item in part.submissions} <= set(part.students)


def test_an_enrolment_without_a_day_of_registration_is_read(tables: Tables) -> None:
    assert tables.students[Key("AAA", "2013B", 7)].registered_day is None
