"""Put a history together from what is kept of an enrolment and from the records. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol
from uuid import UUID

from analytics.content.share import Spent
from analytics.facts.fact import Presence, SlotFact
from analytics.facts.roster import Course
from analytics.kept.form import Beside, Note
from analytics.risk.history import (
    Attended,
    Due,
    Earlier,
    Ending,
    Event,
    EventKind,
    Exchange,
    Exit,
    History,
    Outcome,
    Planned,
    Worked,
)
from analytics.time import day_of, day_start
from analytics.traces import Role, Trace
from training.records import ExitReason
from training.records.ids import ActivityId, PersonId

_DAY: Final = timedelta(days=1)
_ENDINGS: Final = {ExitReason.ABANDON: Ending.LEFT, ExitReason.EARLY_SUCCESS: Ending.COMPLETED}
_KINDS: Final = {
    Role.SUBMITTED: EventKind.SUBMITTED,
    Role.SCORED: EventKind.SCORED,
    Role.COMPLETED: EventKind.COMPLETED,
    Role.UNCOMPLETED: EventKind.UNCOMPLETED,
    Role.PASSED: EventKind.PASSED,
    Role.FAILED: EventKind.FAILED,
    Role.PROGRESSED: EventKind.PROGRESSED,
    Role.WAIVED: EventKind.WAIVED,
}


class Judged(Protocol):
    """What is read of a trace that says something of an activity as a whole."""

    @property
    def stored(self) -> int: ...  # noqa: D102 - the fields are those of traces
    @property
    def timestamp(self) -> int: ...  # noqa: D102 - as above
    @property
    def role(self) -> Role: ...  # noqa: D102 - as above
    @property
    def attempt(self) -> str: ...  # noqa: D102 - as above
    @property
    def scaled(self) -> float | None: ...  # noqa: D102 - as above
    @property
    def success(self) -> bool | None: ...  # noqa: D102 - as above
    @property
    def completion(self) -> bool | None: ...  # noqa: D102 - as above
    @property
    def progress(self) -> float | None: ...  # noqa: D102 - as above


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one enrolment, as much of it as a history needs. `activities` have judgements and days.

    `is_completed` says whether the programme's completion rule is met.
    """

    marks: Sequence[Trace] = ()
    slots: Sequence[SlotFact] = ()
    beside: Mapping[int, Beside] | None = None
    notes: Sequence[Note] = ()
    activities: Sequence[tuple[ActivityId, Sequence[Judged], Mapping[int, Spent]]] = ()
    is_completed: bool = False


def recollect(
    person_id: PersonId,
    course: Course,
    kept: Kept,
    plan: tuple[Planned, ...],
    exit_known: int | None,
    earlier: Iterable[Earlier],
    as_of: int,
) -> History:
    """Return the history of one enrolment from what is kept of it at `as_of`.

    `exit_known` is when its exit was put on record, None when it was not.
    """
    enrolment, session, zone = course.enrolment, course.session, course.zone
    ended, outcome = _outcome(course, exit_known, as_of, is_completed=kept.is_completed)
    registered_on, registered_known = _registered(course, kept.notes)
    contracts = enrolment.contracts
    newest = max(contracts, key=lambda contract: contract.effective_on).total_seconds if contracts else 0
    return History(
        enrolment_id=enrolment.id,
        person_id=person_id,
        session_id=session.id,
        programme_id=session.programme_id,
        zone=zone,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        entered_on=enrolment.entered_on,
        registered_on=registered_on,
        registered_known=registered_known,
        planned_seconds=newest,
        exit=ended,
        outcome=outcome,
        days=tuple(_days(kept)),
        events=tuple(
            event for activity_id, judged, _ in kept.activities for event in _events(activity_id, judged)
        ),
        slots=tuple(_slots(course, kept)),
        exchanges=tuple(
            Exchange(note.at, note.known, note.is_asking) for note in kept.notes if note.role is Role.ASSISTED
        ),
        due=tuple(_due(course)),
        plan=plan,
        earlier=tuple(earlier),
    )  # fmt: skip


def plan_of(course: Course) -> tuple[Planned, ...]:
    """Return the activities of a course's programme."""
    return tuple(
        Planned(
            activity.id,
            module.id,
            activity.estimated_seconds,
            activity.mandatory and module.mandatory,
            activity.mastery_score,
        )
        for module, activity in course.programme.activities()
    )


def earlier_of(course: Course, others: Iterable[tuple[Course, int | None, bool]], as_of: int) -> Iterator[Earlier]:
    """Yield the other enrolments of the same person that had ended: each with when its exit was known, if completed."""
    for other, exit_known, is_completed in others:
        if other.enrolment.id == course.enrolment.id:
            continue
        _, outcome = _outcome(other, exit_known, as_of, is_completed=is_completed)
        if outcome is not None:
            is_same = other.session.programme_id == course.session.programme_id
            yield Earlier(outcome.on, outcome.ending, is_same, outcome.known)


