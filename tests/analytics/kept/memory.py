"""What is kept of a person, in memory and packed: settled step by step, as the store does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import msgspec

from analytics.anomalies.anomaly import order
from analytics.derivation import PersonFacts
from analytics.facts import EnrolmentFacts, Roster
from analytics.kept import KeptActivity, KeptDay, KeptEnrolment, settle
from analytics.kept.span import bucket_of
from analytics.rules import RuleBook
from analytics.traces import Trace

ENCODER = msgspec.msgpack.Encoder(uuid_format="bytes")


class Memory:
    """One person's shelf."""

    def __init__(self) -> None:
        self.by_bucket: defaultdict[int, list[Trace]] = defaultdict(list)
        self.targets: dict[object, Trace] = {}
        self.voidings: dict[object, Trace] = {}
        self.touched: set[int] | None = set()
        self.forget()

    def forget(self) -> None:
        self.kept_days: dict[date, bytes] = {}
        self.kept_activities: dict[tuple[str, str], bytes] = {}
        self.kept_enrolments: dict[str, tuple[bytes, EnrolmentFacts, int | None]] = {}

    def arrive(self, trace: Trace) -> None:
        """Take one statement in, as intake does: a voiding one beside what it voids, whichever came first."""
        if trace.voids is not None:
            if trace.voids in self.voidings:
                return
            self.voidings[trace.voids] = trace
            target = self.targets.get(trace.voids)
            if target is not None:
                self._put(trace, target)
            return
        self.targets[trace.statement_id] = trace
        self._put(trace, trace)
        if trace.statement_id in self.voidings:
            self._put(self.voidings[trace.statement_id], trace)

    def _put(self, trace: Trace, beside: Trace) -> None:
        bucket = bucket_of(beside.timestamp)
        self.by_bucket[bucket].append(trace)
        if self.touched is not None:
            self.touched.add(bucket)

    def settle(self, person: str, roster: Roster, rules: RuleBook, as_of: int) -> None:
        due = [name for name, (_, _, at) in self.kept_enrolments.items() if at is not None and at <= as_of]
        settled = settle(person, self.touched, due, self, roster, rules, as_of)
        self.touched = set()
        if settled.is_whole:
            self.forget()
        for day, kept in settled.days.items():
            self.kept_days.pop(day, None)
            if not kept.is_empty:
                self.kept_days[day] = ENCODER.encode(kept)
        for place, activity in settled.activities.items():
            self.kept_activities.pop(place, None)
            if not activity.is_empty:
                self.kept_activities[place] = ENCODER.encode(activity)
        for name, (enrolment, facts, at, _) in settled.enrolments.items():
            self.kept_enrolments[name] = ENCODER.encode(enrolment), facts, at

    # The shelf.
    def traces_only(self) -> Memory:
        bare = Memory()
        bare.by_bucket = self.by_bucket
        return bare

    def traces(self, first: int, last: int) -> list[Trace]:
        return [trace for bucket, found in self.by_bucket.items() if first <= bucket <= last for trace in found]

    def days_between(self, first: date, last: date) -> dict[date, KeptDay]:
        return {day: _day(pack) for day, pack in self.kept_days.items() if first <= day <= last}

    def days_on(self, days: Iterable[date]) -> dict[date, KeptDay]:
        return {day: _day(self.kept_days[day]) for day in days if day in self.kept_days}

    def enrolments(self, ids: Iterable[str]) -> dict[str, KeptEnrolment]:
        return {name: _enrolment(self.kept_enrolments[name][0]) for name in ids if name in self.kept_enrolments}

    def activities(self, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], KeptActivity]:
        return {place: _activity(self.kept_activities[place]) for place in places if place in self.kept_activities}

    def facts(self, person: str, roster: Roster, as_of: int) -> PersonFacts:
        """Read all of it as facts of an instant."""
        days = [_day(pack) for _, pack in sorted(self.kept_days.items())]
        names = [course.enrolment.id for course in roster.courses_of(person)]
        enrolments = [_enrolment(self.kept_enrolments[name][0]) for name in names]
        activities = {place: _activity(pack) for place, pack in sorted(self.kept_activities.items())}
        anomalies = [item for day in days for item in (*day.anomalies, *day.clocks, *day.outside)]
        anomalies += [item for enrolment in enrolments for item in enrolment.anomalies]
        anomalies += [item for activity in activities.values() for item in activity.anomalies]
        return PersonFacts(
            person,
            as_of,
            tuple(row.to_fact(person, day.day) for day in days for row in day.rows),
            tuple(
                activity.standing
                for name in names
                for place, activity in activities.items()
                if place[0] == name and activity.standing is not None
            ),
            tuple(fact for enrolment in enrolments for fact in enrolment.slots),
            tuple(at(self.kept_enrolments[name][1], as_of) for name in names),
            tuple(sorted(anomalies, key=order)),
        )


def at(facts: EnrolmentFacts, as_of: int) -> EnrolmentFacts:
    """Return the facts of an enrolment at a later instant, up to which nothing changed them."""
    from dataclasses import replace

    return replace(facts, as_of=as_of, figures=tuple(replace(figure, as_of=as_of) for figure in facts.figures))


def _day(pack: bytes) -> KeptDay:
    return msgspec.msgpack.decode(pack, type=KeptDay)


def _activity(pack: bytes) -> KeptActivity:
    return msgspec.msgpack.decode(pack, type=KeptActivity)


def _enrolment(pack: bytes) -> KeptEnrolment:
    return msgspec.msgpack.decode(pack, type=KeptEnrolment)
