"""Anomalies of a person's time: two places at once, sittings too long, silence, wrong clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

from analytics.anomalies.anomaly import Anomaly, AnomalyKind
from analytics.facts.reading import Reading, Stay, stay_order
from analytics.facts.roster import HOME_ZONE
from analytics.rules import RuleBook
from analytics.time import Interval, day_of
from analytics.traces import Trace

_SECOND: Final = 1_000_000


def parallel_stays(stays: Iterable[Stay], rules: RuleBook) -> Iterator[Anomaly]:
    """Yield each pair of stays that overlap for longer than clocks differ.

    Compared are classes and signed presences with each other, and contents with each other where both are activities
    of a programme: whoever does an exercise during a class is not in two places, and a content inside an LMS's own
    page is not two.
    """
    ordered = sorted(stays, key=stay_order)
    for is_class in (True, False):
        group = [stay for stay in ordered if stay.is_class is is_class]
        group = group if is_class else [stay for stay in group if stay.row.activity_id is not None]
        running: list[Stay] = []
        for stay in group:
            running = [other for other in running if other.end > stay.start]
            for other in running:
                if _is_elsewhere(other, stay):
                    yield from _overlap(other, stay, rules)
            running.append(stay)


def long_runs(runs: Sequence[Interval], reading: Reading, rules: RuleBook) -> Iterator[Anomaly]:
    """Yield each unbroken connection that goes over the limit, on the day on which it does."""
    for start, end in runs:
        law = rules.at(start)
        limit = law.long_sitting_seconds * _SECOND
        if end - start <= limit:
            continue
        inside = [trace for trace in reading.traces if start <= trace.timestamp <= start + limit]
        yield Anomaly(
            kind=AnomalyKind.LONG_SITTING,
            day=day_of(start + limit, HOME_ZONE),
            observed_seconds=min(end - start, law.longest_stretch_seconds * _SECOND) / _SECOND,
            limit_seconds=law.long_sitting_seconds,
            statement_ids=_ends(inside),
            rules_version=law.version,
        )


def silent_stretches(reading: Reading, connected: Sequence[Interval], rules: RuleBook) -> Iterator[Anomaly]:
    """Yield each stretch between two acts in which something stayed open, and nothing happened for too long.

    Classes are left out: whoever listens is silent.
    """
    within = iter(connected)
    current = next(within, None)
    for first, second, act in zip(reading.traces, reading.traces[1:], reading.acts, strict=False):
        law = rules.at(first.timestamp)
        limit = law.silent_stretch_seconds * _SECOND
        if second.timestamp - first.timestamp <= limit or act.busy_until >= second.timestamp:
            continue
        while current is not None and current[1] < second.timestamp:
            current = next(within, None)
        if current is None or current[0] > first.timestamp or _in_class(reading.stays, first, second):
            continue
        row = reading.rows[act.place]
        yield Anomaly(
            kind=AnomalyKind.SILENT_STRETCH,
            day=day_of(second.timestamp, row.zone),
            enrolment_id=row.enrolment_id,
            activity_id=row.activity_id,
            observed_seconds=(second.timestamp - first.timestamp) / _SECOND,
            limit_seconds=law.silent_stretch_seconds,
            statement_ids=(first.statement_id, second.statement_id),
            rules_version=law.version,
        )


def wrong_clocks(traces: Iterable[Trace], rules: RuleBook) -> Iterator[Anomaly]:
    """Yield each act that claims to have happened after it was stored."""
    for trace in traces:
        law = rules.at(trace.stored)
        ahead = trace.timestamp - trace.stored
        if trace.is_act and ahead > law.clock_tolerance_seconds * _SECOND:
            yield Anomaly(
                kind=AnomalyKind.WRONG_CLOCK,
                day=day_of(trace.stored, HOME_ZONE),
                observed_seconds=ahead / _SECOND,
                limit_seconds=law.clock_tolerance_seconds,
                statement_ids=(trace.statement_id,),
                rules_version=law.version,
            )


def _is_elsewhere(one: Stay, other: Stay) -> bool:
    if one.is_class and one.row.slot_id is not None and one.row == other.row:
        # The same class joined from two devices.
        return False
    return one.row != other.row or (one.is_class and one.activity != other.activity)


def _overlap(one: Stay, other: Stay, rules: RuleBook) -> Iterator[Anomaly]:
    law = rules.at(other.start)
    shared = min(one.end, other.end) - other.start
    if shared <= law.parallel_tolerance_seconds * _SECOND:
        return
    yield Anomaly(
        kind=AnomalyKind.PARALLEL_PRESENCE,
        day=day_of(other.start, other.row.zone),
        enrolment_id=other.row.enrolment_id,
        activity_id=other.row.activity_id,
        slot_id=other.row.slot_id,
        observed_seconds=shared / _SECOND,
        limit_seconds=law.parallel_tolerance_seconds,
        statement_ids=tuple(dict.fromkeys((one.first_id, one.last_id, other.first_id, other.last_id))),
        rules_version=law.version,
    )


def _in_class(stays: Iterable[Stay], first: Trace, second: Trace) -> bool:
    return any(stay.is_class and stay.start <= first.timestamp and stay.end >= second.timestamp for stay in stays)


def _ends(traces: Sequence[Trace]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(trace.statement_id for trace in (*traces[:1], *traces[-1:])))
