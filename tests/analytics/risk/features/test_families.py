"""Each family of features on a session of eight, worked out by hand: seven alike, and one who differs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from analytics.facts.fact import Presence
from analytics.risk.features import feature_table
from analytics.risk.history import Earlier, Ending, EventKind, Exchange, History
from tests.analytics.risk.cohorts import STARTS, due, event, half_day, instant, learner, left, summary, worked

KIND = EventKind


def features(one: dict[str, Any], others: dict[str, Any], day: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return the features of the one, and of one of the seven."""
    cohort: list[History] = [learner("e0", **one), *(learner(f"e{at}", **others) for at in range(1, 8))]
    table = feature_table(cohort, instant(day))
    return tuple(dict(zip(table.names, row, strict=True)) for row in table.values[:2])  # type: ignore[return-value]


def test_recency_counts_from_the_last_day_of_work() -> None:
    one, other = features({"days": (worked(2),)}, {"days": (worked(9),)}, 10)

    assert (one["idle_days"], other["idle_days"]) == (8, 1)
    assert one["idle_beyond_cohort"] == 7
    assert one["idle_rank"] == pytest.approx(7.5 / 8)


def test_whoever_was_never_seen_is_idle_since_the_first_sign_of_anybody() -> None:
    one, other = features({}, {"days": (worked(1), worked(9))}, 10)

    assert (one["never_seen"], other["never_seen"]) == (1, 0)
    assert one["idle_days"] == 9


def test_nobody_seen_is_nobody_idle() -> None:
    one, _ = features({}, {}, 10)

    assert np.isnan([one["idle_days"], one["never_seen"], one["interactions_rank"]]).all()


def test_rhythm_counts_days_and_breaks() -> None:
    days = tuple(worked(day) for day in (0, 3, 6, 9, 12))
    one, other = features({"days": (worked(0), worked(10))}, {"days": days}, 14)

    assert other["active_days_per_week"] == 2.5
    assert one["active_days_per_week"] == 1.0
    assert (one["longest_gap"], other["longest_gap"]) == (10, 3)
    assert other["gap_variation"] == 0
    assert np.isnan(one["gap_variation"])


def test_weeks_without_work_count_only_where_the_others_worked() -> None:
    others = {"days": tuple(worked(day) for day in (2, 9, 23))}
    one, other = features({"days": (worked(2),)}, others, 28)

    # Of the last four weeks nobody worked in the third: it is left out.
    assert one["weeks_idle_share"] == pytest.approx(2 / 3)
    assert other["weeks_idle_share"] == 0


def test_a_summary_counts_by_the_part_of_it_that_lies_between_and_shows_no_time() -> None:
    one, other = features(
        {"days": (summary(0, 13, 14, 3), summary(14, 27, 0, 0))},
        {"days": (summary(0, 13, 100, 7), summary(14, 27, 90, 6))},
        28,
    )

    assert one["idle_days"] == 15
    assert one["interactions_last_14_rank"] == pytest.approx(0.5 / 8)
    assert one["interactions_trend"] == pytest.approx(-np.log1p(14))
    assert other["interactions_trend"] == pytest.approx(np.log1p(90) - np.log1p(100))
    assert (one["active_days_per_week"], other["active_days_per_week"]) == (3 / 4, 13 / 4)
    assert np.isnan(other["active_hours"])


def test_whom_no_summary_speaks_of_is_not_known_to_have_done_nothing() -> None:
    one, other = features({"days": (worked(3),)}, {"days": (summary(0, 13, 100, 7),)}, 14)

    assert np.isnan([one["interactions_rank"], one["active_days_per_week"], one["weeks_idle_share"]]).all()
    assert one["idle_days"] == 11
    assert np.isfinite(other["interactions_rank"])


def test_of_whom_summaries_stop_before_those_of_others_nothing_is_known_since() -> None:
    one, other = features({"days": (summary(-20, -1, 9),)}, {"days": (summary(-20, -1, 4), summary(0, 13, 100, 7))}, 14)

    assert np.isnan([one["idle_days"], one["interactions_rank"], one["interactions_last_14_rank"]]).all()
    assert one["interactions_before_start"] == pytest.approx(np.log1p(9))
    assert other["active_days_per_week"] == 3.5


def test_how_many_have_left_is_told_of_the_whole_session() -> None:
    histories = [learner(f"p{at}") for at in range(6)] + [learner("gone", exit=left(3)), learner("late", exit=left(30))]
    others = [learner("of another session", "s2", exit=left(3))]

    def shares(day: int) -> tuple[float, float]:
        table = feature_table(histories + others, instant(day))
        return table.column("session_left_share")[0], table.column("session_left_last_28_share")[0]

    assert shares(28) == pytest.approx((1 / 8, 1 / 8))
    assert shares(40) == pytest.approx((2 / 8, 1 / 7))


