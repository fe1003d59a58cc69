"""One span of a person's life as it was read: rows, marks, classes, judgements, and what is odd about the time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from analytics.anomalies.anomaly import Anomaly
from analytics.anomalies.time import long_runs, parallel_stays, silent_stretches, wrong_clocks
from analytics.derivation import ASIDE, Measure
from analytics.facts.fact import Presence, SlotFact
from analytics.facts.reading import Stay
from analytics.facts.roster import HOME_ZONE, Course
from analytics.kept.form import Note
from analytics.kept.shelf import ActivityPlace
from analytics.kept.span import DAY_MICROS, Span, bucket_of
from analytics.rules import RuleBook
from analytics.time import day_of
from analytics.time.timeline import runs
from analytics.traces import Role, Trace
from training.records.ids import ActivityId, EnrolmentId

# What of an enrolment is noted beside its days.
NOTED: Final = (*ASIDE, Role.REGISTERED)


class Stretch:
    """The traces that a span depends on, measured; and of the span itself, what goes into enrolments."""

    def __init__(self, span: Span, traces: Sequence[Trace], measure: Measure) -> None:
        self.span = span
        self.traces = traces
        self.measure = measure
        self.marks: defaultdict[EnrolmentId, list[Trace]] = defaultdict(list)
        self.direct: defaultdict[ActivityPlace, list[Trace]] = defaultdict(list)
        self.answers: defaultdict[ActivityPlace, list[Trace]] = defaultdict(list)
        self.classes: defaultdict[EnrolmentId, list[Stay]] = defaultdict(list)
        self.notes: defaultdict[EnrolmentId, list[Note]] = defaultdict(list)
        for trace, spot in zip(traces, measure.spots, strict=True):
            row = spot.row
            if row.enrolment_id is None or not span.has_instant(trace.timestamp):
                continue
            if trace.role in NOTED:
                self.notes[row.enrolment_id].append(_note(trace, row.activity_id))
            if trace.mark is not None:
                self.marks[row.enrolment_id].append(trace)
            elif spot.is_direct and row.activity_id is not None and trace.role not in ASIDE:
                self.direct[row.enrolment_id, row.activity_id].append(trace)
            if trace.answer is not None and row.activity_id is not None:
                self.answers[row.enrolment_id, row.activity_id].append(trace)
        for stay in measure.reading.stays:
            name = stay.row.enrolment_id
            if stay.is_class and name is not None and span.start <= stay.start < span.end:
                self.classes[name].append(stay)

    @property
    def enrolment_ids(self) -> set[EnrolmentId]:
        """The enrolments that anything of the span belongs to."""
        rows = {row.enrolment_id for row, day in self.measure.tallies.found if self.span.has_day(day)}
        held = self.marks.keys() | self.classes.keys() | self.notes.keys()
        return {name for name in rows if name is not None} | held

    def meets(self, course: Course) -> bool:
        """Say whether a course has a slot in what was read."""
        start, end = self.span.read_first * DAY_MICROS, (self.span.read_last + 1) * DAY_MICROS
        return any(window.start < end and window.end > start for window in course.slots)


def _note(trace: Trace, activity_id: ActivityId | None) -> Note:
    return Note(
        trace.timestamp, trace.stored, trace.role, activity_id, trace.period, trace.interactions, trace.is_asking
    )  # fmt: skip


def presences(course: Course, slots: Iterable[SlotFact]) -> Iterator[Stay]:
    """Yield the slots that a person was marked present in from beginning to end, as stays."""
    for fact in slots:
        if fact.presence is not Presence.PRESENT or len(fact.statement_ids) != 1:
            continue
        window = course.slots_by_id[fact.slot_id]
        mark = fact.statement_ids[0]
        row = course.slot_row(window.slot)
        yield Stay(window.start, window.end, row, str(fact.slot_id), is_class=True, first_id=mark, last_id=mark)


def time_anomalies(
    stretch: Stretch, beside: Iterable[Stay], rules: RuleBook
) -> dict[date, tuple[list[Anomaly], list[Anomaly]]]:
    """Return what is odd about each day of a span: its anomalies, and the wrong clocks among what claims that day.

    `beside` are signed presences. A wrong clock is on the day it was stored, and is found by the day that it claims.
    """
    reading, timeline, span = stretch.measure.reading, stretch.measure.timeline, stretch.span
    found: dict[date, tuple[list[Anomaly], list[Anomaly]]] = {}
    for anomaly in (
        *parallel_stays([*reading.stays, *beside], rules),
        *long_runs(runs(timeline), reading, rules),
        *silent_stretches(reading, timeline.connected, rules),
    ):
        if span.has_day(anomaly.day):
            found.setdefault(anomaly.day, ([], []))[0].append(anomaly)
    for trace in stretch.traces:
        for anomaly in wrong_clocks((trace,), rules):
            claimed = day_of(bucket_of(trace.timestamp) * DAY_MICROS, HOME_ZONE)
            if span.has_day(claimed):
                found.setdefault(claimed, ([], []))[1].append(anomaly)
    return found
