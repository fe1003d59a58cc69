"""How one learner lives through one session: what they do on which day, and what they leave undone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Final

from assidu.demo.calendar import HalfDay, at, busyness, days, is_open
from assidu.demo.catalogue import Activity, Kind
from assidu.demo.sessions import Enrolment, Slot

PASS_MARK: Final = 0.6
QUESTIONS_ASKED: Final = 5
# Somebody who left stays on the attendance sheet this many half-days, then is written off.
ABSENCES_AFTER_LEAVING: Final = 3
# Work still goes on for this long after the last half-day, for those who lag.
GRACE: Final = timedelta(days=12)
_VISIT_MINUTES: Final = 75
_LUNCH_MINUTES: Final = 40


class Fate(StrEnum):
    """Where a learner's year goes."""

    FINISHES = "finishes"
    LAGS = "lags"
    LEAVES = "leaves"


# What part of the learners each fate takes; more leave when nobody sees them in a room.
SHARES: Final = {Fate.FINISHES: 0.70, Fate.LAGS: 0.18, Fate.LEAVES: 0.12}
_SHARES_ALONE: Final = {Fate.FINISHES: 0.58, Fate.LAGS: 0.22, Fate.LEAVES: 0.20}


@dataclass(frozen=True, slots=True)
class Work:
    """One activity taken up once; `right` answers of QUESTIONS_ASKED where it is marked."""

    activity: Activity
    attempt: int = 1
    right: int = QUESTIONS_ASKED
    stops_halfway: bool = False
    resumes: bool = False

    @property
    def share(self) -> float:
        """Return what part of the questions was answered rightly."""
        return self.right / QUESTIONS_ASKED

    @property
    def passed(self) -> bool:
        """Say whether the mark is enough."""
        return self.share >= PASS_MARK


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay on the LMS; with no work it is a look around."""

    at: datetime
    works: tuple[Work, ...] = ()
    lost_reply: bool = False  # the sender never saw the answer to this batch, and sends it again


@dataclass(frozen=True, slots=True)
class Presence:
    """One half-day attended, perhaps late, left early or interrupted."""

    slot: Slot
    late_minutes: int = 0
    early_minutes: int = 0
    drops_at: float | None = None  # share of the half-day after which the connection fails
    entered_wrongly: bool = False  # first entered as an absence, corrected the next morning


@dataclass(frozen=True, slots=True)
class Absence:
    """One half-day missed."""

    slot: Slot
    reason: str
    justified: bool


@dataclass(frozen=True, slots=True)
class Reopening:
    """A trainer takes a completion back and asks for the work again."""

    at: datetime
    activity: Activity


Act = Visit | Presence | Absence | Reopening


@dataclass
class Life:
    """The plan of one enrolment, day by day."""

    fate: Fate
    left_on: date | None
    finishes: bool = False
    acts: dict[date, list[Act]] = field(default_factory=lambda: defaultdict(list))


def chance(random: Random, share: float) -> bool:
    """Draw whether something happens that happens with that share."""
    return random.random() < share


def live(random: Random, enrolment: Enrolment) -> Life:
    """Draw one learner's whole session."""
    session = enrolment.session
    shares = SHARES if session.slots else _SHARES_ALONE
    fate = random.choices(list(shares), list(shares.values()))[0]
    left_on = None
    if fate is Fate.LEAVES:
        span = (session.ends_on - session.starts_on).days
        left_on = session.starts_on + timedelta(days=round(span * random.uniform(0.3, 0.75)))
    life = Life(fate, left_on)
    works = _schedule(random, enrolment, life)
    _attend(random, enrolment, life)
    _visit(random, enrolment, life, works)
    return life


def _schedule(random: Random, enrolment: Enrolment, life: Life) -> dict[date, list[Work]]:
    """Put each activity on a day: as it falls due, ever later for who lags, never after somebody left."""
    session = enrolment.session
    ability = min(0.97, max(0.35, random.gauss(0.78, 0.13)))
    span = (session.ends_on - session.starts_on).days
    activities = session.programme.activities
    works: dict[date, list[Work]] = defaultdict(list)
    last = session.ends_on + GRACE
    done = 0
    for index, activity in enumerate(activities):
        progress = (index + 0.6) / len(activities)
        delay = random.gauss(-0.5, 1.4)
        if life.fate is Fate.LAGS:
            delay += progress * random.uniform(0.15, 0.55) * max(span, 14)
        day = _next_free_day(random, session.starts_on + timedelta(days=max(0, round(progress * span + delay))))
        if life.left_on is not None:
            day += timedelta(days=round(progress * 6))
            if day >= life.left_on:
                break
        if day > last:
            continue
        done += 1
        for attempt in _attempts(random, activity, ability):
            works[day].append(attempt)
            if attempt.stops_halfway or (not attempt.passed and chance(random, 0.5)):
                day = _next_free_day(random, day + timedelta(days=random.randint(1, 3)))
        if activity.kind in (Kind.PAGE, Kind.ASSIGNMENT) and chance(random, 0.02):
            day = _reopen(random, life, day, activity)
            works[day].append(Work(activity, attempt=2))
    life.finishes = done == len(activities) and life.fate is not Fate.LEAVES
    return works


