"""For whom no score may be given, or only a wide one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.risk.features import Lack, LackReason, feature_table
from analytics.risk.history import EventKind, History
from tests.analytics.risk.cohorts import STARTS, event, instant, learner, left, worked


def steady(days: range, count: int = 10, late: float = 0.0, **more: object) -> list[History]:
    """Return learners who work on each of these days."""
    return [learner(f"e{at}", days=tuple(worked(day, late=late) for day in days), **more) for at in range(count)]


def test_a_steady_session_lacks_nothing() -> None:
    table = feature_table(steady(range(30)), instant(30))

    assert (table.lacking, table.doubtful) == ({}, {})


def test_three_learners_are_no_cohort_and_six_a_small_one() -> None:
    three, six = (feature_table(steady(range(9), count), instant(9)) for count in (3, 6))

    assert {lack.reason for lack in three.lacking.values()} == {LackReason.SMALL_COHORT}
    assert len(three.lacking) == 3
    assert not six.lacking
    assert {lack.reason for lack in six.doubtful.values()} == {LackReason.SMALL_COHORT}


def test_those_who_left_do_not_make_a_cohort() -> None:
    cohort = [*steady(range(9), 3), *(learner(f"g{at}", exit=left(2), days=(worked(1),)) for at in range(9))]

    assert set(feature_table(cohort, instant(9)).lacking) == {"e0", "e1", "e2"}


@pytest.mark.parametrize(("day", "reason"), [(-5, LackReason.NOT_BEGUN), (5, LackReason.NO_HISTORY)])
def test_a_session_of_which_nothing_is_known_has_no_scores(day: int, reason: LackReason) -> None:
    table = feature_table([learner(f"e{at}") for at in range(10)], instant(day))

    assert {lack.reason for lack in table.lacking.values()} == {reason}
    assert len(table.lacking) == len(table) == 10


def test_a_session_that_is_over_has_no_rows_and_says_so() -> None:
    table = feature_table(steady(range(80)), instant(90))

    assert len(table) == 0
    assert {lack.reason for lack in table.lacking.values()} == {LackReason.ENDED}


def test_statements_of_the_future_are_not_counted_and_make_whoever_sent_them_doubtful() -> None:
    cohort = steady(range(30))
    ahead = worked(70)._replace(known=instant(20))
    table = feature_table([replace(cohort[0], days=(*cohort[0].days, ahead)), *cohort[1:]], instant(30))

    assert table.doubtful == {"e0": Lack(LackReason.WRONG_CLOCK, ("recency", "rhythm", "effort", "breadth"))}
    assert set(table.column("idle_days")) == {1.0}
    assert set(table.column("interactions_rank")) == {0.5}


def test_a_clock_that_jumped_for_good_leaves_no_score() -> None:
    cohort = steady(range(30))
    wild = tuple(item._replace(day=STARTS.toordinal() + 3000 + at) for at, item in enumerate(cohort[0].days))
    table = feature_table([replace(cohort[0], days=wild), *cohort[1:]], instant(30))

    assert table.lacking["e0"].reason is LackReason.WRONG_CLOCK
    assert set(table.lacking) == {"e0"}


def test_years_before_the_session_are_no_clock_either() -> None:
    cohort = steady(range(30))
    old = tuple(item._replace(day=719_163 + at) for at, item in enumerate(cohort[0].days))
    table = feature_table([replace(cohort[0], days=old), *cohort[1:]], instant(30))

    assert table.lacking["e0"].reason is LackReason.WRONG_CLOCK


def test_a_kind_of_facts_that_stops_while_others_go_on_is_a_feed_gone_silent() -> None:
    events = tuple(event(day, EventKind.COMPLETED) for day in range(0, 60, 3))
    table = feature_table(steady(range(30), events=events), instant(60))

    assert {lack.reason for lack in table.doubtful.values()} == {LackReason.FEED_SILENT}
    assert len(table.doubtful) == 10
    assert table.doubtful["e0"].families == ("recency", "rhythm", "effort", "breadth")


def test_a_session_where_everything_stops_is_doubtful_in_everything() -> None:
    table = feature_table(steady(range(30)), instant(50))

    assert set(table.doubtful.values()) == {Lack(LackReason.FEED_SILENT)}


def test_one_learner_who_stops_is_no_silent_feed() -> None:
    cohort = [learner("gone", days=tuple(worked(day) for day in range(20))), *steady(range(60))]
    table = feature_table(cohort, instant(60))

    assert not table.doubtful
    assert table.column("idle_days")[0] == 41


def test_statements_that_come_three_days_late_make_the_last_days_doubtful() -> None:
    table = feature_table(steady(range(40), late=3.0), instant(30))

    assert {lack.reason for lack in table.doubtful.values()} == {LackReason.FEED_LATE}
    assert len(table.doubtful) == 10


def test_years_that_are_imported_at_once_are_no_late_feed() -> None:
    imported = [
        learner(f"e{at}", days=tuple(worked(day)._replace(known=instant(29, 12)) for day in range(29)))
        for at in range(10)
    ]

    assert not feature_table(imported, instant(30)).doubtful
