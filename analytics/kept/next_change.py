"""When an enrolment's facts change next though nothing arrives: slots end, days begin, rules and contracts set in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from analytics.facts.roster import Course
from analytics.rules import RuleBook
from analytics.rules.book import ZONE
from analytics.time import day_of, day_start


def next_change(course: Course, rules: RuleBook, as_of: int, *, changes_daily: bool) -> int | None:
    """Return the first instant after `as_of` at which time alone changes something; None when nothing is to come.

    `changes_daily` says that something is true of today alone.
    """
    instants = [window.end for window in course.slots if window.end > as_of]
    today = day_of(as_of, course.zone)
    following = sorted(day for day in _days(course, today) if day > today)
    if changes_daily:
        following.insert(0, today + timedelta(days=1))
    if following:
        instants.append(day_start(following[0], course.zone))
    begins = (day_start(version.effective_on, ZONE) for version in rules.versions)
    instants.extend(begin for begin in begins if begin > as_of)
    return min(instants, default=None)


def _days(course: Course, today: date) -> Iterator[date]:
    """Yield the days with which something may begin; of those of the session only the next one."""
    enrolment, session = course.enrolment, course.session
    yield from (contract.effective_on for contract in enrolment.contracts)
    yield from (waiver.decided_on for waiver in enrolment.waived if waiver.decided_on is not None)
    yield from (milestone.due_on for milestone in enrolment.individual_calendar)
    if enrolment.entered_on is not None:
        yield enrolment.entered_on
    if today < session.ends_on:
        # What the calendar expects grows with each day of the session.
        yield max(today + timedelta(days=1), session.starts_on)
