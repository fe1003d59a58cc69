"""Settle one person: count again what new statements, changed records or time alone have touched, and nothing else.

1. Read the traces around the touched days, and measure them as `derive` does.
2. Replace what was kept of those days: rows, marks, classes, judgements.
3. Work out slots, standings and credit of the enrolments concerned; their parts of days elsewhere may change with them.
4. Put the days together, then the sums, the rates, and what follows from whole enrolments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from analytics.content.question import Answered
from analytics.content.share import Spent
from analytics.derivation import live_traces, measure, own_traces
from analytics.facts.roster import Roster
from analytics.kept.form import KeptActivity, KeptDay, KeptEnrolment, KeptRow, Place
from analytics.kept.judgement import judgement_of
from analytics.kept.outlook import spans_of
from analytics.kept.reckoning import Reckoning, SettledEnrolment, reckon, retell, settle_activity
from analytics.kept.rows import PartKey, timed_row, with_part
from analytics.kept.shelf import ActivityPlace, Shelf
from analytics.kept.span import ANYWHERE, WHOLE_LIFE, Span, bucket_of
from analytics.kept.stretch import NOTED, Stretch, presences, time_anomalies
from analytics.rules import RuleBook
from analytics.traces import Answer, Trace
from training.records.ids import EnrolmentId, PersonId


@dataclass
class Settled:
    """What is to be kept of a person from now on; what is not named stays as it is.

    With `is_whole`, nothing else stays. `strays` are registrations of theirs that belong to no enrolment of theirs.
    """

    is_whole: bool = False
    days: dict[date, KeptDay] = field(default_factory=dict)
    activities: dict[ActivityPlace, KeptActivity] = field(default_factory=dict)
    enrolments: dict[EnrolmentId, SettledEnrolment] = field(default_factory=dict)
    strays: set[UUID] = field(default_factory=set)


def settle(
    person_id: PersonId,
    touched: Collection[int] | None,
    due: Collection[EnrolmentId],
    shelf: Shelf,
    roster: Roster,
    rules: RuleBook,
    as_of: int,
) -> Settled:
    """Return what is to be kept of a person (a survivor of merges) at `as_of`.

    `touched` are the buckets with statements that are new or gone, None when everything may differ. `due` are
    enrolments that time has changed. `as_of` never goes back.
    """
    buckets = None if touched is None else set(touched)
    while buckets is not None and not buckets & ANYWHERE:
        settling = _Settling(person_id, roster, rules, as_of, shelf)
        settling.run(settling.spans(buckets), due)
        if settling.more <= buckets:
            return settling.settled
        # A mark of today may be for a half-day of last week, which other presences overlap.
        buckets |= settling.more
    settling = _Settling(person_id, roster, rules, as_of, shelf.traces_only())
    settling.run([WHOLE_LIFE], due)
    return settling.settled


class _Settling:
    """One run: what is known, and the steps."""

    def __init__(self, person_id: PersonId, roster: Roster, rules: RuleBook, as_of: int, shelf: Shelf) -> None:
        self._person = person_id
        self._roster = roster
        self._rules = rules
        self._as_of = as_of
        self._shelf = shelf
        self._courses = {course.enrolment.id: course for course in roster.courses_of(person_id)}
        self._spans: list[Span] = []
        self._before: dict[date, KeptDay] = {}
        self._states: dict[EnrolmentId, KeptEnrolment] = {}
        self._reckonings: dict[EnrolmentId, Reckoning] = {}
        self._timed: defaultdict[date, dict[Place, KeptRow]] = defaultdict(dict)
        self._judged: set[ActivityPlace] = set()
        self._marked: set[EnrolmentId] = set()
        self.settled = Settled()
        self.more: set[int] = set()

    def spans(self, touched: Iterable[int]) -> list[Span]:
        """Return what must be counted again."""
        return spans_of(touched, self._courses.values(), self._rules)

    def run(self, spans_: list[Span], due: Collection[EnrolmentId]) -> None:
        """Take the steps."""
        self._spans = spans_
        self.settled.is_whole = WHOLE_LIFE in spans_
        stretches = [self._read(span) for span in spans_]
        for span in spans_:
            self._before.update(self._shelf.days_between(span.first_day, span.last_day))
        self._load_enrolments(stretches, due)
        for stretch in stretches:
            self._replace(stretch)
            self._time_rows(stretch)
        self._settle_activities(stretches)
        changed = self._changed_parts()
        self._note_presences()
        self._build_days(stretches, changed)
        self._finish_activities()
        self._finish_enrolments(due)

    def _read(self, span: Span) -> Stretch:
        """1. Read and measure the traces that a span depends on."""
        traces = self._shelf.traces(span.read_first, span.read_last)
        # A mark or a note makes no row of a day: where one was voided, only its trace says whose it was.
        marks = [
            trace
            for trace in traces
            if (trace.mark is not None or trace.role in NOTED) and span.has_instant(trace.timestamp)
        ]
        for mark in own_traces(self._person, marks, self._roster.records):
            name = self._roster.spot(self._person, mark, 0).row.enrolment_id
            self._marked.update(() if name is None else (name,))
        own = own_traces(self._person, live_traces(traces, self._as_of), self._roster.records)
        stretch = Stretch(span, own, measure(self._person, own, self._roster, self._rules))
        registrations = {course.enrolment.registration for course in self._courses.values()}
        self.settled.strays.update(
            trace.registration for trace in own if trace.registration and trace.registration not in registrations
        )
        return stretch

    def _load_enrolments(self, stretches: Iterable[Stretch], due: Iterable[EnrolmentId]) -> None:
        """Load the enrolments that may change, and those whose presences stand beside what may."""
        wanted = self._marked.union(due)
        for day in self._before.values():
            wanted.update(row.place.enrolment_id for row in day.rows if row.place.enrolment_id is not None)
        for stretch in stretches:
            wanted.update(stretch.enrolment_ids)
            wanted.update(
                name for name, course in self._courses.items() if self.settled.is_whole or stretch.meets(course)
            )
        wanted &= self._courses.keys()
        found = self._shelf.enrolments(sorted(wanted))
        for name in wanted:
            fresh = KeptEnrolment(name, self._courses[name].session.id)
            self._states[name] = found.get(name, fresh)
            self._reckonings[name] = Reckoning(self._courses[name], self._states[name])

    def _replace(self, stretch: Stretch) -> None:
        """2. Replace marks, classes and judgements of the touched buckets."""
        span = stretch.span
        for name, reckoning in self._reckonings.items():
            reckoning.marks = [mark for mark in reckoning.marks if not span.has_instant(mark.timestamp)]
            reckoning.marks.extend(stretch.marks.get(name, ()))
            reckoning.stays = [stay for stay in reckoning.stays if not span.start <= stay.start < span.end]
            reckoning.stays.extend(stretch.classes.get(name, ()))
            reckoning.notes = [note for note in reckoning.notes if not span.has_instant(note.at)]
            reckoning.notes.extend(stretch.notes.get(name, ()))

    def _settle_activities(self, stretches: list[Stretch]) -> None:
        """3. Work out slots, then the standings that were touched or waived."""
        for reckoning in self._reckonings.values():
            reckon(reckoning, self._rules, self._as_of)
        wanted = self._retimed()
        for name, reckoning in self._reckonings.items():
            wanted |= {(name, activity_id) for activity_id in reckoning.newly_waived()}
        wanted = {place for place in wanted if place[0] in self._reckonings}
        found = self._shelf.activities(sorted(wanted))
        for place in wanted:
            reckoning = self._reckonings[place[0]]
            kept = found.get(place) or KeptActivity(*place, reckoning.course.session.id)
            fresh = KeptActivity(
                *place,
                reckoning.course.session.id,
                judged=[trace for trace in kept.judged if not self._is_touched(bucket_of(trace.timestamp))],
                direct=[bucket for bucket in kept.direct if not self._is_touched(bucket)],
                spent=dict(kept.spent),
                answers=[answered for answered in kept.answers if not self._is_touched(bucket_of(answered.at))],
            )
            for stretch in stretches:
                _add_judged(fresh, stretch.direct.get(place, ()))
                fresh.answers.extend(_answered(trace) for trace in stretch.answers.get(place, ()))
            rule = self._roster.records.completion_rule_of(reckoning.course.programme)
            settle_activity(reckoning, fresh, rule)
            self.settled.activities[place] = fresh

    def _retimed(self) -> set[ActivityPlace]:
        """Return the activities of which any day shows other statements, or another time, than it did."""
        found: set[ActivityPlace] = set()
        for day in self._before.keys() | self._timed.keys():
            kept = self._before.get(day)
            before = {row.place: row for row in kept.rows} if kept is not None else {}
            after = self._timed.get(day, {})
            for place in before.keys() | after.keys():
                activity = _activity_of(place)
                if activity is not None and not _is_same_time(before.get(place), after.get(place)):
                    found.add(activity)
        if self.settled.is_whole:
            # Statements that claim to be of no day that facts know make no row, and judge all the same.
            found.update(self._judged)
        return found

    def _is_touched(self, bucket: int) -> bool:
        return any(span.first_bucket <= bucket <= span.last_bucket for span in self._spans)

    def _changed_parts(self) -> dict[PartKey, EnrolmentId]:
        """Return the rows whose part of slots and proofs differs from what was kept."""
        return {
            key: name
            for name, reckoning in self._reckonings.items()
            for key in reckoning.part_changes(self._rules, self._as_of)
        }

    def _note_presences(self) -> None:
        """Note the slots whose signed presence came or went: two presences at once are looked for around them."""
        for reckoning in self._reckonings.values():
            if reckoning.slots is reckoning.kept.slots:
                continue
            before = {stay.activity: stay for stay in presences(reckoning.course, reckoning.kept.slots)}
            after = {stay.activity: stay for stay in presences(reckoning.course, reckoning.slots)}
            for name in before.keys() | after.keys():
                if before.get(name) != after.get(name):
                    stay = after.get(name) or before[name]
                    self.more.update(range(bucket_of(stay.start), bucket_of(stay.end - 1) + 1))

    def _build_days(self, stretches: Iterable[Stretch], changed: Mapping[PartKey, EnrolmentId]) -> None:
        """4. Put together the days of the spans, then those elsewhere whose parts changed."""
        for stretch in stretches:
            self._build_span(stretch)
        elsewhere = {key: name for key, name in changed.items() if not self._is_counted(key[1])}
        found = self._shelf.days_on(sorted({day for _, day in elsewhere}))
        for (place, day), name in elsewhere.items():
            if day not in self._before:
                self._before[day] = found.get(day) or KeptDay(day)
            kept = self.settled.days.get(day)
            if kept is None:
                old = self._before[day]
                kept = self.settled.days[day] = KeptDay(day, list(old.rows), old.anomalies, old.clocks)
            reckoning = self._reckonings[name]
            row = next((row for row in kept.rows if row.place == place), None)
            fresh = with_part(row, (place, day), reckoning.parts.get((place, day)), reckoning.course, self._rules)
            kept.rows = [row for row in kept.rows if row.place != place]
            if not fresh.is_empty:
                kept.rows.append(fresh)
        for built in self.settled.days.values():
            built.rows.sort(key=_order)
            built.outside = retell(self._person, built, self._courses, self._rules)

    def _is_counted(self, day: date) -> bool:
        return any(span.has_day(day) for span in self._spans)

    def _build_span(self, stretch: Stretch) -> None:
        """Build the days of a span, those too of which nothing is left."""
        span = stretch.span
        days = {day: KeptDay(day) for day in self._before if span.has_day(day)}
        for day, rows in self._rows(stretch).items():
            days.setdefault(day, KeptDay(day)).rows = list(rows.values())
        beside = [stay for item in self._reckonings.values() for stay in presences(item.course, item.slots)]
        for day, (anomalies, clocks) in time_anomalies(stretch, beside, self._rules).items():
            kept = days.setdefault(day, KeptDay(day))
            kept.anomalies, kept.clocks = anomalies, clocks
        self.settled.days.update(days)

    def _time_rows(self, stretch: Stretch) -> None:
        """Note the rows of a span's days as statements alone show them."""
        for (row, day), tally in stretch.measure.tallies.found.items():
            if stretch.span.has_day(day):
                course = None if row.enrolment_id is None else self._courses[row.enrolment_id]
                kept = timed_row(row, day, tally, course, self._rules)
                self._timed[day][kept.place] = kept
        self._judged.update(stretch.direct, stretch.answers)

    def _rows(self, stretch: Stretch) -> dict[date, dict[Place, KeptRow]]:
        """Return the rows of a span's days, with their parts."""
        span = stretch.span
        timed = {day: dict(rows) for day, rows in self._timed.items() if span.has_day(day)}
        days: defaultdict[date, dict[Place, KeptRow]] = defaultdict(dict, timed)
        for reckoning in self._reckonings.values():
            for (place, day), part in reckoning.parts.items():
                if stretch.span.has_day(day):
                    row_ = days[day].get(place)
                    days[day][place] = with_part(row_, (place, day), part, reckoning.course, self._rules)
        return days

    def _finish_activities(self) -> None:
        """Note the time spent on each touched activity by day, and whether it is likely."""
        spent: dict[ActivityPlace, dict[int, Spent]] = {}
        for day, kept in self.settled.days.items():
            if not self._is_counted(day):
                continue
            for row in kept.rows:
                place = _activity_of(row.place)
                if place is not None and (row.connected or row.seen):
                    found = Spent(
                        row.connected, len(row.seen), row.active, row.last_at, row.known, row.acts, row.interactions
                    )  # fmt: skip
                    spent.setdefault(place, {})[day.toordinal()] = found
        for place, activity in self.settled.activities.items():
            outside = {
                day: amount for day, amount in activity.spent.items() if not self._is_counted(date.fromordinal(day))
            }
            activity.spent = outside | spent.get(place, {})
            reckoning = self._reckonings[place[0]]
            reckoning.judge_work(activity, self._rules)
            reckoning.note_share(activity)

    def _finish_enrolments(self, due: Collection[EnrolmentId]) -> None:
        """Add up what changed, and say what follows for whole enrolments."""
        for name, reckoning in self._reckonings.items():
            sums = reckoning.kept.sums
            for day, kept in self.settled.days.items():
                before = self._before.get(day)
                if before is not None:
                    sums = sums.with_rows((row for row in before.rows if row.place.enrolment_id == name), -1)
                after = [row for row in kept.rows if row.place.enrolment_id == name]
                sums = sums.with_rows(after)
                reckoning.note_day(day, after)
            rule = self._roster.records.completion_rule_of(reckoning.course.programme)
            found = reckoning.finish(self._person, sums, rule, self._rules, self._as_of)
            if self.settled.is_whole or name in due or not reckoning.is_kept(found.kept):
                self.settled.enrolments[name] = found


def _activity_of(place: Place) -> ActivityPlace | None:
    if place.enrolment_id is None or place.activity_id is None:
        return None
    return place.enrolment_id, place.activity_id


def _is_same_time(before: KeptRow | None, after: KeptRow | None) -> bool:
    """Say whether two rows show the same time from the same statements; a row of a part alone shows none."""
    shown = [
        (row.connected, row.active, row.last_at, row.seen, row.known) if row is not None else (0, 0, None, (), 0)
        for row in (before, after)
    ]
    return shown[0] == shown[1]


def _add_judged(activity: KeptActivity, traces: Iterable[Trace]) -> None:
    for trace in traces:
        bucket = bucket_of(trace.timestamp)
        if bucket not in activity.direct:
            activity.direct.append(bucket)
        judgement = judgement_of(trace)
        if judgement is not None:
            activity.judged.append(judgement)


def _answered(trace: Trace) -> Answered:
    answer = trace.answer or Answer()
    return Answered(trace.timestamp, trace.statement_id, trace.activity, answer.response, answer.success)


def _order(row: KeptRow) -> tuple[str, str, str]:
    place = row.place
    return place.enrolment_id or "", place.activity_id or "", place.slot_id or ""
