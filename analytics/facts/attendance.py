"""What is credited in half-day slots: signed marks first, the class's log where no mark stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from analytics.facts.fact import Confidence, Presence, SlotFact
from analytics.facts.reading import Stay, stay_order
from analytics.facts.roster import Course, SlotWindow
from analytics.rules import RuleBook
from analytics.time import clip, day_of, total, union
from analytics.traces import Mark, Trace
from training.records import Modality, Slot
from training.records.ids import SlotId

_SECOND: Final = 1_000_000
_WORDS: Final = frozenset((Presence.LATE, Presence.LEFT_EARLY))


@dataclass(slots=True)
class Sheet:
    """The marks of one enrolment by slot, and what is odd about them."""

    marks: dict[SlotId, tuple[Trace, float | None]] = field(default_factory=dict)
    replaced: list[tuple[SlotId, Trace, Trace]] = field(default_factory=list)
    without_slot: list[Trace] = field(default_factory=list)


def read_sheet(course: Course, traces: Iterable[Trace]) -> Sheet:
    """Return the mark that stands for each slot of an enrolment.

    The last by its own date stands, then by statement id; that two stand side by side, none voided, is noted. A
    mark that names a half-day of several slots fills them in order of time.
    """
    sheet = Sheet()
    for trace in sorted(traces, key=lambda trace: (trace.timestamp, trace.statement_id)):
        mark = trace.mark
        if mark is None:
            continue
        windows = course.find_slots(trace.activity, mark.half_day)
        if not windows:
            sheet.without_slot.append(trace)
        seconds = mark.seconds
        for window in windows:
            before = sheet.marks.get(window.slot.id)
            if before is not None:
                sheet.replaced.append((window.slot.id, before[0], trace))
            share = None if seconds is None else min(seconds, float(window.slot.planned_seconds))
            sheet.marks[window.slot.id] = (trace, share)
            seconds = None if seconds is None else seconds - (share or 0.0)
    return sheet


def slot_facts(
    course: Course, sheet: Sheet, stays: Sequence[Stay], waived: Mapping[SlotId, bool], rules: RuleBook, as_of: int
) -> list[SlotFact]:
    """Return what is known of every slot of an enrolment's session, in order of time.

    A slot is due once it has ended, unless the provider cancelled it, it is waived, or it lies before entry or
    after exit (compliance 7, D). `stays` are the classes this enrolment joined and left.
    """
    classes = union((stay.start, stay.end) for stay in stays)
    return [_fact(course, window, sheet, classes, stays, waived, rules, as_of) for window in course.slots]


def is_within(course: Course, day: date) -> bool:
    """Say whether a day lies in the session's dates, and between entry and exit."""
    session, enrolment = course.session, course.enrolment
    if not session.starts_on <= day <= session.ends_on:
        return False
    if enrolment.entered_on is not None and day < enrolment.entered_on:
        return False
    return enrolment.exit is None or day <= enrolment.exit.on


def _fact(
    course: Course, window: SlotWindow, sheet: Sheet, classes: list[tuple[int, int]], stays: Sequence[Stay],
    waived: Mapping[SlotId, bool], rules: RuleBook, as_of: int,
) -> SlotFact:  # fmt: skip
    slot = window.slot
    law = rules.on(slot.held_on)
    is_due = window.end <= as_of and slot.is_due and not waived.get(slot.id) and _is_between(course, slot.held_on)
    logged = total(clip(classes, window.start, window.end))
    credited, justified = 0, 0
    confidence: Confidence | None = None
    ids: tuple[UUID, ...] = ()
    marked = sheet.marks.get(slot.id)
    may_credit = slot.cancelled is None and (law.credits_outside_contract or is_within(course, slot.held_on))
    if marked is not None:
        credited, justified = _marked(slot, marked)
        ids = (marked[0].statement_id,)
        mark = marked[0].mark
        confidence = Confidence.DECLARED if mark is None else _confidence(mark)
    elif logged and slot.mode is Modality.SYNC_REMOTE and law.credits_class_log:
        credited, confidence = logged, Confidence.MEASURED
        ids = _log_ids(stays, window)
    presence = _presence(window, marked, credited, is_waived=bool(waived.get(slot.id)), as_of=as_of)
    if not may_credit:
        credited = 0
    return SlotFact(
        enrolment_id=course.enrolment.id,
        slot_id=slot.id,
        day=slot.held_on,
        modality=slot.mode,
        planned_seconds=slot.planned_seconds,
        presence=presence,
        is_due=is_due,
        credited_micros=credited,
        justified_micros=justified if is_due else 0,
        logged_micros=logged,
        confidence=confidence if credited else None,
        statement_ids=ids,
    )


def _confidence(mark: Mark) -> Confidence:
    """Say how a mark is known: a signature, the log of badge readers, or somebody's word."""
    if mark.is_signed:
        return Confidence.SIGNED
    return Confidence.MEASURED if mark.is_measured else Confidence.DECLARED


def _is_between(course: Course, day: date) -> bool:
    enrolment = course.enrolment
    if enrolment.entered_on is not None and day < enrolment.entered_on:
        return False
    return enrolment.exit is None or day <= enrolment.exit.on


def _marked(slot: Slot, marked: tuple[Trace, float | None]) -> tuple[int, int]:
    """Return what a mark credits and what of the rest it justifies; its seconds are cut at the slot already."""
    trace, seconds = marked
    mark = trace.mark
    if mark is None:
        return 0, 0
    planned = slot.planned_seconds * _SECOND
    present = planned if seconds is None else round(seconds * _SECOND)
    credited = present if mark.is_present else 0
    return credited, planned - credited if mark.is_justified else 0


def _presence(
    window: SlotWindow, marked: tuple[Trace, float | None] | None, credited: int, *, is_waived: bool, as_of: int
) -> Presence:
    if window.slot.cancelled is not None:
        return Presence.CANCELLED
    if marked is None and is_waived:
        return Presence.EXCUSED_WAIVED
    planned = window.slot.planned_seconds * _SECOND
    if marked is not None and marked[0].mark is not None:
        return _marked_presence(marked[0].mark, credited, planned)
    if credited:
        return Presence.PRESENT if credited >= planned else Presence.PARTIAL
    return Presence.UNKNOWN if window.end <= as_of else Presence.UPCOMING


def _marked_presence(mark: Mark, credited: int, planned: int) -> Presence:
    if not mark.is_present:
        return Presence.ABSENT_JUSTIFIED if mark.is_justified else Presence.ABSENT_UNJUSTIFIED
    if mark.status in _WORDS:
        return Presence(mark.status)
    return Presence.PRESENT if credited >= planned else Presence.PARTIAL


def _log_ids(stays: Sequence[Stay], window: SlotWindow) -> tuple[UUID, ...]:
    inside = [stay for stay in stays if stay.start < window.end and stay.end > window.start]
    return tuple(
        statement_id for stay in sorted(inside, key=stay_order) for statement_id in (stay.first_id, stay.last_id)
    )


def waived_slots(course: Course, as_of: int) -> dict[SlotId, bool]:
    """Return the slots that this person need not attend: waived themselves, or in a waived module."""
    today = day_of(as_of, course.zone)
    live = [waiver for waiver in course.enrolment.waived if waiver.decided_on is None or waiver.decided_on <= today]
    modules = {waiver.module_id for waiver in live if waiver.module_id is not None}
    slots = {waiver.slot_id for waiver in live if waiver.slot_id is not None}
    return {
        window.slot.id: True
        for window in course.slots
        if window.slot.id in slots or (window.slot.module_id is not None and window.slot.module_id in modules)
    }
