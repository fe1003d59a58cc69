"""The table as a whole: nothing of the future in it, each session by itself, the same whenever it is held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.risk.features import FeatureTable, feature_table
from analytics.risk.history import EventKind, History, Outcome
from tests.analytics.risk.cohorts import cohorts, event, histories, instant, learner, left, shifted, worked

DAYS = st.integers(-5, 90)


def same(found: FeatureTable, expected: FeatureTable) -> None:
    assert found.enrolment_ids == expected.enrolment_ids
    assert found.session_ids == expected.session_ids
    np.testing.assert_array_equal(found.day, expected.day)
    np.testing.assert_array_equal(found.length, expected.length)
    np.testing.assert_array_equal(found.values, expected.values)
    assert (found.lacking, found.doubtful) == (expected.lacking, expected.doubtful)


@settings(max_examples=30)
@given(cohorts(), DAYS)
def test_what_became_known_later_is_in_no_feature(cohort: list[History], day: int) -> None:
    as_of = instant(day, 6)

    same(feature_table(cohort, as_of), feature_table([history.known_at(as_of) for history in cohort], as_of))


@settings(max_examples=30)
@given(cohorts(least=1), st.data(), DAYS)
def test_whatever_the_future_brings_the_table_of_today_stays(
    cohort: list[History], data: st.DataObject, day: int
) -> None:
    as_of = instant(day, 6)
    future = [data.draw(histories(history.enrolment_id)) for history in cohort]

    otherwise = []
    for history, other in zip(cohort, future, strict=True):
        now = history.known_at(as_of)
        otherwise.append(
            replace(
                now,
                days=(*now.days, *(item for item in other.days if item.known > as_of)),
                events=(*now.events, *(item for item in other.events if item.known > as_of or item.at > as_of)),
                slots=(*now.slots, *(item for item in other.slots if item.known > as_of or item.ends_at > as_of)),
                exchanges=(*now.exchanges, *(item for item in other.exchanges if item.known > as_of)),
                earlier=(*now.earlier, *(item for item in other.earlier if item.known > as_of)),
                exit=now.exit or (other.exit if other.exit is not None and other.exit.known > as_of else None),
            )
        )

    same(feature_table(otherwise, as_of), feature_table(cohort, as_of))


@settings(max_examples=20)
@given(cohorts(), DAYS, st.integers(-60, 60))
def test_the_same_session_some_weeks_later_has_the_same_features(cohort: list[History], day: int, weeks: int) -> None:
    moved = [shifted(history, weeks) for history in cohort]
    micros = weeks * 7 * 86_400_000_000

    same(feature_table(moved, instant(day, 6) + micros), feature_table(cohort, instant(day, 6)))


@settings(max_examples=20)
@given(cohorts("s1"), cohorts("s2"), DAYS)
def test_sessions_do_not_touch_each_other(first: list[History], second: list[History], day: int) -> None:
    as_of = instant(day, 6)
    one, two, both = (feature_table(part, as_of) for part in (first, second, [*first, *second]))

    assert both.enrolment_ids == one.enrolment_ids + two.enrolment_ids
    np.testing.assert_allclose(both.values, np.vstack([one.values, two.values]), rtol=1e-9, atol=1e-9)
    assert both.lacking == {**one.lacking, **two.lacking}
    assert both.doubtful == {**one.doubtful, **two.doubtful}


@settings(max_examples=20)
@given(cohorts(), DAYS, st.randoms(use_true_random=False))
def test_the_order_in_which_learners_and_items_come_does_not_matter(
    cohort: list[History], day: int, random: st.DataObject
) -> None:
    as_of = instant(day, 6)
    mixed = [replace(history, days=tuple(random.sample(history.days, len(history.days)))) for history in cohort]
    random.shuffle(mixed)
    table, other = feature_table(cohort, as_of), feature_table(mixed, as_of)
    order = [other.enrolment_ids.index(name) for name in table.enrolment_ids]

    np.testing.assert_allclose(other.values[order], table.values, rtol=1e-9, atol=1e-9)


@settings(max_examples=20)
@given(cohorts(), DAYS)
def test_how_an_enrolment_ended_is_never_a_feature_of_it(cohort: list[History], day: int) -> None:
    as_of = instant(day, 6)
    there = [history for history in cohort if history.is_enrolled_at(as_of)]
    bare = [replace(history, exit=None, outcome=None) for history in there]

    np.testing.assert_array_equal(feature_table(there, as_of).values, feature_table(bare, as_of).values)


def test_an_exit_announced_ahead_and_an_outcome_change_no_number() -> None:
    cohort = [learner(f"e{at}", days=(worked(at), worked(9))) for at in range(8)]
    told = [
        replace(history, exit=left(40, late=-35), outcome=Outcome("left", left(40).on, instant(5)))
        for history in cohort
    ]

    np.testing.assert_array_equal(feature_table(told, instant(20)).values, feature_table(cohort, instant(20)).values)


def test_a_table_of_nobody_has_every_column_and_no_row() -> None:
    table = feature_table([], instant(3))

    assert len(table) == 0
    assert table.values.shape == (0, len(table.names))
    with pytest.raises(ValueError, match="not in tuple"):
        table.column("age")


def test_whoever_has_left_is_not_compared_with() -> None:
    working = [learner(f"e{at}", days=(worked(9),)) for at in range(6)]
    gone = [learner(f"g{at}", exit=left(2), days=(worked(1),)) for at in range(6)]
    table = feature_table([*working, *gone], instant(10))

    assert set(table.enrolment_ids) == {history.enrolment_id for history in working}
    assert set(table.column("idle_beyond_cohort")) == {0.0}


def test_nothing_known_is_no_number() -> None:
    cohort = [learner(f"e{at}", days=(worked(1),)) for at in range(6)]
    table = feature_table(cohort, instant(10))

    for name in ("score_last", "half_days_missed", "due_missed", "questions_last_28", "registration_lead_days"):
        assert np.isnan(table.column(name)).all(), name
    assert not np.isinf(table.values).any()


def test_a_score_is_one_only_from_the_day_on_which_it_was_known() -> None:
    cohort = [learner(f"e{at}", events=(event(3, EventKind.SCORED, scaled=0.4, late=14),)) for at in range(6)]

    assert np.isnan(feature_table(cohort, instant(17)).column("score_last")).all()
    assert set(feature_table(cohort, instant(18)).column("score_last")) == {0.4}
