"""Which statements decide what a document prints: those are included, and no others.

A funder who is owed the hours is not owed the reasons of absences, nor what was clicked. What is included must give the
same document by itself: whoever issues fills it in twice, from all there is and from what is included, and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from enum import IntEnum
from typing import Final
from uuid import UUID

from analytics.derivation import window
from analytics.facts import SlotFact, Standing
from analytics.facts.credit import mandatory_activities
from analytics.traces import Role, Trace
from evidence.bundle.case import Case
from evidence.bundle.contents.attendance import prints_evaluations
from evidence.bundle.contents.evaluations import evaluated
from evidence.content import DocumentType, Period
from training.records.ids import ActivityId

_SECOND: Final = 1_000_000
_SCORES: Final = frozenset((Role.COMPLETED, Role.PASSED, Role.FAILED, Role.SCORED, Role.CLOSED))


class Reach(IntEnum):
    """How much is included: what decides; every mark and verdict of the enrolment, where marks cover each other."""

    DECIDING = 0
    EVERY_MARK = 1


def deciding(case: Case, reach: Reach = Reach.DECIDING) -> frozenset[UUID]:
    """Return the statements that decide what a document prints, countersignatures of sheets aside."""
    if case.type is DocumentType.EMARG:
        return frozenset(item for enrolment in case.enrolments for item in _ids(case.slots_of(enrolment)))
    if reach is Reach.EVERY_MARK:
        return frozenset(_every_mark(case))
    return frozenset(_of_enrolment(case))


def _of_enrolment(case: Case) -> Iterator[UUID]:
    match case.type:
        case DocumentType.ATTENT:
            yield from _entry(case)
        case DocumentType.RELCOMP:
            yield from _judging(case, _evaluated(case))
        case DocumentType.RELCO:
            yield from _measured(case)
        case DocumentType.ATTASS:
            yield from _ids(case.slots)
            yield from _covered(case)
            yield from _credits(case)
            if prints_evaluations(case):
                yield from _judging(case, _evaluated(case))
        case DocumentType.ATTFIN:
            yield from _hours(case)
            rule = case.records.completion_rule_of(case.programme)
            asked = {activity.id for activity in mandatory_activities(case.course, rule)}
            yield from _judging(case, asked | _evaluated(case))
        case DocumentType.CERTINT:
            yield from _hours(_up_to_period(case))
        case _:
            yield from _hours(case)


def _hours(case: Case) -> Iterator[UUID]:
    """Yield what credits hours: a mark of absence credits none, and its reason is nobody's business here."""
    yield from _ids(fact for fact in case.slots if fact.credited_micros)
    yield from _credits(case)


def _credits(case: Case) -> Iterator[UUID]:
    for item in case.credits:
        yield from _history(case.standings[item.activity_id])


def _entry(case: Case) -> Iterator[UUID]:
    """Yield what the first credited day was credited by, where no entry was accepted."""
    first = case.facts.entered_at
    if case.enrolment.entered_on is not None or first is None:
        return
    yield from _ids(fact for fact in case.slots if fact.credited_micros and fact.day == first)
    for item in case.credits:
        if item.day == first:
            yield from _history(case.standings[item.activity_id])


def _measured(case: Case) -> Iterator[UUID]:
    """Yield everything that the person did around the period: each instant is spent in one place only."""
    yield from _ids(case.slots)
    yield from _judging(case, {activity.id for _, activity in case.programme.activities()})
    first, last = _days(case)
    for trace in _own(case):
        if first <= trace.timestamp < last:
            yield trace.statement_id


def _days(case: Case) -> tuple[int, int]:
    """Return between which instants statements can touch the times of the period; of all of it, all of them."""
    if case.period is None:
        return -(2**63), 2**63
    zone = case.session.time_zone
    return window(case.period.first, zone, case.rules)[0], window(case.period.last, zone, case.rules)[1]


def _judging(case: Case, wanted: set[ActivityId]) -> Iterator[UUID]:
    """Yield what judges some activities: verdicts, scores, and one statement of each attempt."""
    attempts: set[tuple[ActivityId, str]] = set()
    for trace in sorted(_own(case), key=lambda item: (item.timestamp, item.statement_id)):
        is_verdict = trace.success is not None or trace.completion is not None or trace.role is Role.WAIVED
        is_score = trace.scaled is not None and trace.role in _SCORES
        if not (is_verdict or is_score or trace.attempt) or trace.mark is not None:
            continue
        activity_id = _judges(case, trace)
        if activity_id not in wanted or activity_id is None:
            continue
        if is_verdict or is_score or (activity_id, trace.attempt) not in attempts:
            yield trace.statement_id
        attempts.add((activity_id, trace.attempt))


def _judges(case: Case, trace: Trace) -> ActivityId | None:
    """Return the activity of this enrolment that a trace's verdict is on."""
    margin = case.rules.at(trace.timestamp).class_margin_seconds * _SECOND if trace.is_classroom else 0
    spot = case.roster.spot(case.person_of(case.enrolment), trace, margin)
    return spot.row.activity_id if spot.is_direct and spot.row.enrolment_id == case.enrolment.id else None


def _every_mark(case: Case) -> Iterator[UUID]:
    yield from _of_enrolment(case)
    yield from _ids(case.slots)
    for trace in _own(case):
        if trace.mark is not None:
            yield trace.statement_id
    yield from _judging(case, {activity.id for _, activity in case.programme.activities()})


def _covered(case: Case) -> Iterator[UUID]:
    """Yield the enrolment's marks, those too that a later one covers without voiding them.

    Of a half-day that was missed nothing is printed that is not printed of one of which nothing is known: were the mark
    of absence somebody else's, only the one that it covers would show.
    """
    registration = case.enrolment.registration
    for trace in _own(case):
        if trace.mark is not None and trace.registration in (None, registration):
            yield trace.statement_id


def _up_to_period(case: Case) -> Case:
    """Return the case over everything up to the end of its period: the certificate adds it up."""
    return case if case.period is None else replace(case, period=Period(first=date.min, last=case.period.last))


def _own(case: Case) -> Iterable[Trace]:
    return case.traces.get(case.person_of(case.enrolment), ())


def _evaluated(case: Case) -> set[ActivityId]:
    return {activity.id for _, activity, _ in evaluated(case)}


def _history(standing: Standing) -> Iterator[UUID]:
    yield from (change.statement_id for change in standing.history)
    yield from standing.proof_ids


def _ids(slots: Iterable[SlotFact]) -> Iterator[UUID]:
    for fact in slots:
        yield from fact.statement_ids
