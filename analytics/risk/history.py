"""The history of one enrolment, each item with the instant at which it became known. Pure.

What is asked about an instant is asked of `History.known_at`: nothing in it became known later, or happened later. Days
are ordinals of local dates (`date.toordinal`), instants microseconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum
from typing import NamedTuple

from analytics.facts.fact import Presence
from analytics.time import day_of
from training.records import ExitReason
from training.records.ids import ActivityId, EnrolmentId, ModuleId, PersonId, ProgrammeId, SessionId, SlotId


class EventKind(IntEnum):
    """What happened to an activity. Numbers may be added to, never changed."""

    SUBMITTED = 1
    """Work was handed in."""
    SCORED = 2
    """A mark was given."""
    COMPLETED = 3
    UNCOMPLETED = 4
    """A completion was taken back."""
    PASSED = 5
    FAILED = 6
    PROGRESSED = 7
    """`scaled` says how far, not how well."""
    ATTEMPTED = 8
    """An attempt was named, and nothing was judged."""
    WAIVED = 9
    """It need not be done."""


class Worked(NamedTuple):
    """What one local day shows of one activity, or beside all of them (`activity_id` None).

    `known` is when the last statement that any of it follows from was stored: a day that is corrected later is known
    later, never earlier. `statements` are those that show the learner at work, `interactions` what they tell of. A
    summary that a sender makes of several days stands on the last of them and goes back to `first_day`; `days` is on
    how many of them there was any work, None where that is not said. No time is inferred from it, and it may be of
    none.
    """

    day: int
    known: int
    activity_id: ActivityId | None = None
    statements: int = 0
    active_micros: int = 0
    interactions: float = 0.0
    days: float | None = 1.0
    first_day: int | None = None

    @property
    def is_summary(self) -> bool:
        """Whether a sender counted several days together."""
        return self.first_day is not None


class Event(NamedTuple):
    """Something that was said of an activity as a whole; `scaled` is its score, from -1 to 1."""

    at: int
    known: int
    kind: EventKind
    activity_id: ActivityId
    scaled: float | None = None


class Attended(NamedTuple):
    """A half-day that was held, and what was known of it. A slot may be there twice: the one known last stands."""

    ends_at: int
    known: int
    slot_id: SlotId
    planned_seconds: int
    credited_micros: int
    is_justified: bool
    presence: Presence


class Exchange(NamedTuple):
    """One exchange of the assistance log; `by_learner` says that the learner turned to somebody."""

    at: int
    known: int
    by_learner: bool


class Due(NamedTuple):
    """What the individual calendar asks by the end of a day."""

    on: date
    activity_id: ActivityId


class Planned(NamedTuple):
    """One activity of the programme. Its announced length is the weight of its scores and of its absence."""

    activity_id: ActivityId
    module_id: ModuleId
    estimated_seconds: int
    is_mandatory: bool
    mastery_score: float | None


class Ending(StrEnum):
    """How an enrolment ended."""

    COMPLETED = "completed"
    LEFT = "left"
    """The learner gave up (ABANDON): of all reasons the only one that is a dropout."""
    FAILED = "failed"
    """The session ended, and nothing shows it completed."""
    OTHER = "other"
    """Transferred, cancelled before entry, ended by the provider, the employer or force majeure: no verdict on work."""


class Earlier(NamedTuple):
    """Another enrolment of the same person that had ended."""

    ended_on: date
    ending: Ending
    is_same_programme: bool
    known: int


@dataclass(frozen=True, slots=True)
class Exit:
    """That an enrolment ended before its session did, or with it. An outcome, never a feature."""

    on: date
    reason: ExitReason
    known: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an enrolment, once that is known. Never a feature of the same enrolment."""

    ending: Ending
    on: date
    known: int


@dataclass(frozen=True, slots=True)
class History:
    """One enrolment: what was agreed, and everything that is known to have happened, in no order.

    Attributes:
        enrolment_id: Which enrolment.
        person_id: Whose, merges followed.
        session_id: In which session.
        programme_id: Of which programme.
        zone: The time zone in which its days are counted.
        starts_on: First day of the session.
        ends_on: Last day of the session.
        entered_on: First day of the learner, where the records say.
        registered_on: The day on which the first contract was signed, else that of the statement that says so.
        planned_seconds: What the contracts agree on in all; 0 when nothing is.
        exit: That and why it ended; None as long as it has not.
        outcome: What became of it; None as long as that is not known.
        days: Work by activity and local day.
        events: What was said of activities.
        slots: Half-days held.
        exchanges: The assistance log.
        due: The individual calendar.
        plan: The activities of the programme; the same tuple for everybody in a session.
        earlier: Other enrolments of the person that have ended.
        registered_known: When `registered_on` was known.
        has_begun: False in what is known on a day before the learner registers or enters: they are not there yet.
    """

    enrolment_id: EnrolmentId
    person_id: PersonId
    session_id: SessionId
    programme_id: ProgrammeId
    zone: str
    starts_on: date
    ends_on: date
    entered_on: date | None = None
    registered_on: date | None = None
    planned_seconds: int = 0
    exit: Exit | None = None
    outcome: Outcome | None = None
    days: tuple[Worked, ...] = ()
    events: tuple[Event, ...] = ()
    slots: tuple[Attended, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    due: tuple[Due, ...] = ()
    plan: tuple[Planned, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    registered_known: int = 0
    has_begun: bool = True

    def known_at(self, as_of: int) -> History:
        """Return the history as it was known at an instant: nothing known later, nothing that happened later.

        A day counts once the last statement of it was stored. Dates of the plan stay: they were agreed.
        """
        today = day_of(as_of, self.zone)
        last = today.toordinal()
        registered, heard = self.registered_on, self.registered_known
        is_registered = registered is not None and registered <= today and heard <= as_of
        return replace(
            self,
            registered_on=registered if is_registered else None,
            registered_known=heard if is_registered else 0,
            has_begun=self._has_begun(today),
            exit=None if self.exit is not None and self.exit.known > as_of else self.exit,
            outcome=None if self.outcome is not None and self.outcome.known > as_of else self.outcome,
            days=tuple(item for item in self.days if item.known <= as_of and item.day <= last),
            events=tuple(item for item in self.events if item.known <= as_of and item.at <= as_of),
            slots=tuple(item for item in self.slots if item.known <= as_of and item.ends_at <= as_of),
            exchanges=tuple(item for item in self.exchanges if item.known <= as_of and item.at <= as_of),
            earlier=tuple(item for item in self.earlier if item.known <= as_of and item.ended_on <= today),
        )

    def is_enrolled_at(self, as_of: int) -> bool:
        """Say whether, as far as was known at an instant, the learner had not left and the session was not over.

        Whoever registers or enters later is not there yet.
        """
        today = day_of(as_of, self.zone)
        if today > self.ends_on or not self._has_begun(today):
            return False
        return self.exit is None or self.exit.known > as_of or self.exit.on > today

    def _has_begun(self, today: date) -> bool:
        begun = [on for on in (self.registered_on, self.entered_on) if on is not None]
        return self.has_begun and (not begun or min(begun) <= today)
