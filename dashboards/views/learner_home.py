"""Where a learner stands: done against the calendar, hours by modality, what comes next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from analytics.encouragement import Journey, Reason, Step, next_steps
from analytics.encouragement.journey import EXCUSED
from analytics.facts import EnrolmentFacts, Presence
from analytics.rates import Figure
from analytics.time import day_of
from dashboards.views.learner import course_title, find_me, journeys, own_enrolments, own_facts
from dashboards.views.learner_packages import opened_here
from dashboards.views.lens import Lens
from lrs.clock import to_datetime
from training.records import Modality, TrainingSession
from training.records.enrolment import Enrolment, ExitReason
from training.records.slot import Slot


class Stage(StrEnum):
    """How far an enrolment is by the calendar; LEFT is one that ended before its session did."""

    ONGOING = "ongoing"
    UPCOMING = "upcoming"
    ENDED = "ended"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Seconds of one modality: planned by the contract less what is waived, due by now, and credited."""

    modality: Modality
    planned_seconds: int
    waived_seconds: int
    due_seconds: int
    credited_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The five times of an enrolment, in seconds, side by side: they are never added to each other."""

    planned_seconds: int
    estimated_seconds: int
    connected_seconds: int
    active_seconds: int
    credited_seconds: int
    declared_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSlot:
    """The next half-day to attend."""

    slot_id: str
    day: date
    half_day: str
    starts_at: datetime
    ends_at: datetime
    modality: Modality
    place: str
    module: str
    is_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One activity to do, with why; `due_on` is the individual calendar's day."""

    activity_id: str
    title: str
    module: str
    reasons: tuple[Reason, ...]
    estimated_seconds: int
    due_on: date | None
    attempts: int
    best_percent: int | None
    is_opened_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseView:
    """One enrolment as its learner sees it.

    `done_seconds` of `mandatory_seconds` are the announced time of the mandatory activities that are done, and
    `expected_seconds` what the calendar asks for by today. `facts_missing` says that nothing is worked out yet.
    """

    enrolment_id: str
    title: str
    programme: str
    starts_on: date | None
    ends_on: date | None
    stage: Stage
    left_on: date | None
    left_why: ExitReason | None
    as_of: int
    facts_missing: bool
    done_seconds: int = 0
    mandatory_seconds: int = 0
    expected_seconds: int = 0
    done_count: int = 0
    mandatory_count: int = 0
    has_calendar: bool = False
    is_completed: bool = False
    figures: tuple[Figure, ...] = ()
    hours: tuple[Hours, ...] = ()
    times: Times | None = None
    next_slot: NextSlot | None = None
    steps: tuple[ToDo, ...] = ()
    half_days_held: int = 0
    half_days_attended: int = 0

    @property
    def overdue(self) -> tuple[ToDo, ...]:
        """What the individual calendar asked for by a day that is past."""
        return tuple(step for step in self.steps if Reason.OVERDUE in step.reasons)

    @property
    def is_behind(self) -> bool:
        """Whether less is done than the calendar asks for by today."""
        return self.stage is Stage.ONGOING and self.done_seconds < self.expected_seconds


@dataclass(frozen=True, slots=True)
class Home:
    """What a learner's first page shows; `is_known` False for an account that is tied to nobody on record."""

    is_known: bool
    first_name: str
    as_of: int
    courses: tuple[CourseView, ...]


# In the order in which they are shown: what is under way first.
_ORDER = tuple(Stage)
# The rates that tell a learner something about their own work.
_FIGURES = ("completion_rate_weighted", "progression", "attendance_rate_net", "realisation_rate")


def home(lens: Lens) -> Home:
    """Return where the reader stands in each of their enrolments; raises Forbidden to who is no learner."""
    me = find_me(lens)
    if me is None:
        return Home(is_known=False, first_name="", as_of=lens.as_of, courses=())
    facts = own_facts(lens, me)
    by_id = {item.course.enrolment.id: item for item in journeys(lens, me, facts)}
    figures = {item.enrolment_id: item for item in facts.enrolments}
    courses = [_course(lens, item, by_id.get(item.id), figures.get(item.id)) for item in own_enrolments(lens, me)]
    courses.sort(key=lambda course: (_ORDER.index(course.stage), course.starts_on or date.max, course.enrolment_id))
    return Home(is_known=True, first_name=me.first_name, as_of=facts.as_of, courses=tuple(courses))


def stage_of(enrolment: Enrolment, session: TrainingSession | None, today: date) -> Stage:
    """Return how far an enrolment is on a day."""
    left = enrolment.exit
    if left is not None and left.on < today:
        is_early = left.reason is not ExitReason.COMPLETED and (session is None or left.on < session.ends_on)
        return Stage.LEFT if is_early else Stage.ENDED
    if session is None or today < session.starts_on:
        return Stage.UPCOMING
    return Stage.ENDED if today > session.ends_on else Stage.ONGOING


