"""The learners still enrolled at an instant, as arrays: every family of features is worked out from these.

Days are counted from the first day of the session, which is 0. Nothing known later than the instant is in any array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.risk.history import History

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Comparisons within fewer learners than this say more about one of them than about all.
COMPARED_LEAST: Final = 5
# One summary stands for about as many days of a sender who tells each.
_SUMMARY_DAYS: Final = 7


class Work(NamedTuple):
    """Days of work, an element each: whose, until which day (`first` where a summary begins), on what, how much."""

    row: Ints
    day: Ints
    first: Ints
    code: Ints
    acts: Floats
    active: Floats
    interactions: Floats
    days: Floats
    is_summary: Flags
    known: Floats


class Events(NamedTuple):
    """What was said of activities, an element each, in order of time."""

    row: Ints
    at: Floats
    day: Ints
    kind: Ints
    code: Ints
    scaled: Floats


class Halves(NamedTuple):
    """Half-days held, one element a learner and slot, in order of time; `is_missed` NaN where nobody said."""

    row: Ints
    ends_at: Floats
    is_missed: Floats
    is_justified: Flags


class Exchanges(NamedTuple):
    """Exchanges of the assistance log, an element each."""

    row: Ints
    day: Ints


class Dues(NamedTuple):
    """What the individual calendars ask, an element each."""

    row: Ints
    day: Ints
    code: Ints


class Leavers(NamedTuple):
    """Who had left by then, as far as was known, an element each: of which session, on which day of it."""

    session: Ints
    day: Ints


class Plan(NamedTuple):
    """The activities of every session, by code: in which session, its weight, the score that a pass asks.

    What no programme has any more (`is_planned` is false) weighs nothing.
    """

    session: Ints
    weight: Floats
    mastery: Floats
    is_mandatory: Flags
    is_planned: Flags


@dataclass(frozen=True)
class Cohort:
    """The rows of one table: histories of who was still enrolled, and what was known of them."""

    histories: Sequence[History]
    as_of: int
    session: Ints
    members: Sequence[Ints]
    today: Ints
    length: Ints
    work: Work
    events: Events
    halves: Halves
    asked: Exchanges
    helped: Exchanges
    dues: Dues
    leavers: Leavers
    plan: Plan
    registered: Floats
    misdated: Floats
    dated: Floats

    def __len__(self) -> int:
        return len(self.histories)

    @property
    def counted(self) -> Flags:
        """Of whom it is known how much they did up to now."""
        return self.counted_until(self.today)

    def counted_until(self, last: Ints) -> Flags:
        """Say of each row whether it is known how much was done up to a day.

        Where senders only summarise it is of those whose summaries go as far as most people's of the session do: of
        whoever was last told of before the session began, nothing is known since.
        """
        told, summed_to, usual = self._told
        return np.asarray(told & ~(summed_to < np.minimum(usual, last)))

    @cached_property
    def _told(self) -> tuple[Flags, Floats, Floats]:
        """Return by row whether anything is told of the session; to which day summaries go, and to which most do."""
        work, found = self.work, np.zeros(len(self), bool)
        latest = self.latest(work.row[work.is_summary], work.day[work.is_summary])
        summed_to, usual = np.zeros(len(self)), np.full(len(self), -np.inf)
        told = np.bincount(self.session[work.row], minlength=len(self.members)) > 0
        count = np.bincount(self.session[work.row[work.is_summary]], minlength=len(self.members))
        single = np.bincount(self.session[work.row[~work.is_summary]], minlength=len(self.members))
        for number, members in enumerate(self.members):
            found[members] = told[number]
            if count[number] > 0 and count[number] * _SUMMARY_DAYS > single[number]:
                own = latest[members]
                summed_to[members] = np.where(np.isnan(own), -np.inf, own)
                usual[members] = np.floor(np.nanmedian(own))
        return found, summed_to, usual

    def total(self, row: Ints, values: Floats | None = None) -> Floats:
        """Add values up by row; without any, count."""
        return np.bincount(row, weights=values, minlength=len(self)).astype(np.float64)

    def latest(self, row: Ints, values: NDArray[np.generic]) -> Floats:
        """Return the greatest value of each row, NaN where there is none."""
        found = np.full(len(self), -np.inf)
        np.maximum.at(found, row, values.astype(np.float64))
        return np.where(np.isfinite(found), found, np.nan)

    def rank(self, values: Floats) -> Floats:
        """Return where each row stands among those of its session, from 0 to 1, ties in the middle; NaN as it came."""
        found = np.full(len(self), np.nan)
        for members in self.members:
            own = values[members]
            known = np.isfinite(own)
            if known.sum() >= COMPARED_LEAST:
                _, place, count = np.unique(own[known], return_inverse=True, return_counts=True)
                below = np.cumsum(count) - count
                found[members[known]] = ((below + count / 2) / known.sum())[place]
        return found

    def median(self, values: Floats) -> Floats:
        """Return the median of each row's session, NaN where too few are known."""
        found = np.full(len(self), np.nan)
        for members in self.members:
            own = values[members]
            own = own[np.isfinite(own)]
            if len(own) >= COMPARED_LEAST:
                found[members] = np.median(own)
        return found

    def amount(self, values: Floats, first: Ints, last: Ints) -> Floats:
        """Add up what work shows from one day of each row to another, both included.

        Of a summary it is as much as its days that lie between. NaN for who is not counted, and for everybody of a
        session of which nothing at all is known there: that nobody did anything is less likely.
        """
        work = self.work
        low, high = first[work.row], last[work.row]
        inside = np.minimum(work.day, high) - np.maximum(work.first, low) + 1
        share = np.clip(inside / (work.day - work.first + 1), 0.0, 1.0)
        found = self.total(work.row, values * share)
        alive = np.bincount(self.session, weights=np.nan_to_num(found), minlength=len(self.members)) > 0
        return np.where(self.counted_until(last) & alive[self.session], found, np.nan)

    def per_activity(self, row: Ints, code: Ints) -> Ints:
        """Return one number for each learner and activity, by which to find what was said of it."""
        return row * max(len(self.plan.weight), 1) + code


def found_at(keys: Ints, values: Floats, wanted: Ints) -> Floats:
    """Return the value of each wanted key, NaN where it is not among `keys`, which are in order."""
    if not len(keys):
        return np.full(len(wanted), np.nan)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], np.nan)
