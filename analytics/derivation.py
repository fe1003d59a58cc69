"""Derive everything that is known of a person from their statements and the records: the definition of the facts.

What keeps facts incrementally must give what `derive` gives. Pure; nothing here performs I/O.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from analytics.anomalies.anomaly import Anomaly, order
from analytics.anomalies.time import long_runs, parallel_stays, silent_stretches, wrong_clocks
from analytics.anomalies.work import odd_marks, outside_contract, over_contract, unlikely_work
from analytics.facts.assembly import day_facts
from analytics.facts.attendance import read_sheet, slot_facts, waived_slots
from analytics.facts.credit import asked_of, credits_of, waived_activities
from analytics.facts.enrolment import Work, enrolment_facts
from analytics.facts.fact import DayFact, EnrolmentFacts, Presence, SlotFact, Standing
from analytics.facts.reading import Reading, Stay, read_acts
from analytics.facts.roster import Course, Roster, Spot
from analytics.facts.standing import standing_of
from analytics.facts.tally import Tallies
from analytics.rules import RuleBook
from analytics.time import Timeline, day_start, lay_out
from analytics.time.timeline import runs
from analytics.traces import Role, Trace
from lrs.clock import Micros
from training.records import Records
from training.records.ids import ActivityId, EnrolmentId, PersonId

_SECOND: Final = 1_000_000
_DAY: Final = timedelta(days=1)
# What is told about a trainee and is nothing that they did on a day: it makes no row, and judges no activity. (Of a
# few members of an enumeration a tuple is searched faster than a set, whose hash is Python's own.)
ASIDE: Final = (Role.ASSISTED, Role.SUMMARISED)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """All that is known of one person at one instant, each list in its own order."""

    person_id: PersonId
    as_of: int
    days: tuple[DayFact, ...] = ()
    standings: tuple[Standing, ...] = ()
    slots: tuple[SlotFact, ...] = ()
    enrolments: tuple[EnrolmentFacts, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()

    def enrolment(self, enrolment_id: EnrolmentId) -> EnrolmentFacts:
        """Return one enrolment; raises `KeyError`."""
        for facts in self.enrolments:
            if facts.enrolment_id == enrolment_id:
                return facts
        raise KeyError(enrolment_id)


def derive(
    person_id: PersonId, traces: Iterable[Trace], records: Records | Roster, rules: RuleBook, as_of: int
) -> PersonFacts:
    """Return what is known of a person, merges followed, at `as_of`.

    `traces` may be of the whole organisation: only those of this person count, stored by `as_of` whatever date they
    claim, neither voided by then nor sent twice. `records` are those that were valid at `as_of`; a `Roster` of them
    spares compiling it for each person.
    """
    roster = records if isinstance(records, Roster) else Roster(records)
    person = roster.records.survivor(person_id)
    known = list(traces)
    own = own_traces(person, live_traces(known, as_of), roster.records)
    return _Derivation(person, own, roster, rules, as_of).run()


def live_traces(traces: Iterable[Trace], as_of: int, voided: Collection[UUID] = ()) -> list[Trace]:
    """Return the traces that count at `as_of`: stored by then, not voided by then, not sent twice.

    `voided` adds what is known to be voided by statements that are not among `traces`. A voiding statement cannot be
    voided, and shows nothing by itself (xAPI 1.0.3 Part Two 2.3.2).
    """
    stored = [trace for trace in traces if trace.stored <= as_of]
    gone = {trace.voids for trace in stored if trace.voids is not None}.union(voided)
    return [
        trace
        for trace in stored
        if trace.statement_id not in gone and trace.role is not Role.VOIDED and not trace.is_duplicate
    ]


def own_traces(person_id: PersonId, traces: Iterable[Trace], records: Records) -> list[Trace]:
    """Return the traces of a person, under any of their identities."""
    names = set(records.identities_of(person_id))
    return [trace for trace in traces if not names.isdisjoint(trace.agents)]


def window(day: date, zone: str, rules: RuleBook) -> tuple[Micros, Micros]:
    """Return between which instants traces can touch the times of a local day, the end excluded."""
    return Micros(day_start(day, zone) - rules.reach), Micros(day_start(day + _DAY, zone) + rules.reach)


class Measure(NamedTuple):
    """A person's times, and what they were read from. `spots` says where each trace belongs, in the order given."""

    spots: list[Spot]
    tallies: Tallies
    reading: Reading
    timeline: Timeline


def measure(
    person_id: PersonId, traces: Sequence[Trace], roster: Roster, rules: RuleBook, only: date | None = None
) -> Measure:
    """Return a person's times by row and day, of one day if `only` is given: the part that follows statements.

    `traces` are live and the person's own; for one day, those of its `window` are enough. Linear in them.
    """
    spots = [_spot(roster, person_id, trace, rules) for trace in traces]
    reading = read_acts(((trace, spot.row) for trace, spot in zip(traces, spots, strict=True)), rules)
    timeline = lay_out(reading.acts, reading.declared, rules.limits_at)
    tallies = Tallies(only)
    tallies.add_pieces(timeline, reading)
    # Marks are what the sheet says; that somebody was helped is on the log of assistance; what a sender has counted of
    # a period is no day's: none of them shows a day of work.
    shown = (pair for pair in zip(traces, spots, strict=True) if pair[0].mark is None and pair[0].role not in ASIDE)
    tallies.add_traces((trace, spot.row) for trace, spot in shown)
    return Measure(spots, tallies, reading, timeline)


