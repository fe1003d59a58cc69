"""Every follow-up: what is open, what is overdue and with whom, and what came of those that have ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

from analytics.overview import Interval, wilson
from dashboards.views.lens import Lens
from dashboards.views.risk import (
    due,
    followups_of,
    is_on,
    limits_of,
    open_followups,
    owner_name,
    today_of,
)
from dashboards.views.risk_followup import last_day, reached_of
from dashboards.views.session import person_name, session_title
from lrs.clock import Micros
from training.access import STAFF
from training.assistance import Exchange, Logbook
from training.followups import FollowUp, load_outcomes
from training.records.ids import EnrolmentId, PersonId, SessionId

# So many are looked up in the assistance log at once; of the rest only what the follow-up itself holds is counted.
LOOKED_UP: Final = 500
# What came of follow-ups is said of those that ended within a year: how one helped before is another story.
PERIOD: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Part:
    """So many of so many, with the interval in which the true share lies (Wilson, 95 %); None of nothing."""

    part: int
    whole: int

    @property
    def interval(self) -> Interval | None:
        """Between which shares the true one lies."""
        return wilson(self.part, self.whole) if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One follow-up in a line. `owner` is empty for the managers; `due_on` is None of one that has ended."""

    followup_id: str
    enrolment_id: EnrolmentId
    name: str
    session_id: SessionId
    session_title: str
    owner_id: PersonId | None
    owner: str
    is_by_alert: bool
    opened_on: date
    contact_count: int
    last_contact_on: date | None
    due_on: date | None
    is_first_due: bool
    is_overdue: bool
    outcome: str
    closed_on: date | None
    quiet_until: date | None


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """What one person, or the managers together, are at: open, overdue, and not turned to yet."""

    owner_id: PersonId | None
    owner: str
    open: int
    overdue: int
    untouched: int


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """How many follow-ups ended so, of all that ended in the period."""

    outcome: str
    title: tuple[str, str]
    share: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Follow-ups of the organisation.

    `in_time` is of those opened in the period whose first contact was due by now: turned to within the delay.
    `helpful` is of the alerts of which it can be told: there was something to help with. `days_to_contact` is the
    median from opening to first contact, None without any. `since` is the first day of the period.
    """

    as_of: int
    is_on: bool
    since: date
    open: tuple[Line, ...]
    closed: tuple[Line, ...]
    owners: tuple[OwnerLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    in_time: Part
    helpful: Part
    days_to_contact: int | None

    @property
    def overdue(self) -> int:
        """How many open ones are overdue."""
        return sum(line.is_overdue for line in self.open)


def followups_overview(lens: Lens) -> Overview:
    """Return every follow-up of the organisation; raises Forbidden but for STAFF."""
    lens.viewer.require(STAFF)
    since = today_of(lens) - PERIOD
    register = followups_of(lens)
    opened = open_followups(lens)
    ended = [
        item
        for item in register.closed_ones(lens.viewer.organisation)
        if item.closed_at is not None and last_day(item.closed_at) >= since and item.outcome != "objected"
    ]
    logs = _logs(lens, [*opened, *ended])
    open_lines = [_line(lens, item, logs) for item in opened]
    closed_lines = [_line(lens, item, logs) for item in ended]
    lately = [item for item in (*opened, *ended) if last_day(item.opened_at) >= since]
    waits = [wait for item in lately if (wait := _wait(item, logs)) is not None]
    return Overview(
        as_of=lens.now,
        is_on=is_on(lens),
        since=since,
        open=tuple(sorted(open_lines, key=_urgency)),
        closed=tuple(closed_lines),
        owners=tuple(_owners(open_lines)),
        outcomes=tuple(_outcomes(ended)),
        in_time=_in_time(lens, lately, logs),
        helpful=_helpful(ended),
        days_to_contact=round(median(waits)) if waits else None,
    )


def overdue_lines(lens: Lens) -> list[Line]:
    """Return the open follow-ups that are overdue, the longest first; raises Forbidden but for STAFF."""
    lens.viewer.require(STAFF)
    opened = open_followups(lens)
    logs = _logs(lens, opened)
    return sorted((line for item in opened if (line := _line(lens, item, logs)).is_overdue), key=_urgency)


_Logs = dict[EnrolmentId, list[Exchange]]


def _logs(lens: Lens, followups: Iterable[FollowUp]) -> _Logs:
    names = list(dict.fromkeys(item.enrolment_id for item in followups if item.enrolment_id in lens.scope.enrolments))
    return Logbook(lens.services).exchanges(lens.viewer.organisation, names[:LOOKED_UP])


def _line(lens: Lens, item: FollowUp, logs: _Logs) -> Line:
    records = lens.records
    enrolment, session = records.enrolments.get(item.enrolment_id), records.sessions.get(item.session_id)
    reached, last = reached_of(item, logs.get(item.enrolment_id, []))
    expected = due(lens, item, last)
    return Line(
        followup_id=str(item.id),
        enrolment_id=item.enrolment_id,
        name=item.person_id if enrolment is None else person_name(records, enrolment),
        session_id=item.session_id,
        session_title=item.session_id if session is None else session_title(records, session),
        owner_id=item.owner,
        owner=owner_name(lens, item.owner),
        is_by_alert=item.is_by_alert,
        opened_on=last_day(item.opened_at),
        contact_count=len(reached),
        last_contact_on=reached[0].at.date() if reached else None,
        due_on=None if expected is None else expected.on,
        is_first_due=expected is not None and expected.is_first,
        is_overdue=expected is not None and expected.is_overdue(today_of(lens)),
        outcome=item.outcome,
        closed_on=None if item.closed_at is None else last_day(item.closed_at),
        quiet_until=item.quiet_until,
    )


def _urgency(line: Line) -> tuple[date, str, str]:
    return line.due_on or date.max, line.name, line.followup_id


def _owners(lines: Iterable[Line]) -> list[OwnerLine]:
    found: dict[PersonId | None, list[Line]] = {}
    for line in lines:
        found.setdefault(line.owner_id, []).append(line)
    made = [
        OwnerLine(
            name, held[0].owner, len(held), sum(line.is_overdue for line in held),
            sum(not line.contact_count for line in held),
        )
        for name, held in found.items()
    ]  # fmt: skip
    return sorted(made, key=lambda item: (-item.overdue, -item.open, item.owner))


def _outcomes(ended: Iterable[FollowUp]) -> list[OutcomeLine]:
    counts = Counter(item.outcome for item in ended)
    whole = counts.total()
    known = load_outcomes()
    return [OutcomeLine(name, known[name].title, Part(counts[name], whole)) for name in known if counts[name]]


def _helpful(ended: Iterable[FollowUp]) -> Part:
    known = load_outcomes()
    judged = [known[item.outcome].was_right for item in ended if item.is_by_alert]
    return Part(sum(right is True for right in judged), sum(right is not None for right in judged))


def _first_contact(item: FollowUp, logs: _Logs) -> Micros | None:
    reached, _ = reached_of(item, logs.get(item.enrolment_id, []))
    return None if not reached else Micros(int(reached[-1].at.timestamp() * 1_000_000))


def _wait(item: FollowUp, logs: _Logs) -> int | None:
    first = _first_contact(item, logs)
    return None if first is None else max(0, (last_day(first) - last_day(item.opened_at)).days)


def _in_time(lens: Lens, followups: Iterable[FollowUp], logs: _Logs) -> Part:
    """Count those whose first contact was due by now, and of these whoever was turned to within the delay."""
    days, today = limits_of(lens).first_days, today_of(lens)
    part = whole = 0
    for item in followups:
        wait, held = _wait(item, logs), (today - last_day(item.opened_at)).days
        # Who ended it before it was due has done what there was to do.
        if wait is None and (not item.is_open or held <= days):
            continue
        whole += 1
        part += wait is not None and wait <= days
    return Part(part, whole)
