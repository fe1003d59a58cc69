"""The whole year as one stream in the order of sending, the same each time for the same seed and date."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from assidu.demo import attendance, classroom, lessons
from assidu.demo.behaviour import Absence, Act, Life, Presence, Reopening, Visit, Work, chance, live
from assidu.demo.calendar import at, days
from assidu.demo.catalogue import Kind, Mode, load_catalogue
from assidu.demo.moodle import Moodle
from assidu.demo.people import HOME_PAGE
from assidu.demo.sessions import Enrolment, plan_sessions
from assidu.demo.statements import DemoStatement, Pen, Sender

DEFAULT_SEED: Final = 2026
DEFAULT_LEARNERS: Final = 120
DEFAULT_MONTHS: Final = 12
_RETRY: Final = timedelta(minutes=30)
_LONGEST: Final = timedelta(days=60)


def year(
    seed: int, until: date, *, learners: int = DEFAULT_LEARNERS, months: int = DEFAULT_MONTHS
) -> Iterator[DemoStatement]:
    """Yield the statements of the `months` that end before `until`, in the order in which they are sent.

    Memory follows the number of enrolments, not that of statements. Changing any argument changes every
    id, so two years never collide in one organisation.
    """
    start = until - timedelta(days=year_days(months))
    root = uuid5(NAMESPACE_URL, f"{HOME_PAGE}/{seed}/{until.isoformat()}/{learners}/{months}")
    catalogue = load_catalogue()
    plan = plan_sessions(Random(f"{root}"), catalogue, start, until, learners=learners, root=root)  # noqa: S311 - a simulation
    lives = [_told(enrolment, catalogue.organisation) for _, group in plan for enrolment in group]
    end = at(until, 0)
    for statement in heapq.merge(*lives, key=lambda told: told.sent_at):
        if statement.sent_at >= end:
            return
        yield statement


def year_days(months: int) -> int:
    """Return how many days that many months are."""
    return round(months * 365 / 12)


def _told(enrolment: Enrolment, organisation: str) -> Iterator[DemoStatement]:
    """Yield one enrolment's statements day by day; what is sent late waits in a heap."""
    random = Random(f"{enrolment.registration}")  # noqa: S311 - a simulation
    life = live(random, enrolment)
    teller = _Teller(Pen(enrolment, organisation, random), life)
    waiting: list[tuple[datetime, int, DemoStatement]] = []
    first = enrolment.session.starts_on
    last = max(life.acts, default=first)
    order = 0
    for day in days(first - timedelta(days=4), last + _LONGEST):
        for statement in teller.tell(day, last):
            heapq.heappush(waiting, (statement.sent_at, order, statement))
            order += 1
        midnight = at(day + timedelta(days=1), 0)
        while waiting and waiting[0][0] < midnight:
            yield heapq.heappop(waiting)[2]
        if day > last and not waiting:
            return


class _Teller:
    """Turns the acts of a day into statements."""

    def __init__(self, pen: Pen, life: Life) -> None:
        self._pen = pen
        self._life = life
        self._moodle = Moodle(pen)

    def tell(self, day: date, last: date) -> Iterator[DemoStatement]:
        session = self._pen.enrolment.session
        if day == session.starts_on - timedelta(days=4):
            yield self._moodle.enrolled(at(day, 10, self._pen.random.randint(0, 59)))
        for act in self._life.acts.get(day, ()):
            yield from self._act(act)
        if day == max(last, session.ends_on) and self._life.finishes:
            yield self._moodle.course_completed(at(day, 23, 50))

    def _act(self, act: Act) -> Iterator[DemoStatement]:
        match act:
            case Visit():
                yield from self._visit(act)
            case Presence():
                yield from attendance.attended(self._pen, act)
                if act.slot.mode is Mode.REMOTE:
                    yield from classroom.joined(self._pen, act)
            case Absence():
                yield from attendance.absent(self._pen, act)
            case Reopening():
                yield self._moodle.reopened(act)

    def _visit(self, visit: Visit) -> Iterator[DemoStatement]:
        """Yield one stay; when the LMS lost the answer to it, its own statements come twice and without ids."""
        statements = list(self._stay(visit))
        for statement in statements:
            if visit.lost_reply and statement.sender is Sender.MOODLE:
                del statement.statement["id"]
                yield replace(statement, sent_at=statement.sent_at + _RETRY)
            yield statement

    def _stay(self, visit: Visit) -> Iterator[DemoStatement]:
        random, moodle = self._pen.random, self._moodle
        now = visit.at
        if chance(random, 0.7):
            yield moodle.login(now)
        yield moodle.course_viewed(now := now + timedelta(seconds=random.randint(3, 25)))
        for work in visit.works:
            yield moodle.viewed(work.activity, now := now + timedelta(seconds=random.randint(4, 40)))
            told = list(self._work(work, now + timedelta(seconds=8)))
            now = max(statement.sent_at for statement in told if statement.sent_at.date() == now.date())
            yield from told
            if _is_done(work):
                yield moodle.completed(work.activity, now := now + timedelta(seconds=1))
        if chance(random, 0.08 if visit.works else 0.3):
            yield moodle.forum_posted(now := now + timedelta(seconds=random.randint(60, 400)))
        if chance(random, 0.35):
            yield moodle.logout(now + timedelta(seconds=random.randint(10, 120)))

    def _work(self, work: Work, now: datetime) -> Iterator[DemoStatement]:
        pen, item = self._pen, work.activity
        seconds = item.minutes * 60 * pen.random.uniform(0.6, 1.3) * (0.5 if work.stops_halfway or work.resumes else 1)
        match item.kind:
            case Kind.PAGE:
                yield self._moodle.viewed(item, now + timedelta(seconds=seconds))
            case Kind.ASSIGNMENT:
                yield from self._moodle.assignment(item, now + timedelta(seconds=seconds), work.attempt)
            case Kind.QUIZ:
                yield from self._moodle.quiz(work, now, round(seconds))
            case Kind.SCORM:
                yield from lessons.scorm(pen, work, now, seconds)
            case Kind.CMI5:
                yield from lessons.cmi5(pen, work, now, seconds)
            case Kind.VIDEO:
                yield from lessons.video(pen, work, now)


def _is_done(work: Work) -> bool:
    """Say whether Moodle ticks the activity after this."""
    return work.passed if work.activity.kind is Kind.QUIZ else not work.stops_halfway
