"""Who is to be looked at: few, the same ones from day to day, and nobody that must not be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.store.risk_alerting import Placed, Standing, decide
from analytics.store.risk_terms import AlertTerms
from training.records.ids import EnrolmentId

MONDAY = date(2026, 1, 5)
TERMS = AlertTerms(
    target="at_risk", open_share=0.1, keep_share=0.2, close_days=3, least_cohort=8, least_probability=0.2
)


def placed(count: int, probability: float | None = 0.5) -> list[Placed]:
    return [Placed(EnrolmentId(f"e{at:03}"), at, probability) for at in range(1, count + 1)]


def test_the_first_tenth_of_a_session_is_to_be_looked_at():
    found = decide(placed(30), [], MONDAY, TERMS)

    assert [item.enrolment_id for item in found.opens] == ["e001", "e002", "e003"]


def test_at_least_one_is_looked_at_in_a_session_of_few():
    assert [item.place for item in decide(placed(8), [], MONDAY, TERMS).opens] == [1]


def test_in_a_session_that_is_too_small_nobody_is():
    assert decide(placed(7), [], MONDAY, TERMS).opens == ()


def test_nobody_is_called_about_a_chance_that_is_small_or_who_is_silenced():
    assert decide(placed(30, 0.1), [], MONDAY, TERMS).opens == ()
    found = decide(placed(30), [], MONDAY, TERMS, {EnrolmentId("e001")})
    assert [item.enrolment_id for item in found.opens] == ["e002", "e003"]


def test_a_rank_without_a_probability_is_enough():
    assert len(decide(placed(30, None), [], MONDAY, TERMS).opens) == 3


def test_an_alert_stays_while_its_trainee_is_among_the_first_fifth():
    found = decide(placed(30), [Standing(EnrolmentId("e006"))], MONDAY, TERMS)

    assert found.closes == ()
    assert found.outside == {"e006": None}


def test_it_ends_only_after_some_days_outside_and_a_day_back_inside_begins_anew():
    name = EnrolmentId("e020")
    standing = [Standing(name)]
    for day in range(3):
        found = decide(placed(30), standing, MONDAY + timedelta(days=day), TERMS)
        assert found.closes == ()
        standing = [Standing(name, found.outside[name])]
    assert decide(placed(30), standing, MONDAY + timedelta(days=3), TERMS).closes == (name,)
    back = [Placed(name, 2, 0.5), *placed(30)[2:19]]
    assert decide(back, standing, MONDAY + timedelta(days=3), TERMS).outside[name] is None


def test_a_day_without_an_estimate_ends_nothing():
    name = EnrolmentId("e020")
    for day in range(10):
        found = decide([], [Standing(name)], MONDAY + timedelta(days=day), TERMS)
        assert found.closes == ()
        assert found.outside == {name: None}


@given(
    count=st.integers(0, 60),
    days=st.lists(st.randoms(use_true_random=False), min_size=1, max_size=12),
    silenced=st.sets(st.integers(1, 60), max_size=5),
)
def test_no_more_than_the_share_that_keeps_alerts_ever_have_one_and_nobody_has_two(count, days, silenced):
    quiet = {EnrolmentId(f"e{at:03}") for at in silenced}
    standing: list[Standing] = []
    for number, chance in enumerate(days):
        names = [item.enrolment_id for item in placed(count)]
        chance.shuffle(names)
        today = [Placed(name, at, None) for at, name in enumerate(names, 1)]
        found = decide(today, standing, MONDAY + timedelta(days=number), TERMS, quiet)
        opened = [item.enrolment_id for item in found.opens]
        standing = [Standing(name, since) for name, since in found.outside.items()]
        assert not set(opened) & (quiet | {item.enrolment_id for item in standing} | set(found.closes))
        standing += [Standing(name) for name in opened]
        held = [item.enrolment_id for item in standing]
        assert len(held) == len(set(held)) <= max(1, round(0.2 * count + 1e-9))
        assert len(opened) <= max(1, round(0.1 * count + 1e-9))


@pytest.mark.parametrize("share", [0.1, 0.2])
def test_lists_hold_when_places_only_tremble(share):
    terms = AlertTerms(
        target="at_risk", open_share=share, keep_share=2 * share, close_days=3, least_cohort=8, least_probability=0
    )
    first = decide(placed(40), [], MONDAY, terms)
    standing = [Standing(item.enrolment_id) for item in first.opens]
    # Everybody changes places with whoever is next.
    names = [item.enrolment_id for item in placed(40)]
    for at in range(0, 40, 2):
        names[at], names[at + 1] = names[at + 1], names[at]
    again = decide([Placed(name, at, None) for at, name in enumerate(names, 1)], standing, MONDAY, terms)

    assert again.closes == ()
    assert len(again.opens) <= 1
