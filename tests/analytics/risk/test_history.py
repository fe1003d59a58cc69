"""What was known of an enrolment at an instant."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from analytics.facts.fact import Presence
from analytics.risk.history import EventKind, History
from tests.analytics.risk.cohorts import STARTS, event, half_day, histories, instant, learner, left, worked

INSTANTS = st.integers(-30, 95).map(lambda day: instant(day, 6))


@given(histories("lea"), INSTANTS)
def test_nothing_that_became_known_or_happened_later_is_in_a_history_as_known(history: History, as_of: int) -> None:
    known = history.known_at(as_of)

    items = [*known.days, *known.events, *known.slots, *known.exchanges, *known.earlier]
    assert all(item.known <= as_of for item in items)
    assert all(item.at <= as_of for item in (*known.events, *known.exchanges))
    assert all(item.ends_at <= as_of for item in known.slots)
    assert known.exit is None or known.exit.known <= as_of
    assert known.known_at(as_of) == known


@given(histories("lea"), INSTANTS, INSTANTS)
def test_what_was_known_earlier_can_be_asked_of_what_was_known_later(history: History, one: int, other: int) -> None:
    first, second = sorted((one, other))

    assert history.known_at(second).known_at(first) == history.known_at(first)


def test_a_day_counts_once_the_last_statement_of_it_was_stored() -> None:
    history = learner("lea", days=(worked(3, late=2.0),))

    assert history.known_at(instant(5, 19)).days == ()
    assert history.known_at(instant(5, 20)).days == history.days


def test_a_mark_given_late_is_not_known_before() -> None:
    history = learner("lea", events=(event(3, EventKind.SCORED, scaled=0.8, late=14),))

    assert history.known_at(instant(17)).events == ()
    assert history.known_at(instant(18)).events == history.events


def test_a_half_day_marked_later_was_one_that_nobody_had_said_anything_of() -> None:
    history = learner("lea", slots=(half_day(3, Presence.UNKNOWN), half_day(3, Presence.PRESENT, late=2)))

    assert [slot.presence for slot in history.known_at(instant(4)).slots] == [Presence.UNKNOWN]
    assert len(history.known_at(instant(6)).slots) == 2


def test_whoever_left_is_enrolled_until_it_is_known() -> None:
    history = learner("lea", exit=left(10, late=5))

    assert history.is_enrolled_at(instant(12))
    assert not history.is_enrolled_at(instant(15))
    assert learner("yann", exit=left(10)).is_enrolled_at(instant(9, 23))
    assert not learner("yann", exit=left(10)).is_enrolled_at(instant(10))


def test_nobody_is_enrolled_after_the_last_day_and_an_exit_announced_ahead_is_still_to_come() -> None:
    assert not learner("lea").is_enrolled_at(instant(84))
    announced = learner("lea", exit=left(40, late=-20))
    assert announced.is_enrolled_at(instant(30))
    assert not announced.is_enrolled_at(instant(40))


def test_a_registration_is_not_known_before_its_day() -> None:
    history = learner("lea", registered_on=STARTS + timedelta(days=2), registered_known=instant(4))

    assert history.known_at(instant(3)).registered_on is None
    assert history.known_at(instant(4)).registered_on == STARTS + timedelta(days=2)
