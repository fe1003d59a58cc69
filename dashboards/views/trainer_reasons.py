"""Why a trainer should turn to a learner: reasons with their numbers, by rules that a trainer would state. Pure.

There is no score and no judgement. Every limit is a provision (`training/law/support.json`), which an organisation may
decide otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from statistics import median
from typing import Final

from analytics.content import Whereabouts
from analytics.facts import EnrolmentFacts, Event, Presence, SlotFact, Standing
from analytics.time import day_of
from training.assistance import Exchange, open_questions
from training.law import Law
from training.records import Enrolment, Programme, TrainingSession
from training.records.ids import ActivityId
from training.records.law_override import LawOverride

_ABSENT: Final = (Presence.ABSENT_JUSTIFIED, Presence.ABSENT_UNJUSTIFIED)
_KNOWN: Final = frozenset(
    (Presence.PRESENT, Presence.PARTIAL, Presence.LATE, Presence.LEFT_EARLY, *_ABSENT)
)  # fmt: skip
# Somebody who was there on two days has one pause.
_PAUSES_FROM: Final = 2


class Why(StrEnum):
    """The reasons, the most pressing first: that is the order in which learners are listed.

    Attributes:
        UNANSWERED: A question of theirs has no reply.
        MISSED: They missed the last half-days.
        FAILED: They failed one activity again and again, and have not passed it since.
        IDLE: They have left no trace for long, by the rhythm of their session, and distance work is left.
        BEHIND: They have done much less than the calendar expects by now.
    """

    UNANSWERED = "unanswered"
    MISSED = "missed_half_days"
    FAILED = "failed_attempts"
    IDLE = "idle"
    BEHIND = "behind"


_ORDER: Final = tuple(Why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The provisions that hold on a day."""

    reply_seconds: int
    idle_days: int
    idle_rhythms: float
    missed_half_days: int
    failed_attempts: int
    behind_share: float
    behind_seconds: int

    @classmethod
    def on(cls, day: date, law: Law, overrides: Iterable[LawOverride]) -> Limits:
        """Return those that hold on `day`."""
        own = tuple(overrides)

        def value(name: str) -> float:
            return float(law.value(name, day, own))

        return cls(
            reply_seconds=int(value("assistance.reply_seconds")),
            idle_days=int(value("contact.idle_days")),
            idle_rhythms=value("contact.idle_rhythms"),
            missed_half_days=int(value("contact.missed_half_days")),
            failed_attempts=int(value("contact.failed_attempts")),
            behind_share=value("contact.behind_share"),
            behind_seconds=int(value("contact.behind_seconds")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason. `since` is the day from which it holds, by which those of one kind are ordered, the oldest first.

    `count` and `of` are its numbers, by kind: UNANSWERED hours waited, hours promised; MISSED half-days in a row, of
    them justified; FAILED failures; IDLE days without a trace, usual days between two (None where nobody shows one);
    BEHIND seconds done, seconds expected. `activity` is the title of what it is on.
    """

    why: Why
    since: date
    count: int
    of: int | None = None
    activity_id: ActivityId | None = None
    activity: str = ""
    slot_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one enrolment, as far as reasons ask. `exchanges` is its log of assistance."""

    enrolment: Enrolment
    session: TrainingSession
    programme: Programme | None
    facts: EnrolmentFacts | None
    whereabouts: Whereabouts | None
    slots: Sequence[SlotFact] = ()
    standings: Sequence[Standing] = ()
    exchanges: Sequence[Exchange] = ()


def reasons_of(known: Known, limits: Limits, rhythm: float | None, now: datetime) -> tuple[Reason, ...]:
    """Return the reasons to turn to somebody, the most pressing first; none for who is done, gone or not there yet.

    `rhythm` is how many days usually lie between two days at work of the session's trainees.
    """
    today = now.astimezone(known.session.zone).date()
    found = list(_unanswered(known, limits, now))
    if is_under_way(known, today):
        found.extend(_missed(known, limits))
        found.extend(_failed(known, limits))
        found.extend(_idle(known, limits, rhythm, today))
        found.extend(_behind(known, limits, today))
    return tuple(sorted(found, key=urgency))


def urgency(reason: Reason) -> tuple[int, date]:
    """Return what reasons, and people by their first one, are listed by: the kind of reason, then how long it holds."""
    return _ORDER.index(reason.why), reason.since


def is_under_way(known: Known, today: date) -> bool:
    """Say whether somebody is expected to be at work: entered and not gone, session on, programme not done."""
    enrolment, session = known.enrolment, known.session
    if enrolment.exit is not None and enrolment.exit.on <= today:
        return False
    starts = enrolment.entered_on or session.starts_on
    is_done = known.facts is not None and known.facts.is_completed
    return starts <= today <= session.ends_on and not is_done


def rhythm_of(session: TrainingSession, everybody: Iterable[Whereabouts]) -> float | None:
    """Return how many days usually lie between two days at work of a session's trainees: the median of theirs.

    None while nobody was seen on two days. Taken from the session itself, so that nobody is held to another's rhythm.
    """
    pauses = []
    for one in everybody:
        if one.last_at is not None and one.active_day_count >= _PAUSES_FROM:
            days = (day_of(one.last_at, session.time_zone) - session.starts_on).days
            pauses.append(max(1.0, days / (one.active_day_count - 1)))
    return median(pauses) if pauses else None


def _unanswered(known: Known, limits: Limits, now: datetime) -> Iterator[Reason]:
    for question in open_questions(known.exchanges):
        waited = int((now - question.at).total_seconds())
        yield Reason(
            why=Why.UNANSWERED,
            since=question.at.astimezone(known.session.zone).date(),
            count=waited // 3600,
            of=limits.reply_seconds // 3600,
            activity=question.subject,
        )


def _missed(known: Known, limits: Limits) -> Iterator[Reason]:
    """Look back from the last half-day of which anything is known; those of which nothing is break no row."""
    row: list[SlotFact] = []
    for fact in sorted(
        (fact for fact in known.slots if fact.is_due and fact.presence in _KNOWN), key=_when, reverse=True
    ):
        if fact.presence not in _ABSENT:
            break
        row.append(fact)
    if len(row) >= limits.missed_half_days:
        yield Reason(
            why=Why.MISSED,
            since=row[-1].day,
            count=len(row),
            of=sum(fact.presence is Presence.ABSENT_JUSTIFIED for fact in row),
            slot_ids=tuple(str(fact.slot_id) for fact in reversed(row)),
        )


def _when(fact: SlotFact) -> tuple[date, str]:
    return fact.day, fact.slot_id


def _failed(known: Known, limits: Limits) -> Iterator[Reason]:
    titles = _titles(known)
    for standing in known.standings:
        failures = [change.at for change in standing.history if change.event is Event.FAILED]
        if standing.is_satisfied or standing.is_passed or len(failures) < limits.failed_attempts:
            continue
        yield Reason(
            why=Why.FAILED,
            since=day_of(max(failures), known.session.time_zone),
            count=len(failures),
            activity_id=standing.activity_id,
            activity=titles.get(standing.activity_id, standing.activity_id),
        )


def _idle(known: Known, limits: Limits, rhythm: float | None, today: date) -> Iterator[Reason]:
    facts = known.facts
    if facts is None or facts.satisfied_count >= facts.mandatory_count:
        return
    zone, last = known.session.time_zone, known.enrolment.entered_on or known.session.starts_on
    if known.whereabouts is not None and known.whereabouts.last_at is not None:
        last = max(last, day_of(known.whereabouts.last_at, zone))
    # Who came to a class is there, whatever the platform shows.
    last = max([last, *(fact.day for fact in known.slots if fact.credited_micros)])
    days = (today - last).days
    if days >= max(limits.idle_days, limits.idle_rhythms * (rhythm or 0)):
        yield Reason(why=Why.IDLE, since=last, count=days, of=None if rhythm is None else round(rhythm))


def _behind(known: Known, limits: Limits, today: date) -> Iterator[Reason]:
    if known.facts is None:
        return
    figure = known.facts.figure("progression")
    done, expected = figure.numerator, figure.denominator
    if expected - done >= max(1, limits.behind_seconds) and done < limits.behind_share * expected:
        due = [item.due_on for item in known.enrolment.individual_calendar if item.due_on <= today]
        yield Reason(why=Why.BEHIND, since=max(due, default=known.session.starts_on), count=done, of=expected)


def _titles(known: Known) -> Mapping[ActivityId, str]:
    if known.programme is None:
        return {}
    return {activity.id: activity.title or activity.id for _, activity in known.programme.activities()}
