"""Which days must be counted again when statements of some days are new, and what must be read for that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

from analytics.facts.reading import EARLIEST, LATEST
from analytics.time import day_of, day_start

# Traces are kept by the day, in UTC, that they claim: their bucket. What claims no day that facts know is put
# into the first or the last.
DAY_MICROS: Final = 86_400_000_000
FIRST_BUCKET: Final = EARLIEST // DAY_MICROS - 1
LAST_BUCKET: Final = LATEST // DAY_MICROS + 1
# Statements of these may be about any time: whoever has a new one is settled from the beginning.
ANYWHERE: Final = frozenset((FIRST_BUCKET, LAST_BUCKET))
_ONE_DAY: Final = timedelta(days=1)


def bucket_of(timestamp: int) -> int:
    """Return the bucket of an instant.

    >>> bucket_of(1_767_600_000_000_000)
    20458
    """
    return min(max(timestamp // DAY_MICROS, FIRST_BUCKET), LAST_BUCKET)


class Span(NamedTuple):
    """Some touched buckets, and what follows from them. All bounds are included but `end`.

    `first_bucket` to `last_bucket` were touched; so the days `first_day` to `last_day` of every zone may differ, and
    stays that begin between `start` and `end`; for those to be right, `read_first` to `read_last` are read.
    """

    first_bucket: int
    last_bucket: int
    start: int
    end: int
    first_day: date
    last_day: date
    read_first: int
    read_last: int

    def has_instant(self, timestamp: int) -> bool:
        """Say whether a trace of this instant is in a touched bucket."""
        return self.first_bucket <= bucket_of(timestamp) <= self.last_bucket

    def has_day(self, day: date) -> bool:
        """Say whether a day is counted again."""
        return self.first_day <= day <= self.last_day


WHOLE_LIFE: Final = Span(
    FIRST_BUCKET, LAST_BUCKET, -(2**63), 2**63 - 1, date.min, date.max, FIRST_BUCKET, LAST_BUCKET
)  # fmt: skip


def spans(touched: Iterable[int], zones: Iterable[str], reach: int) -> list[Span]:
    """Return the spans of touched buckets, in order; those that would read the same are one.

    `reach` is how far, in microseconds, a statement can touch facts before and after it (`RuleBook.reach`).
    """
    places = sorted(set(zones))
    found: list[Span] = []
    for bucket in sorted(set(touched)):
        span = _span(bucket, bucket, places, reach)
        if found and span.read_first <= found[-1].read_last:
            span = _span(found.pop().first_bucket, bucket, places, reach)
        found.append(span)
    return found


def _span(first: int, last: int, zones: list[str], reach: int) -> Span:
    start, end = first * DAY_MICROS - reach, (last + 1) * DAY_MICROS + reach
    first_day = min(day_of(start, zone) for zone in zones)
    last_day = max(day_of(end - 1, zone) for zone in zones)
    read_start = min(day_start(first_day, zone) for zone in zones) - reach
    read_end = max(day_start(last_day + _ONE_DAY, zone) for zone in zones) + reach
    return Span(first, last, start, end, first_day, last_day, bucket_of(read_start), bucket_of(read_end - 1))
