"""The law as data: holidays of a year that a calendar shows, values by their day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

import training.law
from lrs.errors import NotFound
from training.law import Holidays, Law, load_law
from training.law.holidays import easter
from training.records.law_override import LawOverride

FOLDER = Path(training.law.__file__).parent


def days(year: int, territory: str) -> list[str]:
    holidays = load_law().holidays
    first = date(year, 1, 1)
    every = (first + timedelta(days=at) for at in range(366))
    return [f"{day:%m-%d}" for day in every if day.year == year and holidays.find(day, territory)]


def test_the_holidays_of_2026_are_those_of_its_calendar():
    assert days(2026, "FR") == [
        "01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25",
    ]  # fmt: skip


def test_a_territory_adds_its_own():
    assert set(days(2026, "FR-ALSACE-MOSELLE")) - set(days(2026, "FR")) == {"04-03", "12-26"}
    assert set(days(2026, "FR-MQ")) - set(days(2026, "FR")) == {"05-22"}


# From the tables of the Nautical Almanac Office.
@pytest.mark.parametrize(
    "day", [date(1961, 4, 2), date(2000, 4, 23), date(2008, 3, 23), date(2024, 3, 31), date(2038, 4, 25)]
)
def test_easter_falls_where_the_tables_say(day: date):
    assert easter(day.year) == day


def test_a_holiday_holds_from_its_law_on():
    holidays = load_law().holidays

    assert holidays.find(date(1980, 5, 8)) is None
    assert holidays.find(date(1982, 5, 8)) is not None


def test_every_provision_has_a_source_and_a_value_that_its_own_schema_takes():
    law = load_law()
    names = ("provisions.json", "counting.json", "retention.json", "support.json", "risk.json")
    files = [json.loads((FOLDER / name).read_text()) for name in names]
    for item in (item for file in files for item in file["provisions"]):
        for version in item["versions"]:
            assert law.find_value_problem(item["name"], version["value"]) is None, item["name"]
            assert version["source"]["reference"]
            assert version["source"]["status"] in {"verified", "design", "recalled"}


def law_of(*versions: tuple[str, int]) -> Law:
    data = {
        "name": "x",
        "title": "X",
        "schema": {"type": "integer"},
        "versions": [
            {"effective_from": day, "value": value, "source": {"reference": "r", "status": "design"}}
            for day, value in versions
        ],
    }
    return Law([data], Holidays({"source": {}, "territories": {"FR": []}}))


def test_the_value_of_a_day_is_the_newest_that_is_in_effect():
    law = law_of(("2020-01-01", 1), ("2026-11-01", 2))

    assert law.value("x", date(2026, 10, 31)) == 1
    assert law.value("x", date(2026, 11, 1)) == 2
    with pytest.raises(NotFound):
        law.value("x", date(2019, 12, 31))


def test_an_organisation_s_own_value_wins_while_it_lasts():
    law = law_of(("2020-01-01", 1))
    mine = LawOverride("o", "x", 7, date(2026, 1, 1), date(2026, 1, 31), "essai")

    found = law.provision("x", date(2026, 1, 31), [mine])

    assert (found.value, found.status, found.override_id) == (7, "override", "o")
    assert law.value("x", date(2026, 2, 1), [mine]) == 1
    assert law.value("x", date(2025, 12, 31), [mine]) == 1


def pair(least: int, most: int) -> Law:
    versions = [
        {"effective_from": "2020-01-01", "value": value, "source": {"reference": "r", "status": "design"}}
        for value in (least, most)
    ]
    short = {"name": "short", "title": "S", "schema": {"type": "integer"}, "at_most": "long", "versions": versions[:1]}
    long = {"name": "long", "title": "L", "schema": {"type": "integer"}, "versions": versions[1:]}
    return Law([short, long], Holidays({"source": {}, "territories": {"FR": []}}))


def test_a_value_over_the_one_it_must_stay_within_is_found_on_the_first_day_of_it():
    law = pair(1, 5)
    raised = LawOverride("a", "short", 7, date(2026, 1, 1))
    room = LawOverride("b", "long", 9, date(2026, 1, 1), date(2026, 3, 31))

    assert list(law.contradictions([])) == []
    assert [found.day for found in law.contradictions([raised])] == [date(2026, 1, 1)]
    (found,) = law.contradictions([raised, room])
    assert (found.day, found.name, found.value, found.longer, found.limit) == (date(2026, 4, 1), "short", 7, "long", 5)


def test_an_edition_is_named_by_the_day():
    editions = [{"version": "B", "effective_from": "2027-01-01"}, {"version": "A", "effective_from": "2026-01-01"}]
    law = Law([], Holidays({"source": {}, "territories": {"FR": []}}), editions)

    assert [law.edition(date(year, 6, 1)) for year in (2020, 2026, 2027)] == ["A", "A", "B"]
    with pytest.raises(NotFound):
        law_of().edition(date(2026, 1, 1))
