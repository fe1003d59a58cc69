"""Shares in activities, and what they add up to."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from analytics.content import Spread
from analytics.content.activity import describe_content
from analytics.content.share import ATTEMPTS_MOST, ContentSums, Share, Spent, last_touched, share_of
from analytics.facts import Change, Event, Standing

SECOND = 1_000_000
SHARES = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.builds(
        Share, st.integers(0, 10_000), st.none() | st.integers(1, 50), st.integers(0, 200), *([st.booleans()] * 5),
    ),
)  # fmt: skip


def standing(*events: Event, **changes: object) -> Standing:
    history = tuple(Change(at, event, UUID(int=at)) for at, event in enumerate(events))
    return Standing(enrolment_id="e1", activity_id="quiz", history=history, **changes)


def test_nothing_known_is_no_share() -> None:
    assert share_of({}, None) is None


def test_what_was_waived_was_not_begun() -> None:
    found = share_of({}, standing(is_waived=True))
    assert found is not None
    assert (found.has_begun, found.is_waived, found.is_finished, found.last_at) == (False, True, False, None)


def test_days_add_up_and_the_last_instant_stands() -> None:
    days = {1: Spent(9 * SECOND, 2, 3 * SECOND // 2, 70), 2: Spent(1, 1, SECOND // 2, None), 3: Spent(1, 1, 0, 60)}
    found = share_of(days, None)
    assert found == Share(active_seconds=2, last_at=70, has_begun=True)


def test_a_failure_before_a_pass_is_no_failure() -> None:
    assert share_of({}, standing(Event.FAILED)).is_failed
    assert not share_of({}, standing(Event.FAILED, Event.PASSED, is_passed=True)).is_failed
    assert not share_of({}, standing(Event.COMPLETED)).is_failed


def test_a_trainee_stops_at_the_last_activity_and_one_who_is_done_nowhere() -> None:
    shares = {"a": Share(last_at=5, has_begun=True), "b": Share(last_at=9, has_begun=True), "c": Share(is_waived=True)}
    assert last_touched(shares) == "b"
    sums = ContentSums()
    sums.add(shares, is_completed=False)
    sums.add(shares, is_completed=True)
    sums.add({}, is_completed=False)
    found = describe_content(sums, "janvier", 0)
    assert (found.enrolment_count, found.completed, found.begun) == (3, 1, 2)
    assert [found.activity(name).stopped for name in "abc"] == [0, 1, 0]


def test_however_many_attempts_a_sender_claims_a_spread_stays_small() -> None:
    sums = ContentSums()
    sums.add({"a": Share(attempts=10**9)}, is_completed=False)
    assert describe_content(sums, "janvier", 0).activity("a").attempts == Spread(1, ATTEMPTS_MOST, ATTEMPTS_MOST)


@given(st.lists(st.tuples(SHARES, st.booleans()), max_size=8), st.integers(0, 8))
def test_sums_of_parts_are_the_sums_of_all(people: list[tuple[dict[str, Share], bool]], middle: int) -> None:
    whole, first, rest = ContentSums(), ContentSums(), ContentSums()
    for at, (shares, is_completed) in enumerate(people):
        whole.add(shares, is_completed=is_completed)
        (first if at < middle else rest).add(shares, is_completed=is_completed)
    assert describe_content(first.plus(rest), "janvier", 0) == describe_content(whole, "janvier", 0)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_a_median_and_a_ninth_decile_are_somebodys(numbers: list[int]) -> None:
    counts = {number: numbers.count(number) for number in numbers}
    found, ordered = Spread.of(counts), sorted(numbers)
    assert found.count == len(numbers)
    assert found.median == ordered[(len(numbers) + 1) // 2 - 1]
    assert found.p90 == ordered[-(-9 * len(numbers) // 10) - 1]
