"""What one enrolment has made of one activity: the share that content is added up from, as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from analytics.content.spread import Histogram, sum_counts
from analytics.facts.fact import Event, Standing
from training.records.ids import ActivityId

_SECOND: Final = 1_000_000
_MINUTE: Final = 60
# Beyond these, more of them tells nobody anything, and a spread stays small whatever senders claim.
ATTEMPTS_MOST: Final = 100
MINUTES_MOST: Final = 6_000


class Spent(NamedTuple):
    """What one activity has on one local day, of one enrolment: microseconds, statements, the last of them.

    `acts` are the statements that show somebody at work, `interactions` what these tell of; `known` is when the last
    statement that all of it follows from was stored.
    """

    connected: int = 0
    statements: int = 0
    active: int = 0
    last_at: int | None = None
    known: int = 0
    acts: int = 0
    interactions: float = 0.0


class Share(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One enrolment's share in one activity. Kept by place: raise `analytics.kept.form.FORM` with any change."""

    active_seconds: int = 0
    last_at: int | None = None
    attempts: int = 0
    has_begun: bool = False
    is_finished: bool = False
    is_waived: bool = False
    is_passed: bool = False
    is_failed: bool = False


def share_of(days: Mapping[int, Spent], standing: Standing | None) -> Share | None:
    """Return what an enrolment has made of an activity, by its days and where it stands; None when that is nothing."""
    if not days and standing is None:
        return None
    instants = [spent.last_at for spent in days.values() if spent.last_at is not None]
    timed = (sum(spent.active for spent in days.values()) // _SECOND, max(instants, default=None))
    if standing is None:
        return Share(*timed, has_begun=True)
    is_failed = not standing.is_passed and any(change.event is Event.FAILED for change in standing.history)
    is_finished = standing.satisfied_at is not None
    return Share(*timed, standing.attempts, bool(days), is_finished, standing.is_waived, standing.is_passed, is_failed)


def last_touched(shares: Mapping[ActivityId, Share]) -> ActivityId | None:
    """Return the activity with the last statement; of several at one instant the last by id."""
    touched = [(share.last_at, name) for name, share in shares.items() if share.last_at is not None]
    return max(touched)[1] if touched else None


class ActivitySums(msgspec.Struct, array_like=True, gc=False):
    """Shares in one activity, added up. Numbers are of enrolments, but `active_seconds`."""

    began: int = 0
    finished: int = 0
    waived: int = 0
    passed: int = 0
    failed: int = 0
    stopped: int = 0
    attempts: Histogram = {}
    minutes: Histogram = {}
    active_seconds: int = 0
    last_at: int | None = None

    def add(self, share: Share, *, is_stop: bool) -> None:
        """Add one enrolment's share; `is_stop` says that it came to this activity last and no further."""
        self.began += share.has_begun
        self.finished += share.is_finished
        self.waived += share.is_waived
        self.passed += share.is_passed
        self.failed += share.is_failed
        self.stopped += is_stop
        self.active_seconds += share.active_seconds
        if share.attempts:
            _count(self.attempts, min(share.attempts, ATTEMPTS_MOST))
        if share.is_finished:
            _count(self.minutes, min(share.active_seconds // _MINUTE, MINUTES_MOST))
        if share.last_at is not None:
            self.last_at = max(share.last_at, self.last_at or 0)

    def plus(self, other: ActivitySums) -> ActivitySums:
        """Return the sums of both."""
        instants = [sums.last_at for sums in (self, other) if sums.last_at is not None]
        return ActivitySums(
            self.began + other.began,
            self.finished + other.finished,
            self.waived + other.waived,
            self.passed + other.passed,
            self.failed + other.failed,
            self.stopped + other.stopped,
            sum_counts((self.attempts, other.attempts)),
            sum_counts((self.minutes, other.minutes)),
            self.active_seconds + other.active_seconds,
            max(instants, default=None),
        )


class ContentSums(msgspec.Struct, array_like=True, gc=False):
    """The shares of some enrolments in the activities of one programme, added up."""

    enrolments: int = 0
    completed: int = 0
    begun: int = 0
    activities: dict[ActivityId, ActivitySums] = {}

    def add(self, shares: Mapping[ActivityId, Share], *, is_completed: bool) -> None:
        """Add one enrolment's shares."""
        self.enrolments += 1
        self.completed += is_completed
        self.begun += any(share.has_begun for share in shares.values())
        stop = None if is_completed else last_touched(shares)
        for name, share in shares.items():
            sums = self.activities.get(name)
            if sums is None:
                sums = self.activities[name] = ActivitySums()
            sums.add(share, is_stop=name == stop)

    def plus(self, other: ContentSums) -> ContentSums:
        """Return the sums of both."""
        names = self.activities.keys() | other.activities.keys()
        none = ActivitySums()
        return ContentSums(
            self.enrolments + other.enrolments,
            self.completed + other.completed,
            self.begun + other.begun,
            {name: self.activities.get(name, none).plus(other.activities.get(name, none)) for name in sorted(names)},
        )


def _count(counts: Histogram, number: int) -> None:
    counts[number] = counts.get(number, 0) + 1