def test_whoever_registers_later_is_not_there_yet() -> None:
    histories = [learner(f"p{at}") for at in range(5)] + [learner("later", registered_on=STARTS + timedelta(days=9))]

    assert len(feature_table(histories, instant(8))) == 5
    assert len(feature_table(histories, instant(9))) == 6


def test_a_summary_of_nothing_says_that_there_was_nothing() -> None:
    one, _ = features({"days": (summary(0, 13, 0, 0),)}, {"days": (summary(0, 13, 100, 7),)}, 14)

    assert one["never_seen"] == 1
    assert one["interactions_rank"] == pytest.approx(0.5 / 8)


def test_days_that_a_summary_counts_are_not_counted_twice() -> None:
    _, other = features({}, {"days": (summary(0, 13, 100, 7), worked(5), worked(15))}, 21)

    assert other["active_days_per_week"] == pytest.approx(8 / 3)


def test_effort_stands_beside_the_plan() -> None:
    # Six days of ten minutes; six hours are announced over 84 days, of which a quarter is gone.
    _, other = features({}, {"days": tuple(worked(day) for day in range(6))}, 21)

    assert other["active_hours"] == pytest.approx(1.0)
    assert other["active_time_of_plan"] == pytest.approx(1 / 1.5)


def test_interactions_before_the_start_stand_by_themselves() -> None:
    one, other = features({"days": (worked(2),)}, {"days": (worked(-3, 20), worked(2))}, 10)

    assert one["interactions_before_start"] == 0
    assert other["interactions_before_start"] == pytest.approx(np.log1p(20))


def test_half_days_are_missed_when_somebody_said_so() -> None:
    absent, excused, present = Presence.ABSENT_UNJUSTIFIED, Presence.ABSENT_JUSTIFIED, Presence.PRESENT
    slots = (half_day(1, present), half_day(2, excused), half_day(3, absent), half_day(4, Presence.UNKNOWN))
    one, other = features({"slots": slots}, {"slots": (half_day(1, present), half_day(2, Presence.LATE))}, 10)

    assert (one["half_days_missed"], other["half_days_missed"]) == (2, 0)
    assert one["half_days_missed_share"] == pytest.approx(2 / 3)
    assert one["half_days_missed_in_a_row"] == 2
    assert one["half_days_unjustified_share"] == pytest.approx(1 / 3)
    assert (one["half_day_last_missed"], other["half_day_last_missed"]) == (1, 0)


def test_work_is_missed_the_day_after_it_was_due() -> None:
    dues = (due(5), due(9, "devoir"), due(30, "projet"))
    handed = (event(3, KIND.SUBMITTED), event(9, KIND.SUBMITTED, "devoir"), event(9, KIND.SUBMITTED, "projet"))
    one, other = features({"due": dues, "events": handed[:1]}, {"due": dues, "events": handed}, 10)

    assert (one["due_missed"], other["due_missed"]) == (1, 0)
    assert (one["due_missed_share"], one["due_missed_weight_share"]) == (0.5, pytest.approx(2 / 3))
    assert (one["due_last_missed"], one["due_missed_in_a_row"]) == (1, 1)
    assert (one["handed_in_days_early"], one["last_handed_in_days_early"]) == (2, 2)
    assert other["handed_in_days_early"] == pytest.approx((2 + 0 + 21) / 3)
    assert one["next_due_in_days"] == 20
    assert one["next_due_done_beyond_cohort"] == pytest.approx(0 - 7 / 8)
    assert features({"due": dues}, {"due": dues}, 9)[0]["due_missed"] == 1


def test_late_work_is_late_and_not_missed() -> None:
    one, _ = features({"due": (due(5),), "events": (event(7, KIND.SUBMITTED),)}, {"due": (due(5),)}, 10)

    assert (one["due_missed"], one["handed_in_days_early"], one["handed_in_late_share"]) == (0, -2, 1)


def test_without_a_calendar_the_pace_is_that_of_the_others() -> None:
    done = (event(3, KIND.COMPLETED), event(4, KIND.COMPLETED, "devoir"))
    one, other = features({"events": done[:1]}, {"events": done}, 10)

    assert np.isnan(one["due_missed_share"])
    assert one["behind_cohort"] == pytest.approx((7 / 8) / (1 + 7 / 8))
    assert other["behind_cohort"] == 0
    assert (one["done_by_most_missing"], other["done_by_most_missing"]) == (1, 0)
    assert (one["days_since_last_done"], other["days_since_last_done"]) == (7, 6)


