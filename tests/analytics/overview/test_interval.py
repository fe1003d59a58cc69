"""Wilson's interval of a share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.overview import wilson


# Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_the_published_one(successes: int, trials: int, low: float, high: float) -> None:
    found = wilson(successes, trials)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_nothing_tried_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_more_successes_than_trials_are_no_share() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_within_and_the_other_share_mirrors_it(pair: tuple[int, int]) -> None:
    successes, trials = pair
    found, other = wilson(successes, trials), wilson(trials - successes, trials)
    assert found is not None
    assert other is not None
    assert 0 <= found.low <= successes / trials <= found.high <= 1
    assert found.low == pytest.approx(1 - other.high)
