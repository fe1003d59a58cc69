"""Rows as statements: what they say, when, and that those published beside the tables are the same."""

from __future__ import annotations

import gzip
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from benchmarks.dropout.statements import FORTNIGHTS, Sent, Source, summaries
from benchmarks.dropout.tables import Key, Tables, read_tables
from tests.benchmarks.dropout.campus import furnish

_PRIVATE = ("gender", "age_band", "disability", "imd", "region", "Wales", "A Level", "0-35", "education")


def _everything(source: Source) -> list[Sent]:
    return [sent for day in source.days() for sent in source.told_on(day)]


def _named(sent: list[Sent]) -> list[dict[str, Any]]:
    return [orjson.loads(item.body) for item in sent]


def test_statements_come_in_order_of_time_and_each_once(tables: Tables) -> None:
    sent = _everything(Source(tables))
    assert [item.at for item in sent] == sorted(item.at for item in sent)
    assert len({item["id"] for item in _named(sent)}) == len(sent)


def test_nothing_protected_is_told(tables: Tables) -> None:
    for item in _everything(Source(tables)):
        text = item.body.decode()
        assert not [word for word in _PRIVATE if f'"{word}' in text or f'{word}"' in text]


def test_a_tutor_s_mark_comes_fourteen_days_after_the_work(tables: Tables) -> None:
    handed: dict[tuple[str, str], datetime] = {}
    lags: Counter[tuple[str, timedelta]] = Counter()
    for sent, item in zip(_everything(source := Source(tables)), _named(_everything(source)), strict=True):
        what = (item["context"]["registration"], item["object"]["id"])
        if item["verb"]["id"].endswith("/submit"):
            handed[what] = sent.at
        elif item["verb"]["id"].endswith("/scored"):
            kind = item["context"]["extensions"]["https://oulad.example/xapi/ext/assessment-type"]
            lags[kind, sent.at - handed[what]] += 1
    assert {name for name, _ in lags} == {"TMA", "CMA"}
    assert set(lags) == {("TMA", timedelta(days=14)), ("CMA", timedelta(0))}


def test_summaries_tell_of_all_clicks_once_and_of_nothing_before_it_was(tables: Tables) -> None:
    told: Counter[Key] = Counter()
    for clicks, since in summaries(tables):
        assert since <= clicks.day
        told[clicks.key] += clicks.clicks
    # Of one learner the table does not say when they registered: what came before day 0 is not told of them.
    registered = {key for key, student in tables.students.items() if student.registered_day is not None}
    total = {row.key: row.clicks for row in tables.week8 if row.key in registered}
    assert total
    assert all(told[key] == clicks for key, clicks in total.items())


def test_a_learner_with_several_enrolments_is_told_of_on_day_56_alone(tables: Tables) -> None:
    several = {key for key in tables.students if tables.enrolments_of[key.student] > 1}
    days = {clicks.day for clicks, _ in summaries(tables) if clicks.key in several and clicks.day >= 0}
    assert several
    assert days == {FORTNIGHTS[-1]}


def test_each_row_of_daily_clicks_is_a_statement(tmp_path: Path) -> None:
    tables = read_tables(furnish(tmp_path, with_days=True))
    source = Source(tables)
    views = [item for item in _named(_everything(source)) if item["verb"]["id"].endswith("/viewed")]
    assert tables.daily is not None
    assert len(views) == len(tables.daily.day) == len({item["id"] for item in views})
    total = sum(item["context"]["extensions"]["https://oulad.example/xapi/ext/sum-click"] for item in views)
    assert total == int(tables.daily.clicks.sum())


PUBLISHED = ("2013B", "2013J", "2014B", "2014J")


@pytest.fixture(scope="module")
def made(given: Path) -> dict[str, dict[tuple[str, ...], bytes]]:
    """What is made of the tables, by presentation and by what it tells. Made once for all of them."""
    found: dict[str, dict[tuple[str, ...], bytes]] = {presentation: {} for presentation in PUBLISHED}
    source = Source(read_tables(given), with_clicks=False)
    for sent in (sent for day in source.days() for sent in source.told_on(day)):
        item = orjson.loads(sent.body)
        found[_course(item)[-len("2013B") :]][_what(item)] = sent.body
    return found


@pytest.mark.parametrize("presentation", PUBLISHED)
def test_what_is_made_of_the_tables_is_what_was_published_beside_them(
    given: Path, made: dict[str, dict[tuple[str, ...], bytes]], presentation: str
) -> None:
    ours = dict(made[presentation])
    missing, differing = 0, 0
    other_ids: Counter[str] = Counter()
    with gzip.open(given / "statements" / f"core_{presentation}.jsonl.gz") as file:
        for line in file:
            theirs = orjson.loads(line)
            body = ours.pop(_what(theirs), None)
            missing += body is None
            if body is not None:
                mine = orjson.loads(body)
                differing += _without_id(mine) != _without_id(theirs)
                if mine["id"] != theirs["id"]:
                    other_ids[theirs["verb"]["display"]["en"]] += 1
    assert (missing, differing) == (0, 0)
    # How the ids of these two were made is not known; ours follow from the same things.
    assert set(other_ids) <= {"registered", "unregistered"}
    # What ours has beyond are the outcomes of the last day, which are in files of their own.
    assert {orjson.loads(body)["verb"]["display"]["en"] for body in ours.values()} <= {"passed", "failed"}


def _course(item: dict[str, Any]) -> str:
    around = item["context"]["contextActivities"]
    return str(around["parent"][0]["id"] if "parent" in around else item["object"]["id"])


def _what(item: dict[str, Any]) -> tuple[str, ...]:
    return item["context"]["registration"], item["verb"]["id"], item["object"]["id"]


def _without_id(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "id"}
