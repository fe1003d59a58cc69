"""The algebra of half-open intervals.

An interval is `(start, end)` with `start < end`: its start belongs to it, its end does not. Bounds are whole
microseconds for instants, and seconds for the played parts of a video. What comes out of every function here
is *tidy*: sorted, disjoint, and never touching; what goes in need only be tidy where a function says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

Bound = TypeVar("Bound", int, float)
Interval = tuple[int, int]


def union(intervals: Iterable[tuple[Bound, Bound]]) -> list[tuple[Bound, Bound]]:
    """Return what any of `intervals` covers; empty and backward ones cover nothing.

    >>> union([(5, 7), (1, 3), (3, 4), (9, 9)])
    [(1, 4), (5, 7)]
    """
    tidy: list[tuple[Bound, Bound]] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if tidy and start <= tidy[-1][1]:
            if end > tidy[-1][1]:
                tidy[-1] = (tidy[-1][0], end)
        else:
            tidy.append((start, end))
    return tidy


def intersection(
    first: Sequence[tuple[Bound, Bound]], second: Sequence[tuple[Bound, Bound]]
) -> list[tuple[Bound, Bound]]:
    """Return what both of two tidy lists cover, in one pass.

    >>> intersection([(1, 5), (8, 9)], [(0, 2), (4, 9)])
    [(1, 2), (4, 5), (8, 9)]
    """
    shared: list[tuple[Bound, Bound]] = []
    here, there = 0, 0
    while here < len(first) and there < len(second):
        start = max(first[here][0], second[there][0])
        end = min(first[here][1], second[there][1])
        if start < end:
            shared.append((start, end))
        if first[here][1] < second[there][1]:
            here += 1
        else:
            there += 1
    return shared


def subtraction(
    first: Sequence[tuple[Bound, Bound]], second: Sequence[tuple[Bound, Bound]]
) -> list[tuple[Bound, Bound]]:
    """Return what the first of two tidy lists covers and the second does not, in one pass.

    >>> subtraction([(1, 5), (8, 9)], [(0, 2), (4, 6)])
    [(2, 4), (8, 9)]
    """
    left: list[tuple[Bound, Bound]] = []
    there = 0
    for start, end in first:
        cursor = start
        while there < len(second) and second[there][1] <= cursor:
            there += 1
        ahead = there
        while ahead < len(second) and second[ahead][0] < end:
            if cursor < second[ahead][0]:
                left.append((cursor, second[ahead][0]))
            cursor = max(cursor, second[ahead][1])
            ahead += 1
        if cursor < end:
            left.append((cursor, end))
    return left


def clip(intervals: Iterable[tuple[Bound, Bound]], start: Bound, end: Bound) -> list[tuple[Bound, Bound]]:
    """Return what a tidy list covers between `start` and `end`.

    >>> clip([(1, 5), (8, 9)], 4, 9)
    [(4, 5), (8, 9)]
    """
    if start >= end:
        return []
    return [(max(first, start), min(last, end)) for first, last in intervals if first < end and last > start]


def total(intervals: Iterable[tuple[Bound, Bound]]) -> Bound:
    """Return how much a tidy list covers.

    >>> total([(1, 5), (8, 9)])
    5
    """
    return sum(end - start for start, end in intervals)
