"""One follow-up, as it stands and as it came to be. Nothing here performs I/O.

What happened is a list of events that only grows; how a follow-up stands follows from it (`history`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from training.assistance.exchange import Channel
from training.law import Law
from training.records.ids import EnrolmentId, PersonId, SessionId
from training.records.law_override import LawOverride

# A note is a line or two: who writes more writes what does not belong here.
NOTE_MOST: Final = 500
REASON_MOST: Final = 500


class State(StrEnum):
    """Where a follow-up stands: somebody is at it, or it has ended with an outcome."""

    OPEN = "open"
    CLOSED = "closed"


class What(StrEnum):
    """What can happen to a follow-up. The value is what is stored.

    Attributes:
        OPENED: Somebody opened it by hand, with a reason.
        ALERTED: An alert opened it, or came while it was open.
        ASSIGNED: It is somebody else's from now on.
        CONTACTED: Somebody turned to the learner, or tried to.
        STRUCK: A contact that was noted by mistake no longer counts; it stays where it stands.
        CLOSED: Somebody said how it ended.
        OVERRIDDEN: Somebody who knows the situation suspended alerts until a day, with a reason.
        RESUMED: Somebody ended that suspension before its day.
        OBJECTED: The learner objects to the estimate.
        OVER: The enrolment has ended.
    """

    OPENED = "opened"
    ALERTED = "alerted"
    ASSIGNED = "assigned"
    CONTACTED = "contacted"
    STRUCK = "struck"
    CLOSED = "closed"
    OVERRIDDEN = "overridden"
    RESUMED = "resumed"
    OBJECTED = "objected"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFacts:
    """What an alert said when it was raised: kept with the follow-up, for later the estimate is another.

    Attributes:
        key: The alert's own name: the same alert opens nothing twice.
        at: When it was raised.
        reasons: Its reasons in French, as people were shown them, the most telling first.
        top_share: Among which part of the cohort the learner was, .1 for the highest tenth; None where not ranked.
        probability: The estimated chance, where it is calibrated, else None.
        horizon_days: Within how many days, None for "before the end".
        model: Which version of which model.
    """

    key: str
    at: Micros
    reasons: tuple[str, ...] = ()
    top_share: float | None = None
    probability: float | None = None
    horizon_days: int | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened: when it was recorded, what, by whom as the trail has them, and their name then.

    `text` is the note or the reason. `on` is when a contact took place, `channel` by which way, `exchange` its
    statement in the assistance log; `until` the day on which a suspension ends; `owner` whose it became, None for the
    managers; `number` names the event that is struck. `key` is the act's own: the same act happens once.
    """

    at: Micros
    what: What
    by: str
    name: str = ""
    key: str = ""
    text: str = ""
    on: Micros | None = None
    channel: Channel | None = None
    exchange: UUID | None = None
    outcome: str = ""
    until: date | None = None
    owner: PersonId | None = None
    alert: AlertFacts | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody turned to the learner: when, by which way, who, and what is noted of it. `number` names it."""

    number: int
    at: Micros
    recorded_at: Micros
    channel: Channel
    by: str
    name: str
    note: str = ""
    exchange: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One follow-up as it stands. `version` is how many events made it: who writes says which one they saw.

    Attributes:
        owner: Whose it is; None for the managers, together.
        outcome: How it ended, a name in `outcomes.json`; empty while it is open.
        quiet_until: The first day on which an alert may open another one for the enrolment, None when it is open or
            when none ever may: `is_quiet` answers.
    """

    id: UUID
    organisation: OrganisationId
    enrolment_id: EnrolmentId
    session_id: SessionId
    person_id: PersonId
    opened_at: Micros
    state: State
    owner: PersonId | None
    version: int
    outcome: str = ""
    closed_at: Micros | None = None
    quiet_until: date | None = None
    is_quiet_for_good: bool = False
    alerts: tuple[AlertFacts, ...] = ()
    contacts: tuple[Contact, ...] = ()
    events: tuple[Event, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        """Whether somebody is at it."""
        return self.state is State.OPEN

    @property
    def is_by_alert(self) -> bool:
        """Whether an alert opened it, and not a person."""
        return bool(self.events) and self.events[0].what is What.ALERTED

    def as_begun(self) -> FollowUp:
        """Return it as it is before anything happens to it: what `stand` begins with."""
        return FollowUp(
            id=self.id, organisation=self.organisation, enrolment_id=self.enrolment_id, session_id=self.session_id,
            person_id=self.person_id, opened_at=self.opened_at, state=State.OPEN, owner=None, version=0,
        )  # fmt: skip

    def is_quiet(self, today: date) -> bool:
        """Say whether no alert may open another one for the enrolment on a day."""
        return not self.is_open and (
            self.is_quiet_for_good or (self.quiet_until is not None and today < self.quiet_until)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The provisions that hold on a day (`training/law/support.json`).

    `first_days` within which somebody is turned to, `next_days` after a contact until the next step or an outcome,
    `override_days_most` for how long alerts can be suspended at once.
    """

    first_days: int
    next_days: int
    override_days_most: int

    @classmethod
    def on(cls, day: date, law: Law, overrides: Iterable[LawOverride]) -> Limits:
        """Return those that hold on `day`."""
        own = tuple(overrides)
        return cls(
            first_days=int(law.value("followup.first_days", day, own)),
            next_days=int(law.value("followup.next_days", day, own)),
            override_days_most=int(law.value("followup.override_days_most", day, own)),
        )
