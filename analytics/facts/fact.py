"""The facts themselves: plain values, one row each. Lengths are whole microseconds or whole seconds, by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from uuid import UUID

from analytics.rates.figure import Figure
from training.records import Modality
from training.records.ids import ActivityId, EnrolmentId, ModuleId, PersonId, SessionId, SlotId


class Confidence(IntEnum):
    """How a length of time is known, the surest last.

    Attributes:
        DECLARED: Somebody says so: a sender's own duration, or a mark that nobody signed here (a sheet on paper).
        ESTIMATED: The announced time of an activity that is proved done.
        MEASURED: Worked out from dated acts, from a class's join and leave log, or from readers of badges.
        SIGNED: A half-day signed, with evidence of the signature.
    """

    DECLARED = 1
    ESTIMATED = 2
    MEASURED = 3
    SIGNED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFact:
    """One person on one local day, on one activity or in one slot, or beside them, of one enrolment.

    The five times stand side by side and are never blended. `enrolment_id` None holds what belongs to no enrolment.

    Attributes:
        person_id: Who.
        enrolment_id: In which enrolment; None when no record says which.
        session_id: In which training session.
        module_id: In which module, where the activity or the slot has one.
        activity_id: On which activity of the programme; None beside them (course pages, sign-ins) and in slots.
        slot_id: In which half-day slot; None on activities.
        day: The local day, in the session's time zone.
        planned_seconds: Planned: what the slot lasts; 0 on activities, whose plan is the contract's.
        estimated_seconds: Estimated: what trainees were told the whole activity takes; not to be added up over days.
        connected_micros: Connected (gross): each instant of the person once, silent stretches of a sitting included.
        active_micros: Active: the part of it within the idle cap of an act, or that shows work by itself.
        credited_micros: Credited: what a document prints, by the rule of the modality.
        declared_micros: The part of the connected time that only a sender's own duration speaks of.
        watched_seconds: Seconds of video played, each second of the video once.
        connected_confidence: MEASURED, or DECLARED when part of it is only declared; None when there is none.
        credited_confidence: SIGNED, MEASURED (class log, badges), ESTIMATED (proved done) or DECLARED (mark unsigned).
        statement_count: How many statements this row is drawn from.
        first_at: The first of them, marks aside, in microseconds since 1970; None when there is none.
        last_at: The last of them, marks aside.
        statement_ids: They, in order of time.
        rules_version: The version of the rules that hold on that day.
    """

    person_id: PersonId
    enrolment_id: EnrolmentId | None
    session_id: SessionId | None
    module_id: ModuleId | None
    activity_id: ActivityId | None
    slot_id: SlotId | None
    day: date
    planned_seconds: int = 0
    estimated_seconds: int = 0
    connected_micros: int = 0
    active_micros: int = 0
    credited_micros: int = 0
    declared_micros: int = 0
    watched_seconds: float = 0.0
    connected_confidence: Confidence | None = None
    credited_confidence: Confidence | None = None
    statement_count: int = 0
    first_at: int | None = None
    last_at: int | None = None
    statement_ids: tuple[UUID, ...] = ()
    rules_version: str = ""


class Event(StrEnum):
    """What changed in the standing of an activity.

    Attributes:
        COMPLETED: A statement says that it is completed.
        UNCOMPLETED: A completion was taken back.
        PASSED: A verdict of success, with the mastery score where one is asked.
        FAILED: A verdict of failure, or a pass under the mastery score.
        WAIVED: The LMS says that it need not be done.
        SATISFIED: What the activity asks is met from here on.
        REVOKED: What the activity asks is met no more.
    """

    COMPLETED = "completed"
    UNCOMPLETED = "uncompleted"
    PASSED = "passed"
    FAILED = "failed"
    WAIVED = "waived"
    SATISFIED = "satisfied"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of an activity's history.

    Attributes:
        at: At which instant, in microseconds since 1970.
        event: What changed.
        statement_id: By which statement.
    """

    at: int
    event: Event
    statement_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one person stands on one activity of one enrolment.

    Attributes:
        enrolment_id: In which enrolment.
        activity_id: On which activity.
        attempts: Distinct attempts, as senders name them; else distinct verdicts.
        best_scaled: The best score, from -1 to 1; None when there was none.
        last_scaled: The latest score.
        progress: The furthest progress, from 0 to 1.
        is_completed: Completed, and not taken back.
        is_passed: Passed, with the mastery score where one is asked.
        is_waived: Waived, by the records or by a statement: satisfied without being done.
        satisfied_at: Since when what the activity asks is met without a break; None when it is not, or only waived.
        proof_ids: The statements that satisfied it.
        history: Every change, in order of time; nothing that was once true is lost.
        watched_seconds: Seconds of its video that were played, each once.
    """

    enrolment_id: EnrolmentId
    activity_id: ActivityId
    attempts: int = 0
    best_scaled: float | None = None
    last_scaled: float | None = None
    progress: float | None = None
    is_completed: bool = False
    is_passed: bool = False
    is_waived: bool = False
    satisfied_at: int | None = None
    proof_ids: tuple[UUID, ...] = ()
    history: tuple[Change, ...] = ()
    watched_seconds: float = 0.0

    @property
    def is_satisfied(self) -> bool:
        """Whether the activity is done as its rule asks, or need not be."""
        return self.is_waived or self.satisfied_at is not None


class Presence(StrEnum):
    """What is known of one trainee in one slot.

    Attributes:
        PRESENT: There for the whole slot.
        PARTIAL: There for a part of it.
        LATE: Marked as having come late.
        LEFT_EARLY: Marked as having left early.
        ABSENT_JUSTIFIED: Marked absent, with a justification.
        ABSENT_UNJUSTIFIED: Marked absent, without one.
        EXCUSED_WAIVED: Need not come.
        CANCELLED: Not held.
        UNKNOWN: Held, and nothing says who was there.
        UPCOMING: Not over yet.
    """

    PRESENT = "PRESENT"
    PARTIAL = "PARTIAL"
    LATE = "LATE"
    LEFT_EARLY = "LEFT_EARLY"
    ABSENT_JUSTIFIED = "ABSENT_JUSTIFIED"
    ABSENT_UNJUSTIFIED = "ABSENT_UNJUSTIFIED"
    EXCUSED_WAIVED = "EXCUSED_WAIVED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"
    UPCOMING = "UPCOMING"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFact:
    """One trainee in one half-day slot.

    Attributes:
        enrolment_id: Whose.
        slot_id: Which slot.
        day: Its local day.
        modality: How it was held.
        planned_seconds: What it lasts.
        presence: What is known.
        is_due: Held by now, not cancelled by the provider, not waived, between entry and exit.
        credited_micros: What counts, never more than the slot lasts.
        justified_micros: What was missed with a justification.
        logged_micros: What the class's join and leave log shows inside the slot.
        confidence: How the credited time is known.
        statement_ids: The mark, or the log, that says so.
    """

    enrolment_id: EnrolmentId
    slot_id: SlotId
    day: date
    modality: Modality
    planned_seconds: int
    presence: Presence
    is_due: bool
    credited_micros: int = 0
    justified_micros: int = 0
    logged_micros: int = 0
    confidence: Confidence | None = None
    statement_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentFacts:
    """One enrolment at one instant: hours due and done by modality, and the rates.

    Attributes:
        enrolment_id: Which enrolment.
        person_id: Whose, merges followed.
        session_id: In which training session.
        as_of: The instant that all of this is true of, in microseconds since 1970.
        planned_seconds: By modality, under the contract that holds.
        waived_seconds: By modality, what need not be done.
        due_seconds: By modality, the slots held by now that were due.
        credited_seconds: By modality, whole seconds, each cut once.
        justified_seconds: Synchronous time missed with a justification.
        estimated_seconds: The announced time of every mandatory activity.
        connected_seconds: Gross connection.
        active_seconds: Active time.
        declared_seconds: The part of the connection that is only declared.
        mandatory_count: Mandatory activities that apply.
        satisfied_count: Those satisfied or waived.
        is_completed: Whether the programme's completion rule is met.
        entered_at: The first credited instant's day or the accepted entry; None before it.
        figures: The rates, each with its formula.
        statement_count: How many statements the days are drawn from.
        rules_version: The version of the rules that hold on the day of `as_of`.
    """

    enrolment_id: EnrolmentId
    person_id: PersonId
    session_id: SessionId
    as_of: int
    planned_seconds: dict[Modality, int]
    waived_seconds: dict[Modality, int]
    due_seconds: dict[Modality, int]
    credited_seconds: dict[Modality, int]
    justified_seconds: int
    estimated_seconds: int
    connected_seconds: int
    active_seconds: int
    declared_seconds: int
    mandatory_count: int
    satisfied_count: int
    is_completed: bool
    entered_at: date | None
    figures: tuple[Figure, ...]
    statement_count: int
    rules_version: str

    def figure(self, formula: str) -> Figure:
        """Return the figure of one formula; raises `KeyError`."""
        for figure in self.figures:
            if figure.formula == formula:
                return figure
        raise KeyError(formula)