def _spot(roster: Roster, person_id: PersonId, trace: Trace, rules: RuleBook) -> Spot:
    margin = rules.at(trace.timestamp).class_margin_seconds * _SECOND if trace.is_classroom else 0
    return roster.spot(person_id, trace, margin)


class _Derivation:
    """One run of `derive`: what it knows, and the steps."""

    def __init__(self, person: PersonId, traces: list[Trace], roster: Roster, rules: RuleBook, as_of: int) -> None:
        self._person = person
        self._traces = traces
        self._roster = roster
        self._rules = rules
        self._as_of = as_of
        self._courses = roster.courses_of(person)
        self._anomalies: list[Anomaly] = []
        self._marks: dict[EnrolmentId, list[Trace]] = {}
        self._judged: dict[EnrolmentId, dict[ActivityId, list[Trace]]] = {}

    def run(self) -> PersonFacts:
        measured = measure(self._person, self._traces, self._roster, self._rules)
        self._sort(measured.spots)
        reading = measured.reading
        standings = {course.enrolment.id: self._standings(course) for course in self._courses}
        slots = {course.enrolment.id: self._slots(course, reading) for course in self._courses}
        credits_ = {
            course.enrolment.id: credits_of(course, standings[course.enrolment.id].values(), self._rules)
            for course in self._courses
        }
        days = day_facts(self._person, measured.tallies, self._courses, slots, credits_, self._rules, self._as_of)
        enrolments = []
        for course in self._courses:
            name = course.enrolment.id
            own_days = [fact for fact in days if fact.enrolment_id == name]
            work = Work(own_days, slots[name], credits_[name], standings[name])
            rule = self._roster.records.completion_rule_of(course.programme)
            law = self._rules.at(self._as_of)
            facts = enrolment_facts(self._person, course, work, rule, law, self._as_of)
            enrolments.append(facts)
            self._note_work(course, work, facts)
        self._note_time(reading, measured.timeline, slots)
        return PersonFacts(
            person_id=self._person,
            as_of=self._as_of,
            days=tuple(days),
            standings=tuple(item for found in standings.values() for _, item in sorted(found.items())),
            slots=tuple(fact for facts in slots.values() for fact in facts),
            enrolments=tuple(enrolments),
            anomalies=tuple(sorted(self._anomalies, key=order)),
        )

    def _sort(self, spots: Iterable[Spot]) -> None:
        """Put aside, by enrolment, what judges an activity as a whole, and the marks."""
        for trace, spot in zip(self._traces, spots, strict=True):
            enrolment_id, activity_id = spot.row.enrolment_id, spot.row.activity_id
            if enrolment_id is None:
                continue
            if trace.mark is not None:
                self._marks.setdefault(enrolment_id, []).append(trace)
            elif spot.is_direct and activity_id is not None and trace.role not in ASIDE:
                self._judged.setdefault(enrolment_id, {}).setdefault(activity_id, []).append(trace)

    def _standings(self, course: Course) -> Mapping[ActivityId, Standing]:
        """Return the standing of every activity that somebody said something about, or waived."""
        rule = self._roster.records.completion_rule_of(course.programme)
        waived = waived_activities(course, self._as_of)
        found: dict[ActivityId, list[Trace]] = {
            activity_id: [] for activity_id in waived if activity_id in course.by_id
        }
        found.update(self._judged.get(course.enrolment.id, {}))
        return {
            activity_id: standing_of(
                course.enrolment.id,
                activity_id,
                traces,
                asked_of(course.by_id[activity_id][1], rule),
                is_waived=activity_id in waived,
            )
            for activity_id, traces in found.items()
        }

    def _slots(self, course: Course, reading: Reading) -> list[SlotFact]:
        sheet = read_sheet(course, self._marks.get(course.enrolment.id, ()))
        stays = [stay for stay in reading.stays if stay.is_class and stay.row.enrolment_id == course.enrolment.id]
        facts = slot_facts(course, sheet, stays, waived_slots(course, self._as_of), self._rules, self._as_of)
        self._anomalies.extend(odd_marks(course, sheet, facts, self._rules))
        return facts

    def _note_work(self, course: Course, work: Work, facts: EnrolmentFacts) -> None:
        rules = self._rules
        self._anomalies.extend(unlikely_work(course, work.standings.values(), work.days, rules))
        self._anomalies.extend(outside_contract(course, work.days, rules))
        planned = sum(facts.planned_seconds.values())
        self._anomalies.extend(over_contract(course, sum(facts.credited_seconds.values()), planned, self._as_of, rules))

    def _note_time(self, reading: Reading, timeline: Timeline, slots: Mapping[EnrolmentId, Sequence[SlotFact]]) -> None:
        rules = self._rules
        presences = list(self._presences(slots))
        self._anomalies.extend(parallel_stays([*reading.stays, *presences], rules))
        self._anomalies.extend(long_runs(runs(timeline), reading, rules))
        self._anomalies.extend(silent_stretches(reading, timeline.connected, rules))
        self._anomalies.extend(wrong_clocks(self._traces, rules))

    def _presences(self, slots: Mapping[EnrolmentId, Sequence[SlotFact]]) -> Iterator[Stay]:
        """Yield the slots that a person was marked present in from beginning to end, as stays."""
        for course in self._courses:
            for fact in slots[course.enrolment.id]:
                if fact.presence is not Presence.PRESENT or len(fact.statement_ids) != 1:
                    continue
                window_ = course.slots_by_id[fact.slot_id]
                mark = fact.statement_ids[0]
                row = course.slot_row(window_.slot)
                yield Stay(
                    window_.start, window_.end, row, str(fact.slot_id), is_class=True, first_id=mark, last_id=mark
                )
