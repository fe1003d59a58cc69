"""What becomes of the activities of a programme, in one session or in all that follow it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What some enrolments have made of the activities of their programme.

    Attributes:
        as_of: The instant that it is true of, in microseconds since 1970.
        enrolment_count: How many enrolments.
        completed: How many of them meet the programme's completion rule.
        begun: How many of them have any statement on any activity.
        activities: By id; those of which nothing is known are left out.
    """

    as_of: int
    enrolment_count: int
    completed: int
    begun: int
    activities: tuple[ActivityContent, ...]

    def activity(self, activity_id: ActivityId) -> ActivityContent:
        """Return what is known of one activity; all noughts when that is nothing."""
        for activity in self.activities:
            if activity.activity_id == activity_id:
                return activity
        nobody = Spread.of({})
        return ActivityContent(
            activity_id=activity_id, began=0, finished=0, waived=0, passed=0, failed=0, stopped=0, attempts=nobody,
            active_minutes=nobody, active_seconds=0, last_at=None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionContent(Content):
    """What the enrolments of one training session have made of its programme.

    Attributes:
        session_id: Which session.
    """

    session_id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeContent(Content):
    """What the enrolments of some sessions that follow one programme have made of it.

    Attributes:
        programme_id: Which programme.
        session_count: How many sessions.
    """

    programme_id: ProgrammeId
    session_count: int


def by_programme(contents: Iterable[SessionContent], records: Records) -> list[ProgrammeContent]:
    """Return the contents of sessions added up by the programme that they follow, by its id."""
    raise NotImplementedError
