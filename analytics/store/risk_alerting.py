"""Who is to be looked at: decided once a day and session, with hysteresis so that lists hold from day to day. Pure.

Nothing here writes to anybody: an alert opens a follow-up, and what becomes of that is a person's business.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from analytics.store.risk_terms import AlertTerms
from training.records.ids import EnrolmentId


class Placed(NamedTuple):
    """One scored enrolment of a session: its place, 1 for whoever is most at risk, and its probability if shown."""

    enrolment_id: EnrolmentId
    place: int
    probability: float | None


class Standing(NamedTuple):
    """An alert that is open; `outside_since` is the first day on which it was outside the share that keeps it open."""

    enrolment_id: EnrolmentId
    outside_since: date | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a day changes: who is newly to be looked at, whose alert ends, and since when others are outside."""

    opens: tuple[Placed, ...] = ()
    closes: tuple[EnrolmentId, ...] = ()
    outside: Mapping[EnrolmentId, date | None] = field(default_factory=dict)


def decide(
    placed: Sequence[Placed], standing: Iterable[Standing], on: date, terms: AlertTerms,
    silenced: Collection[EnrolmentId] = (),
) -> Decided:  # fmt: skip
    """Return what the day `on` changes in one session.

    Whoever is among the first `open_share` gets an alert; it stays open while they are among the first `keep_share`,
    and no more than that share have one at once. A day without a place is passed over: where nothing can be estimated
    nothing ends. Nobody of `silenced` gets one. A session that is too small opens none, and keeps those open.
    """
    count = len(placed)
    places = {item.enrolment_id: item.place for item in placed}
    keep = _share_of(terms.keep_share, count)
    outside: dict[EnrolmentId, date | None] = {}
    closes: list[EnrolmentId] = []
    for item in standing:
        place = places.get(item.enrolment_id)
        if place is None or place <= keep:
            outside[item.enrolment_id] = item.outside_since if place is None else None
            continue
        since = item.outside_since or on
        if (on - since).days >= terms.close_days:
            closes.append(item.enrolment_id)
        else:
            outside[item.enrolment_id] = since
    opens: tuple[Placed, ...] = ()
    if count >= terms.least_cohort:
        taken = {*outside, *closes, *silenced}
        room = max(0, keep - len(outside))
        first = sorted((item for item in placed if item.place <= _share_of(terms.open_share, count)), key=_order)
        opens = tuple(item for item in first if item.enrolment_id not in taken and _is_likely(item, terms))[:room]
    return Decided(opens, tuple(sorted(closes)), outside)


def _share_of(share: float, count: int) -> int:
    """Return how many a share of a session is: at least one."""
    return max(1, math.floor(share * count + 0.5))


def _order(item: Placed) -> tuple[int, str]:
    return item.place, item.enrolment_id


def _is_likely(item: Placed, terms: AlertTerms) -> bool:
    return item.probability is None or item.probability >= terms.least_probability