def _outcome(
    course: Course, exit_known: int | None, as_of: int, *, is_completed: bool
) -> tuple[Exit | None, Outcome | None]:
    """Return that an enrolment was left, and what became of it. Who went to the end either completed it or failed."""
    leaving, last = course.enrolment.exit, course.session.ends_on
    over = day_start(last + _DAY, course.zone)
    if leaving is not None and exit_known is not None:
        ended = Exit(leaving.on, leaving.reason, exit_known)
        known = max(exit_known, day_start(leaving.on, course.zone))
        if leaving.reason is ExitReason.COMPLETED:
            return ended, Outcome(Ending.COMPLETED if is_completed else Ending.FAILED, leaving.on, known)
        return ended, Outcome(_ENDINGS.get(leaving.reason, Ending.OTHER), leaving.on, known)
    if as_of < over:
        return None, None
    return None, Outcome(Ending.COMPLETED if is_completed else Ending.FAILED, last, over)


def _registered(course: Course, notes: Iterable[Note]) -> tuple[date | None, int]:
    """Return the day of registration and when it was known: the first contract's, else as the first statement said.

    The first that was stored: what later ones say of earlier days was not known.
    """
    signed = [contract.signed_on for contract in course.enrolment.contracts if contract.signed_on is not None]
    if signed:
        return min(signed), day_start(min(signed), course.zone)
    told = min(((note.known, note.at) for note in notes if note.role is Role.REGISTERED), default=None)
    return (None, 0) if told is None else (day_of(told[1], course.zone), told[0])


def _days(kept: Kept) -> Iterator[Worked]:
    for activity_id, _, spent in kept.activities:
        for day, item in spent.items():
            if item.acts:
                yield Worked(day, item.known, activity_id, item.acts, item.active, item.interactions)
    for day, beside in (kept.beside or {}).items():
        yield Worked(day, beside.known, None, beside.acts, beside.active, beside.interactions)
    for note in kept.notes:
        period = note.period
        if note.role is Role.SUMMARISED and period is not None and note.interactions is not None:
            days, first = period.active_days, period.first_day
            yield Worked(period.last_day, note.known, note.activity_id, 0, 0, note.interactions, days, first)


def _events(activity_id: ActivityId, judged: Sequence[Judged]) -> Iterator[Event]:
    """Yield what was said of an activity; of each attempt, that it was first heard of."""
    attempts: dict[str, Judged] = {}
    for trace in judged:
        kind = _kind(trace)
        if kind is not None:
            scaled = trace.progress if kind is EventKind.PROGRESSED else trace.scaled
            yield Event(trace.timestamp, trace.stored, kind, activity_id, scaled)
        if trace.attempt:
            known = attempts.get(trace.attempt)
            if known is None or trace.stored < known.stored:
                attempts[trace.attempt] = trace
    for trace in attempts.values():
        yield Event(trace.timestamp, trace.stored, EventKind.ATTEMPTED, activity_id)


def _kind(trace: Judged) -> EventKind | None:
    if trace.role is Role.UNCOMPLETED:
        return EventKind.UNCOMPLETED
    if trace.success is not None:
        return EventKind.PASSED if trace.success else EventKind.FAILED
    if trace.role in _KINDS:
        return _KINDS[trace.role]
    if trace.completion:
        return EventKind.COMPLETED
    if trace.role is Role.CLOSED and trace.scaled is not None:
        return EventKind.SCORED
    return None if trace.progress is None else EventKind.PROGRESSED


def _slots(course: Course, kept: Kept) -> Iterator[Attended]:
    """Yield the half-days that the learner was expected in, whether or not they had left: leaving is no feature.

    A half-day whose mark came after its end was, until then, one that nothing was known of.
    """
    marked = {mark.statement_id: mark.stored for mark in kept.marks}
    entered = course.enrolment.entered_on
    for fact in kept.slots:
        window = course.slots_by_id.get(fact.slot_id)
        is_out = fact.presence is Presence.EXCUSED_WAIVED or (entered is not None and fact.day < entered)
        if window is None or is_out or not window.slot.is_due or window.slot.cancelled is not None:
            continue
        unknown = Attended(window.end, window.end, fact.slot_id, fact.planned_seconds, 0, False, Presence.UNKNOWN)
        if not fact.statement_ids:
            yield unknown
            continue
        known = _known(fact.statement_ids, marked, kept, fact.day, window.end)
        if known > window.end:
            yield unknown
        # What is justified of a part follows from what is due, and that from leaving; the mark itself does not.
        is_justified = fact.presence is Presence.ABSENT_JUSTIFIED
        yield Attended(
            window.end, known, fact.slot_id, fact.planned_seconds, fact.credited_micros, is_justified, fact.presence
        )


def _known(ids: Iterable[UUID], marked: Mapping[UUID, int], kept: Kept, day: date, end: int) -> int:
    """Return when a half-day's mark was known; where a class's log speaks, when that day's last act was."""
    found = [marked[name] for name in ids if name in marked]
    if found:
        return max(found)
    beside = (kept.beside or {}).get(day.toordinal())
    return end if beside is None else beside.known


def _due(course: Course) -> Iterator[Due]:
    for milestone in course.enrolment.individual_calendar:
        if milestone.activity_id is not None:
            yield Due(milestone.due_on, milestone.activity_id)
        elif milestone.module_id is not None:
            module = course.programme.find_module(milestone.module_id)
            yield from (Due(milestone.due_on, item.id) for item in (() if module is None else module.activities))