def _course(lens: Lens, enrolment: Enrolment, journey: Journey | None, facts: EnrolmentFacts | None) -> CourseView:
    session = lens.records.sessions.get(enrolment.session_id)
    programme = lens.records.programme_of(enrolment.session_id)
    today = day_of(lens.now, session.time_zone if session else "Europe/Paris")
    stage = stage_of(enrolment, session, today)
    view = CourseView(
        enrolment_id=enrolment.id,
        title=course_title(lens, enrolment),
        programme=programme.title if programme else "",
        starts_on=session.starts_on if session else None,
        ends_on=session.ends_on if session else None,
        stage=stage,
        left_on=enrolment.exit.on if enrolment.exit else None,
        left_why=enrolment.exit.reason if enrolment.exit else None,
        as_of=lens.as_of if facts is None else facts.as_of,
        facts_missing=facts is None or journey is None,
    )
    return view if facts is None or journey is None else _filled(view, lens, journey, facts)


def _filled(view: CourseView, lens: Lens, journey: Journey, facts: EnrolmentFacts) -> CourseView:
    done, progression = facts.figure("completion_rate_weighted"), facts.figure("progression")
    held = [fact for fact in journey.slots if fact.is_due or fact.presence in EXCUSED]
    attended = [fact for fact in held if fact.credited_micros or fact.presence in EXCUSED]
    return replace(
        view,
        done_seconds=done.numerator,
        mandatory_seconds=done.denominator,
        expected_seconds=progression.denominator,
        done_count=facts.satisfied_count,
        mandatory_count=facts.mandatory_count,
        has_calendar=bool(journey.course.enrolment.individual_calendar),
        is_completed=facts.is_completed,
        figures=tuple(facts.figure(name) for name in _FIGURES),
        hours=_hours(facts),
        times=_times(facts),
        next_slot=_next_slot(lens, journey) if view.stage in (Stage.ONGOING, Stage.UPCOMING) else None,
        steps=_steps(lens, journey) if view.stage is Stage.ONGOING else (),
        half_days_held=len(held),
        half_days_attended=len(attended),
    )


def _hours(facts: EnrolmentFacts) -> tuple[Hours, ...]:
    parts = (facts.planned_seconds, facts.due_seconds, facts.credited_seconds)
    return tuple(
        Hours(
            modality=modality,
            planned_seconds=facts.planned_seconds.get(modality, 0),
            waived_seconds=facts.waived_seconds.get(modality, 0),
            due_seconds=facts.due_seconds.get(modality, 0),
            credited_seconds=facts.credited_seconds.get(modality, 0),
        )
        for modality in Modality
        if any(part.get(modality) for part in parts)
    )


def _times(facts: EnrolmentFacts) -> Times:
    return Times(
        planned_seconds=sum(facts.planned_seconds.values()),
        estimated_seconds=facts.estimated_seconds,
        connected_seconds=facts.connected_seconds,
        active_seconds=facts.active_seconds,
        credited_seconds=sum(facts.credited_seconds.values()),
        declared_seconds=facts.declared_seconds,
    )


def _next_slot(lens: Lens, journey: Journey) -> NextSlot | None:
    """Return the first half-day that is not over, is held, and is asked of this person."""
    now = to_datetime(lens.now)
    left = journey.course.enrolment.exit
    waived = {fact.slot_id for fact in journey.slots if fact.presence is Presence.EXCUSED_WAIVED}
    for window in journey.course.slots:
        slot = window.slot
        is_asked = slot.cancelled is None and slot.id not in waived and (left is None or slot.held_on <= left.on)
        if is_asked and slot.ends_at > now:
            return _slot(journey, slot, now)
    return None


def _slot(journey: Journey, slot: Slot, now: datetime) -> NextSlot:
    module = journey.course.programme.find_module(slot.module_id or "")
    zone = journey.course.session.zone
    return NextSlot(
        slot_id=slot.id,
        day=slot.held_on,
        half_day=slot.half_day.value,
        starts_at=slot.starts_at.astimezone(zone),
        ends_at=slot.ends_at.astimezone(zone),
        modality=slot.mode,
        place=slot.place or journey.course.session.place,
        module="" if module is None else module.title or module.id,
        is_now=slot.starts_at <= now,
    )


def _steps(lens: Lens, journey: Journey) -> tuple[ToDo, ...]:
    opened = opened_here(lens)
    return tuple(_to_do(journey, step, opened) for step in next_steps(journey))


def _to_do(journey: Journey, step: Step, opened: Collection[str]) -> ToDo:
    module, activity = journey.course.by_id[step.activity_id]
    return ToDo(
        activity_id=step.activity_id,
        title=activity.title or activity.id,
        module=module.title or module.id,
        reasons=step.reasons,
        estimated_seconds=step.estimated_seconds,
        due_on=step.due_on,
        attempts=step.attempts,
        best_percent=None if step.best_scaled is None else int(step.best_scaled * 100),
        is_opened_here=activity.iri in opened,
    )
