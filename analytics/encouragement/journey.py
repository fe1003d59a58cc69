"""One enrolment as encouragement looks at it: its course, and the facts that are known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from analytics.derivation import PersonFacts
from analytics.facts import DayFact, Event, Presence, SlotFact, Standing
from analytics.facts.credit import mandatory_activities
from analytics.facts.roster import Course
from analytics.time import day_of
from training.records import CompletionRule, TrainingActivity
from training.records.ids import ActivityId

# There, for some of the time at least.
ATTENDED = frozenset((Presence.PRESENT, Presence.PARTIAL, Presence.LATE, Presence.LEFT_EARLY))
# Not there, and nothing is asked of them: it never costs anything.
EXCUSED = frozenset((Presence.ABSENT_JUSTIFIED, Presence.EXCUSED_WAIVED))


@dataclass(frozen=True)
class Journey:
    """What is known of one enrolment at `as_of`; `rule` is its programme's completion rule."""

    course: Course
    rule: CompletionRule
    standings: Mapping[ActivityId, Standing]
    slots: Sequence[SlotFact]
    days: Sequence[DayFact]
    as_of: int

    @cached_property
    def mandatory(self) -> list[TrainingActivity]:
        """The activities that completion asks for, in the programme's order."""
        return mandatory_activities(self.course, self.rule)

    @property
    def today(self) -> date:
        """The local day of `as_of`."""
        return day_of(self.as_of, self.course.zone)

    def is_satisfied(self, activity_id: ActivityId) -> bool:
        """Say whether an activity is done as its rule asks, or need not be."""
        standing = self.standings.get(activity_id)
        return standing is not None and standing.is_satisfied

    def done_at(self, activity_id: ActivityId) -> int | None:
        """Return since when an activity is done; None when it is not, or only waived."""
        standing = self.standings.get(activity_id)
        return None if standing is None else standing.satisfied_at

    def day(self, at: int) -> date:
        """Return the local day of an instant."""
        return day_of(at, self.course.zone)

    def recoveries(self) -> list[tuple[Standing, int, int]]:
        """Return the activities passed after a failure, with the places in their history of the failure and the pass.

        In the programme's order.
        """
        found = []
        for _, activity in self.course.programme.activities():
            standing = self.standings.get(activity.id)
            if standing is None:
                continue
            events = [change.event for change in standing.history]
            if Event.FAILED in events and Event.PASSED in events[events.index(Event.FAILED) :]:
                failed = events.index(Event.FAILED)
                found.append((standing, failed, events.index(Event.PASSED, failed)))
        return found


def journey_of(facts: PersonFacts, course: Course, rule: CompletionRule) -> Journey:
    """Return one enrolment of a person, as it stands in their facts."""
    name = course.enrolment.id
    return Journey(
        course,
        rule,
        {item.activity_id: item for item in facts.standings if item.enrolment_id == name},
        tuple(item for item in facts.slots if item.enrolment_id == name),
        tuple(item for item in facts.days if item.enrolment_id == name),
        facts.as_of,
    )
