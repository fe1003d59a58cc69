"""Intervals agree with sets of whole numbers."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analytics.time import clip, intersection, subtraction, total, union

RAW = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)
TIDY = RAW.map(union)


def points(intervals: list[tuple[int, int]]) -> set[int]:
    return {point for start, end in intervals for point in range(start, end)}


def is_tidy(intervals: list[tuple[int, int]]) -> bool:
    bounds = [bound for interval in intervals for bound in interval]
    return all(earlier < later for earlier, later in pairwise(bounds))


@given(RAW)
def test_a_union_covers_what_any_covers_and_is_tidy(raw: list[tuple[int, int]]) -> None:
    assert points(union(raw)) == points(raw)
    assert is_tidy(union(raw))
    assert union(union(raw)) == union(raw)


@given(TIDY, TIDY)
def test_an_intersection_covers_what_both_cover(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    assert points(intersection(first, second)) == points(first) & points(second)
    assert is_tidy(intersection(first, second))


@given(TIDY, TIDY)
def test_a_subtraction_leaves_what_the_second_does_not_cover(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    assert points(subtraction(first, second)) == points(first) - points(second)
    assert is_tidy(subtraction(first, second))


@given(TIDY, TIDY)
def test_what_is_shared_and_what_is_left_add_up(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    assert total(intersection(first, second)) + total(subtraction(first, second)) == total(first)


@given(TIDY, st.integers(0, 30), st.integers(0, 30))
def test_clipping_is_an_intersection(intervals: list[tuple[int, int]], start: int, end: int) -> None:
    assert clip(intervals, start, end) == intersection(intervals, union([(start, end)]))
