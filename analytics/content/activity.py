"""What becomes of the activities of a programme, in one session or in all that follow it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analytics.content.share import ActivitySums, ContentSums
from analytics.content.spread import Spread
from training.records import Records
from training.records.ids import ActivityId, ProgrammeId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityContent:
    """What some enrolments have made of one activity. Counts are of enrolments.

    Attributes:
        activity_id: Which activity of the programme.
        began: Those with any statement on it, or on a part of it.
        finished: Those of which what it asks for is met now; waived ones are not among them.
        waived: Those that need not do it.
        passed: Those with a pass, with the mastery score where one is asked.
        failed: Those with a verdict of failure and no pass.
        stopped: Those who have not completed the programme and touched this activity last.
        attempts: How many attempts each of those needed, or made, who made any.
        active_minutes: How many whole active minutes each of those spent on it who finished it.
        active_seconds: Active time that everybody together spent on it.
        last_at: The last statement on it, in microseconds since 1970; None when there is none.
    """

    activity_id: ActivityId
    began: int
    finished: int
    waived: int
    passed: int
    failed: int
    stopped: int
    attempts: Spread
    active_minutes: Spread
    active_seconds: int
    last_at: int | None


@dataclass(frozen=True, kw_only=True)
class Content:
    """What some enrolments have made of the activities of their programme.

    Attributes:
        as_of: The instant that it is true of, in microseconds since 1970.
        enrolment_count: How many enrolments.
        completed: How many of them meet the programme's completion rule.
        begun: How many of them have any statement on any activity.
        sums: What is known of each activity, to be added to others; `activities` and `activity` say it in words.
    """

    as_of: int
    enrolment_count: int
    completed: int
    begun: int
    sums: ContentSums

    @cached_property
    def activities(self) -> tuple[ActivityContent, ...]:
        """The activities of which anything is known, by id."""
        return tuple(describe_activity(name, item) for name, item in sorted(self.sums.activities.items()))

    def activity(self, activity_id: ActivityId) -> ActivityContent:
        """Return what is known of one activity; all noughts when that is nothing."""
        return describe_activity(activity_id, self.sums.activities.get(activity_id) or ActivitySums())


@dataclass(frozen=True, kw_only=True)
class SessionContent(Content):
    """What the enrolments of one training session have made of its programme.

    Attributes:
        session_id: Which session.
    """

    session_id: SessionId


@dataclass(frozen=True, kw_only=True)
class ProgrammeContent(Content):
    """What the enrolments of some sessions that follow one programme have made of it.

    Attributes:
        programme_id: Which programme.
        session_count: How many sessions.
    """

    programme_id: ProgrammeId
    session_count: int


def describe_content(sums: ContentSums, session_id: SessionId, as_of: int) -> SessionContent:
    """Return a session's sums as they are read."""
    return SessionContent(**_members(sums, as_of), session_id=session_id)


def by_programme(contents: Iterable[SessionContent], records: Records) -> list[ProgrammeContent]:
    """Return the contents of sessions added up by the programme that they follow, by its id.

    They are of one instant. A session that is not on record any more is left out.
    """
    found: dict[ProgrammeId, list[SessionContent]] = {}
    for content in contents:
        session = records.sessions.get(content.session_id)
        if session is not None:
            found.setdefault(session.programme_id, []).append(content)
    return [
        ProgrammeContent(**_members(_sum(parts), parts[0].as_of), programme_id=name, session_count=len(parts))
        for name, parts in sorted(found.items())
    ]


def describe_activity(activity_id: ActivityId, sums: ActivitySums) -> ActivityContent:
    """Return the sums of one activity as they are read."""
    return ActivityContent(
        activity_id=activity_id,
        began=sums.began,
        finished=sums.finished,
        waived=sums.waived,
        passed=sums.passed,
        failed=sums.failed,
        stopped=sums.stopped,
        attempts=Spread.of(sums.attempts),
        active_minutes=Spread.of(sums.minutes),
        active_seconds=sums.active_seconds,
        last_at=sums.last_at,
    )


def _sum(contents: Iterable[Content]) -> ContentSums:
    total = ContentSums()
    for content in contents:
        total = total.plus(content.sums)
    return total


def _members(sums: ContentSums, as_of: int) -> dict[str, Any]:
    return {
        "as_of": as_of,
        "enrolment_count": sums.enrolments,
        "completed": sums.completed,
        "begun": sums.begun,
        "sums": sums,
    }