def _attempts(random: Random, activity: Activity, ability: float) -> list[Work]:
    """Return the attempts at one activity: again after a fail, at most three; some lessons in two sittings."""
    if activity.kind in (Kind.SCORM, Kind.CMI5) and chance(random, 0.15):
        halfway = Work(activity, right=0, stops_halfway=True)
        return [halfway, Work(activity, right=_marks(random, ability), resumes=True)]
    works = []
    for attempt in range(1, 4):
        right = _marks(random, ability + 0.12 * (attempt - 1))
        works.append(Work(activity, attempt, right))
        if activity.kind is not Kind.QUIZ or works[-1].passed:
            break
    return works


def _marks(random: Random, ability: float) -> int:
    return sum(random.random() < ability for _ in range(QUESTIONS_ASKED))


def _reopen(random: Random, life: Life, day: date, activity: Activity) -> date:
    """Take the completion back on the next open day and return the day on which the work is done again."""
    reopened = day + timedelta(days=1)
    while not is_open(reopened):
        reopened += timedelta(days=1)
    life.acts[reopened].append(Reopening(at(reopened, 8, random.randint(5, 55)), activity))
    return _next_free_day(random, reopened + timedelta(days=random.randint(1, 3)))


def _next_free_day(random: Random, day: date) -> date:
    """Return that day or a later one, skipping most weekends, holidays and much of August."""
    while random.random() > busyness(day):
        day += timedelta(days=1)
    return day


def _attend(random: Random, enrolment: Enrolment, life: Life) -> None:
    """Fill the attendance sheet; before leaving, half-days are missed more and more."""
    written_off = 0
    span = max(1, (enrolment.session.ends_on - enrolment.session.starts_on).days)
    for slot in enrolment.session.slots:
        presence = {Fate.FINISHES: 0.96, Fate.LAGS: 0.86, Fate.LEAVES: 0.93}[life.fate]
        if life.left_on is not None:
            remaining = (life.left_on - slot.day).days / span
            if remaining <= 0:
                written_off += 1
                if written_off <= ABSENCES_AFTER_LEAVING:
                    life.acts[slot.day].append(Absence(slot, "sans nouvelles", justified=False))
                continue
            presence *= min(1.0, 0.45 + 2.2 * remaining)
        if random.random() < presence:
            life.acts[slot.day].append(_presence(random, slot))
        else:
            reason, justified = random.choice(_REASONS)
            life.acts[slot.day].append(Absence(slot, reason, justified))


_REASONS: Final = (
    ("arrêt maladie", True),
    ("enfant malade", True),
    ("rendez-vous professionnel", True),
    ("grève des transports", True),
    ("non justifiée", False),
    ("non justifiée", False),
)


def _presence(random: Random, slot: Slot) -> Presence:
    late = random.randint(6, 45) if chance(random, 0.06) else 0
    early = random.randint(10, 60) if chance(random, 0.03) else 0
    drops = random.uniform(0.2, 0.8) if chance(random, 0.12) else None
    return Presence(slot, late, early, drops, entered_wrongly=chance(random, 0.012))


def _visit(random: Random, enrolment: Enrolment, life: Life, works: dict[date, list[Work]]) -> None:
    """Turn the works of each day into visits, and add looks around that thin out before somebody leaves."""
    session = enrolment.session
    late = chance(random, 0.55 if session.slots else 0.4)
    curiosity = {Fate.FINISHES: 0.22, Fate.LAGS: 0.1, Fate.LEAVES: 0.2}[life.fate]
    day = session.starts_on
    pending: list[Work] = []
    last = max([session.ends_on + GRACE, *works])
    for day in days(session.starts_on, last + timedelta(days=8)):
        pending += works.get(day, [])
        interest = curiosity * busyness(day) if day <= session.ends_on else 0.0
        if life.left_on is not None:
            interest *= max(0.0, min(1.0, (life.left_on - day).days / 21))
        if not pending and random.random() >= interest:
            continue
        taken, pending = _sitting(pending)
        minutes = sum(work.activity.minutes for work in taken)
        start = _when(random, day, [slot.half for slot in session.slots if slot.day == day], minutes, late=late)
        life.acts[day].append(Visit(start, tuple(taken), lost_reply=chance(random, 0.006)))


def _sitting(pending: list[Work]) -> tuple[list[Work], list[Work]]:
    """Take what fits one visit, at least one work when there is any; the rest waits for the next day."""
    minutes = 0
    for count, work in enumerate(pending):
        minutes += work.activity.minutes
        if count and minutes > _VISIT_MINUTES:
            return pending[:count], pending[count:]
    return pending, []


def _when(random: Random, day: date, halves: list[HalfDay], minutes: int, *, late: bool) -> datetime:
    """Choose the hour: lunch if short, office hours on a day without half-days, otherwise the evening."""
    if not is_open(day):
        hour = random.choice((10, 11, 14, 15, 16, 17, 20))
        return at(day, hour, random.randint(0, 50), random.randint(0, 59))
    if minutes <= _LUNCH_MINUTES and chance(random, 0.3):
        return at(day, 12, random.randint(33, 45), random.randint(0, 59))
    if not halves and not late and chance(random, 0.85):
        hour = random.choice((8, 9, 10, 10, 11, 14, 14, 15, 16))
        return at(day, hour, random.randint(5, 55), random.randint(0, 59))
    earliest = 20 if HalfDay.EVENING in halves else 18
    return at(day, random.randint(earliest, 20), random.randint(6, 55), random.randint(0, 59))
