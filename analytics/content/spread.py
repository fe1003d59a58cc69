"""How a number is spread over people: kept as how many have which, so that spreads add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

Histogram = dict[int, int]


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number is spread over people: each of these is the number of somebody, never one between two.

    Attributes:
        count: How many people the number is known of.
        median: The least that half of them do not go over; None where it is known of nobody.
        p90: The least that nine tenths of them do not go over.
    """

    count: int
    median: int | None
    p90: int | None

    @classmethod
    def of(cls, counts: Mapping[int, int]) -> Self:
        """Return the spread of how many have which number.

        >>> Spread.of({1: 6, 2: 3, 7: 1})
        Spread(count=10, median=1, p90=2)
        """
        total = sum(counts.values())
        return cls(total, _at(counts, total, 50), _at(counts, total, 90))


def sum_counts(parts: Iterable[Mapping[int, int]]) -> Histogram:
    """Return how many have which number, of all together."""
    found: Histogram = {}
    for part in parts:
        for number, count in part.items():
            found[number] = found.get(number, 0) + count
    return found


def _at(counts: Mapping[int, int], total: int, percent: int) -> int | None:
    passed = 0
    for number in sorted(counts):
        passed += counts[number]
        if passed * 100 >= total * percent:
            return number
    return None
