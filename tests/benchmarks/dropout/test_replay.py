"""The invented learners through the product's own path: ingest, facts, histories, features."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from analytics.risk.features import feature_table
from analytics.risk.history import History
from analytics.risk.targets import Target
from benchmarks.dropout.checks import _twice
from benchmarks.dropout.plain import NAMES, SHARED, Plain
from benchmarks.dropout.records import enrolment_id, key_of
from benchmarks.dropout.replay import Ground, Replay, Stop, days_of, enrolled
from benchmarks.dropout.snapshots import Snapshots, instant, read, write
from benchmarks.dropout.tables import Tables, read_tables
from tests.benchmarks.dropout.campus import LEARNERS, furnish

_DAYS = (0, 28, 56, 112)


@pytest.fixture(scope="module")
def found(tables: Tables, mongod_uri: str) -> dict[Stop, list[History]]:
    """What was found by looking on four days of the autumn."""
    return _replayed(tables, mongod_uri)


def _replayed(tables: Tables, uri: str) -> dict[Stop, list[History]]:
    with Ground(uri, "test_dropout") as ground:
        replay = Replay(ground, tables.until("2013J"), say=lambda _: None)
        return dict(replay.run(days_of(["2013J"], _DAYS)))


def test_features_from_statements_equal_those_straight_from_the_tables(
    tables: Tables, found: dict[Stop, list[History]]
) -> None:
    plain = Plain(tables)
    for day in _DAYS:
        table = Snapshots({"2013J": found[Stop("2013J", day)]}, tables).table("2013J", day)
        keys = [key_of(name) for name in table.enrolment_ids]
        values = plain.values(keys, day)
        for name in SHARED:
            np.testing.assert_allclose(table.column(name), values[:, NAMES.index(name)], err_msg=f"{name}, day {day}")


def test_what_is_sent_twice_changes_nothing(tables: Tables, mongod_uri: str, found: dict[Stop, list[History]]) -> None:
    stop = Stop("2013J", 28)
    with Ground(mongod_uri, "test_dropout_twice") as ground:
        replay = Replay(ground, tables.until("2013J"), spoil=_twice, say=lambda _: None)
        then = dict(replay.run([stop]))

    one, other = (Snapshots({"2013J": some[stop]}, tables).table(*stop) for some in (found, then))
    assert one.enrolment_ids == other.enrolment_ids
    np.testing.assert_array_equal(one.values, other.values)


def test_in_the_published_setting_those_already_gone_are_there_and_count(
    tables: Tables, found: dict[Stop, list[History]]
) -> None:
    snapshots = Snapshots({"2013J": found[Stop("2013J", 112)]}, tables)
    gone = {
        enrolment_id(key) for key, item in tables.students.items() if item.left_day is not None and item.left_day <= 56
    }
    there = snapshots.sample("2013J", 56, with_gone=True)
    known = dict(zip(there.table.enrolment_ids, there.outcome[Target.AT_RISK].tolist(), strict=True))
    told = [known[name] for name in gone & known.keys() if known[name] == known[name]]

    assert told
    assert set(told) == {1.0}
    assert not gone & set(snapshots.sample("2013J", 56).table.enrolment_ids)


def test_whoever_left_is_no_longer_there_and_everybody_else_is(
    tables: Tables, found: dict[Stop, list[History]]
) -> None:
    for stop, histories in found.items():
        there = {history.enrolment_id for history in enrolled(histories, stop)}
        expected = {
            f"{key.module}-{key.presentation}-{key.student}"
            for key, student in tables.students.items()
            if key.presentation == "2013J" and (student.left_day is None or student.left_day > stop.day)
        }
        assert there == expected
    assert len(found[Stop("2013J", 0)]) == 2 * LEARNERS


def test_what_was_found_on_a_day_is_what_is_later_known_to_have_been_known(found: dict[Stop, list[History]]) -> None:
    last = found[Stop("2013J", _DAYS[-1])]
    for day in _DAYS[:-1]:
        at = instant("2013J", day)
        then = feature_table(found[Stop("2013J", day)], at)
        later = feature_table([history.known_at(at) for history in last], at)
        assert then.enrolment_ids == later.enrolment_ids
        np.testing.assert_array_equal(then.values, later.values)


def test_an_earlier_enrolment_of_a_learner_is_known_of(found: dict[Stop, list[History]]) -> None:
    histories = [item for item in found[Stop("2013J", 0)] if item.person_id in {"0", "1", "2", "3"}]
    assert histories
    assert all(any(item.is_same_programme for item in history.earlier) for history in histories)


def test_every_day_s_clicks_become_facts_of_their_day(
    tmp_path_factory: pytest.TempPathFactory, mongod_uri: str
) -> None:
    tables = read_tables(furnish(tmp_path_factory.mktemp("daily"), with_days=True))
    histories = _replayed(tables, mongod_uri)[Stop("2013J", 56)]
    told: dict[str, float] = {history.enrolment_id: sum(_clicks(history)) for history in histories}
    daily = tables.daily
    assert daily is not None
    for at, key in enumerate(daily.keys):
        if key.presentation == "2013J":
            clicks = int(daily.clicks[(daily.key == at) & (daily.day <= 56)].sum())
            assert told[f"{key.module}-{key.presentation}-{key.student}"] == clicks


def test_snapshots_are_read_as_they_were_written(
    tables: Tables, found: dict[Stop, list[History]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("snapshots") / "snapshots.pickle"
    histories = found[Stop("2013J", 112)]
    write({"2013J": histories}, file)
    again = read(file, tables)
    np.testing.assert_array_equal(
        again.table("2013J", 56).values, Snapshots({"2013J": histories}, tables).table("2013J", 56).values
    )


def _clicks(history: History) -> Iterator[float]:
    """Yield the clicks that a history tells of; work handed in counts as one each, and is no click."""
    known = history.known_at(instant("2013J", 56))
    for item in known.days:
        yield item.interactions if item.activity_id is None or not item.activity_id.isdigit() else 0.0