def test_a_completion_that_was_taken_back_is_none() -> None:
    events = (event(3, KIND.COMPLETED), event(5, KIND.UNCOMPLETED))
    one, _ = features({"events": events}, {"events": (event(3, KIND.COMPLETED),)}, 10)

    assert one["done_by_most_missing"] == 1
    again = (*events, event(6, KIND.COMPLETED))
    assert features({"events": again}, {"events": again[:1]}, 10)[0]["done_by_most_missing"] == 0


def test_scores_stand_by_themselves_and_against_those_of_the_same_activity() -> None:
    scores = (event(3, KIND.SCORED, scaled=0.8), event(6, KIND.SCORED, "devoir", scaled=0.2))
    usual = (event(3, KIND.SCORED, scaled=0.8), event(6, KIND.PASSED, "devoir", scaled=0.6))
    one, other = features({"events": scores}, {"events": usual}, 10)

    assert (one["score_last"], one["score_lowest"]) == (0.2, 0.2)
    assert one["score_mean"] == pytest.approx(0.5)
    assert one["score_weighted"] == pytest.approx((0.8 + 2 * 0.2) / 3)
    assert one["score_trend"] == pytest.approx(-0.6)
    assert one["score_last_beyond_cohort"] == pytest.approx(0.2 - (7 * 0.6 + 0.2) / 8)
    # A pass asks for half of the points.
    assert (one["failed"], other["failed"]) == (1, 0)


def test_a_failure_that_was_passed_since_is_none() -> None:
    events = (event(3, KIND.FAILED, scaled=0.1), event(5, KIND.PASSED, scaled=0.7))
    one, _ = features({"events": events}, {"events": events[:1]}, 10)

    assert (one["failed"], one["score_last"], one["attempts_per_activity"]) == (0, 0.7, 2)


def test_points_are_earned_of_what_was_due() -> None:
    dues = (due(2), due(5, "devoir"))
    events = (event(2, KIND.SUBMITTED), event(2, KIND.SCORED, scaled=0.9))
    one, other = features(
        {"due": dues, "events": events},
        {"due": dues, "events": (*events, event(5, KIND.SUBMITTED, "devoir"))}, 10,
    )  # fmt: skip

    assert one["points_earned_share"] == pytest.approx(0.3)
    # Handed in and not marked yet: worth what the other marks are.
    assert other["points_earned_share"] == pytest.approx(0.9)


def test_breadth_is_of_the_programme_alone() -> None:
    one, _ = features({"days": (worked(1, activity="quiz"), worked(1, activity="ailleurs"), worked(2))}, {}, 10)

    assert one["activities_touched_share"] == pytest.approx(1 / 3)


def test_exchanges_are_counted_where_the_log_is_used() -> None:
    exchanges = tuple(Exchange(instant(day), instant(day), own) for day, own in ((1, True), (35, True), (36, False)))
    one, other = features({"exchanges": exchanges}, {}, 40)

    assert (one["questions_last_28"], one["help_last_28"], one["days_since_exchange"]) == (1, 1, 4)
    assert (other["questions_last_28"], other["help_last_28"]) == (0, 0)
    assert np.isnan(other["days_since_exchange"])


def test_what_was_agreed_is_counted_from_the_start() -> None:
    one, other = features(
        {"registered_on": date(2025, 12, 26), "entered_on": STARTS + timedelta(days=3), "planned_seconds": 72_000}, {},
        21,
    )  # fmt: skip

    assert (one["registration_lead_days"], one["entered_after_days"], one["planned_hours"]) == (10, 3, 20)
    assert one["planned_hours_beyond_cohort"] == 10
    assert one["elapsed_share"] == 0.25
    assert np.isnan(other["registration_lead_days"])


def test_the_past_is_what_had_ended_and_was_known() -> None:
    earlier = (
        Earlier(STARTS - timedelta(days=200), Ending.LEFT, True, instant(-200)),
        Earlier(STARTS - timedelta(days=100), Ending.COMPLETED, False, instant(-100)),
        Earlier(STARTS + timedelta(days=30), Ending.FAILED, True, instant(30)),
    )
    one, other = features({"earlier": earlier}, {}, 21)

    assert [one[name] for name in ("earlier_same_programme", "earlier_left", "earlier_failed")] == [1, 1, 0]
    assert (one["earlier_completed"], other["earlier_left"]) == (1, 0)
