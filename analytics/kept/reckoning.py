"""One enrolment while it is settled: slots, standings, rates, and what is odd about it as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from analytics.anomalies.anomaly import Anomaly, AnomalyKind
from analytics.anomalies.work import odd_marks, outside_contract, over_contract, unlikely_work
from analytics.content.share import Share, share_of
from analytics.facts.attendance import is_within, read_sheet, slot_facts, waived_slots
from analytics.facts.credit import asked_of, credits_of, waived_activities
from analytics.facts.enrolment import Work, enrolment_facts
from analytics.facts.fact import DayFact, EnrolmentFacts, SlotFact
from analytics.facts.reading import Stay
from analytics.facts.roster import Course
from analytics.facts.standing import standing_of
from analytics.kept.form import Beside, Brief, KeptActivity, KeptDay, KeptEnrolment, KeptRow, Note, Part, Portion, Sums
from analytics.kept.next_change import next_change
from analytics.kept.rows import PartKey, full_standings, parts_of
from analytics.overview.totals import totals_of
from analytics.rules import RuleBook
from analytics.traces import Role, Trace
from training.records import CompletionRule
from training.records.ids import ActivityId, EnrolmentId, PersonId


class SettledEnrolment(NamedTuple):
    """What is kept of an enrolment, beside its facts; and the instant at which time alone will change these."""

    kept: KeptEnrolment
    facts: EnrolmentFacts
    until: int | None
    portion: Portion


class Reckoning:
    """What becomes of one enrolment. Begins as what was kept, and is replaced part by part."""

    def __init__(self, course: Course, kept: KeptEnrolment) -> None:
        self.course = course
        self.kept = kept
        self.marks: list[Trace] = list(kept.marks)
        self.stays: list[Stay] = list(kept.stays)
        self.slots: list[SlotFact] = []
        self.waived: set[ActivityId] = set()
        self.standings: dict[ActivityId, Brief] = dict(kept.standings)
        self.odd: list[Anomaly] = []
        self.seen: dict[int, int] = dict(kept.seen)
        self.shares: dict[ActivityId, Share] = dict(kept.shares)
        self.beside: dict[int, Beside] = dict(kept.beside)
        self.notes: list[Note] = list(kept.notes)
        self.parts: Mapping[PartKey, Part] = {}

    def has_same_slots(self, as_of: int) -> bool:
        """Say whether the slots are as they were kept: no mark and no class differs, and time has changed nothing.

        Whoever's records change is settled from the beginning, with nothing kept.
        """
        kept = self.kept
        is_current = kept.until is None or as_of < kept.until
        return is_current and self.marks == kept.marks and self.stays == kept.stays

    def part_changes(self, rules: RuleBook, as_of: int) -> set[PartKey]:
        """Work the parts out, and return the rows whose part differs from what was kept."""
        kept = self.kept
        before = parts_of(self.course, kept.slots, kept.standings, rules, kept.as_of)
        if self.slots is kept.slots and self.standings == kept.standings:
            self.parts = before
            return set()
        self.parts = parts_of(self.course, self.slots, self.standings, rules, as_of)
        return {key for key in before.keys() | self.parts.keys() if before.get(key) != self.parts.get(key)}

    def newly_waived(self) -> set[ActivityId]:
        """Return the activities of the programme that are waived and were not known to be."""
        return {
            name
            for name in self.waived
            if name in self.course.by_id and (name not in self.standings or not self.standings[name].is_waived)
        }

    def is_kept(self, fresh: KeptEnrolment) -> bool:
        """Say whether nothing but the instant differs from what is kept: then that still holds."""
        return fresh == replace(self.kept, as_of=fresh.as_of)

    def note_day(self, day: date, rows: Sequence[KeptRow]) -> None:
        """Note when on a day there was a statement last, if at all, and what was done beside activities."""
        aside = [row for row in rows if row.acts and row.place.activity_id is None]
        if aside:
            self.beside[day.toordinal()] = Beside(
                max(row.known for row in aside),
                sum(row.acts for row in aside),
                sum(row.interactions for row in aside),
                sum(row.active for row in aside),
            )
        else:
            self.beside.pop(day.toordinal(), None)
        instants = [row.last_at for row in rows if row.last_at is not None]
        if instants:
            self.seen[day.toordinal()] = max(instants)
        else:
            self.seen.pop(day.toordinal(), None)

    def note_share(self, activity: KeptActivity) -> None:
        """Note what was made of an activity, of which all else is known."""
        share = share_of(activity.spent, activity.standing)
        if share is None:
            self.shares.pop(activity.activity_id, None)
        else:
            self.shares[activity.activity_id] = share

    def judge_work(self, activity: KeptActivity, rules: RuleBook) -> None:
        """Say whether the time spent on an activity that is proved done is likely."""
        activity.anomalies = []
        if activity.standing is None or activity.standing.satisfied_at is None:
            return
        days = [
            _day(activity, date.fromordinal(day), spent.connected, spent.statements)
            for day, spent in activity.spent.items()
        ]
        activity.anomalies = list(unlikely_work(self.course, [activity.standing], days, rules))

    def finish(
        self, person_id: PersonId, sums: Sums, rule: CompletionRule, rules: RuleBook, as_of: int
    ) -> SettledEnrolment:
        """Return the enrolment as it is to be kept, with all that follows from it."""
        course = self.course
        standings = full_standings(course, self.standings)
        credited = credits_of(course, standings, rules)
        by_id = {standing.activity_id: standing for standing in standings}
        days = [fact.day for fact in self.slots if fact.credited_micros] + [credit.day for credit in credited]
        # Whole days are not needed here: what they add up to, and the first with anything credited, is all there is.
        total = DayFact(
            person_id=person_id, enrolment_id=course.enrolment.id, session_id=course.session.id, module_id=None,
            activity_id=None, slot_id=None, day=min(days, default=date.min), credited_micros=len(days),
            connected_micros=sums.connected, active_micros=sums.active, declared_micros=sums.declared,
            statement_count=sums.statements,
        )  # fmt: skip
        facts = enrolment_facts(
            person_id, course, Work([total], self.slots, credited, by_id), rule, rules.at(as_of), as_of
        )
        planned, done = sum(facts.planned_seconds.values()), sum(facts.credited_seconds.values())
        over = list(over_contract(course, done, planned, as_of, rules))
        until = next_change(course, rules, as_of, changes_daily=bool(over))
        kept = KeptEnrolment(
            course.enrolment.id, course.session.id, as_of, self.marks, self.stays, self.slots, self.standings, sums,
            self.odd + over, until, self.seen, self.shares, self.beside, sorted(self.notes, key=_note_order),
        )  # fmt: skip
        totals = totals_of(course.enrolment, facts, self.slots, self.seen, rules.at(as_of).probation_days)
        return SettledEnrolment(kept, facts, until, Portion(totals, self.shares))


def reckon(reckoning: Reckoning, rules: RuleBook, as_of: int) -> None:
    """Work out the slots of an enrolment, and what is waived. Most often nothing of that has changed."""
    course = reckoning.course
    if reckoning.has_same_slots(as_of):
        reckoning.slots = reckoning.kept.slots
        reckoning.odd = [
            anomaly for anomaly in reckoning.kept.anomalies if anomaly.kind is not AnomalyKind.HOURS_OVER_CONTRACT
        ]
        reckoning.waived = waived_activities(course, as_of)
        return
    sheet = read_sheet(course, reckoning.marks)
    reckoning.slots = slot_facts(course, sheet, reckoning.stays, waived_slots(course, as_of), rules, as_of)
    reckoning.odd = list(odd_marks(course, sheet, reckoning.slots, rules))
    reckoning.waived = waived_activities(course, as_of)


def settle_activity(reckoning: Reckoning, activity: KeptActivity, rule: CompletionRule) -> None:
    """Work out where the person stands on an activity, and note it in brief; nothing at all is no standing."""
    course, name = reckoning.course, activity.activity_id
    is_waived = name in reckoning.waived
    reckoning.standings.pop(name, None)
    if name not in course.by_id or not (activity.direct or is_waived):
        activity.standing = None
        return
    asked = asked_of(course.by_id[name][1], rule)
    standing = standing_of(course.enrolment.id, name, activity.judged, asked, is_waived=is_waived)
    activity.standing = standing
    reckoning.standings[name] = Brief(standing.satisfied_at, standing.is_waived, standing.best_scaled)


def retell(person_id: PersonId, day: KeptDay, courses: Mapping[EnrolmentId, Course], rules: RuleBook) -> list[Anomaly]:
    """Return what of a day lies outside its contract."""
    found: list[Anomaly] = []
    for name, rows in _by_enrolment(day.rows).items():
        if not is_within(courses[name], day.day):
            found.extend(outside_contract(courses[name], [row.to_fact(person_id, day.day) for row in rows], rules))
    return found


def _note_order(note: Note) -> tuple[int, int, Role]:
    return note.at, note.known, note.role


def _by_enrolment(rows: Iterable[KeptRow]) -> dict[EnrolmentId, list[KeptRow]]:
    found: dict[EnrolmentId, list[KeptRow]] = {}
    for row in rows:
        if row.place.enrolment_id is not None:
            found.setdefault(row.place.enrolment_id, []).append(row)
    return found


def _day(activity: KeptActivity, day: date, connected: int, count: int) -> DayFact:
    return DayFact(
        person_id=PersonId(""), enrolment_id=activity.enrolment_id, session_id=None, module_id=None,
        activity_id=activity.activity_id, slot_id=None, day=day, connected_micros=connected, statement_count=count,
    )  # fmt: skip
