"""Why to turn to somebody: each rule at its limit, and just below it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from analytics.content import Whereabouts
from analytics.facts import Change, Event, Presence, SlotFact, Standing
from dashboards.views.trainer_reasons import Known, Limits, Why, reasons_of, rhythm_of
from lrs.clock import to_micros
from tests.dashboards.trainer.figures import facts
from tests.training.examples import enrolment, programme, session
from training.law import load_law
from training.records import Modality
from training.records.enrolment import Exit, ExitReason
from training.records.ids import ActivityId, EnrolmentId, SessionId, SlotId
from training.records.law_override import LawOverride

NOW = datetime(2026, 1, 20, 9, tzinfo=UTC)
TODAY = NOW.date()
LIMITS = Limits.on(TODAY, load_law(), ())
E1 = EnrolmentId("e1")


def known(**changes) -> Known:
    """Somebody who is up to date: seen yesterday, nothing missed, nothing failed."""
    given = {
        "enrolment": enrolment(),
        "session": session(),
        "programme": programme(),
        "facts": facts(done=5400, expected=5400),
        "whereabouts": seen(1),
    }
    return Known(**{**given, **changes})


def seen(days_ago: int, active_days: int = 5) -> Whereabouts:
    at = NOW - timedelta(days=days_ago)
    return Whereabouts(
        enrolment_id=E1, session_id=SessionId("janvier"), last_at=to_micros(at), active_day_count=active_days,
        activity_id=None, is_completed=False,
    )  # fmt: skip


def slot(day: int, presence: Presence, **changes) -> SlotFact:
    given = {
        "enrolment_id": E1, "slot_id": SlotId(f"s{day}"), "day": date(2026, 1, day), "modality": Modality.IN_PERSON,
        "planned_seconds": 12_600, "presence": presence, "is_due": True,
    }  # fmt: skip
    return SlotFact(**{**given, **changes})


def failed(times: int, **changes) -> Standing:
    history = tuple(Change(to_micros(NOW) - at * 86_400_000_000, Event.FAILED, UUID(int=at)) for at in range(times))
    return Standing(enrolment_id=E1, activity_id=ActivityId("quiz"), history=history, **changes)


def why(found: Known, rhythm: float | None = None, limits: Limits = LIMITS) -> list[Why]:
    return [reason.why for reason in reasons_of(found, limits, rhythm, NOW)]


def test_somebody_up_to_date_gives_no_reason():
    assert why(known()) == []


@pytest.mark.parametrize(
    ("presences", "expected"),
    [
        ((Presence.ABSENT_UNJUSTIFIED, Presence.ABSENT_JUSTIFIED), [Why.MISSED]),
        ((Presence.ABSENT_UNJUSTIFIED,), []),
        ((Presence.ABSENT_UNJUSTIFIED, Presence.PRESENT, Presence.ABSENT_UNJUSTIFIED), []),
        ((Presence.ABSENT_UNJUSTIFIED, Presence.UNKNOWN, Presence.ABSENT_UNJUSTIFIED), [Why.MISSED]),
        ((Presence.ABSENT_UNJUSTIFIED, Presence.ABSENT_UNJUSTIFIED, Presence.LATE), []),
        ((Presence.UNKNOWN, Presence.UNKNOWN), []),
    ],
)
def test_half_days_missed_in_a_row_are_counted_back_from_the_last_that_is_known(presences, expected):
    slots = [slot(6 + at, presence) for at, presence in enumerate(presences)]

    assert why(known(slots=slots)) == expected


def test_a_half_day_that_was_not_due_breaks_no_row_and_makes_none():
    slots = [slot(6, Presence.ABSENT_UNJUSTIFIED), slot(7, Presence.ABSENT_UNJUSTIFIED, is_due=False)]

    assert why(known(slots=slots)) == []


def test_missed_half_days_say_how_many_since_when_and_how_many_are_justified():
    slots = [slot(6, Presence.PRESENT), slot(7, Presence.ABSENT_JUSTIFIED), slot(8, Presence.ABSENT_UNJUSTIFIED)]

    (reason,) = reasons_of(known(slots=slots), LIMITS, None, NOW)

    assert (reason.count, reason.of, reason.since) == (2, 1, date(2026, 1, 7))
    assert reason.slot_ids == ("s7", "s8")


def test_failures_count_until_the_activity_is_passed():
    assert why(known(standings=[failed(1)])) == []
    assert why(known(standings=[failed(2)])) == [Why.FAILED]
    assert why(known(standings=[failed(3, is_passed=True)])) == []
    assert why(known(standings=[failed(3, is_waived=True)])) == []


@pytest.mark.parametrize(
    ("days", "rhythm", "expected"),
    [(6, None, []), (7, None, [Why.IDLE]), (7, 7.0, []), (13, 7.0, []), (14, 7.0, [Why.IDLE]), (7, 1.0, [Why.IDLE])],
)
def test_silence_is_judged_by_the_session_s_own_rhythm(days: int, rhythm: float | None, expected: list[Why]):
    assert why(known(whereabouts=seen(days)), rhythm) == expected


def test_nobody_is_silent_without_distance_work_left_or_with_a_class_attended():
    nothing_left = facts(done=7200, expected=7200, satisfied=2)

    assert why(known(whereabouts=seen(10), facts=nothing_left)) == []
    there = slot(18, Presence.PRESENT, credited_micros=12_600_000_000)
    assert why(known(whereabouts=seen(10), slots=[there])) == []


def test_somebody_who_never_began_is_silent_since_their_entry():
    (reason,) = reasons_of(known(whereabouts=None), LIMITS, None, NOW)

    assert (reason.why, reason.count, reason.since) == (Why.IDLE, 15, date(2026, 1, 5))


@pytest.mark.parametrize(
    ("done", "expected", "reasons"),
    [
        (5400, 7200, []),
        (3600, 7200, [Why.BEHIND]),
        (1800, 5000, []),
        (0, 3600, [Why.BEHIND]),
        (0, 0, []),
    ],
)
def test_delay_takes_a_share_and_an_amount(done: int, expected: int, reasons: list[Why]):
    assert why(known(facts=facts(done=done, expected=expected))) == reasons


@pytest.mark.parametrize(
    "changes",
    [
        {"enrolment": enrolment(exit=Exit(date(2026, 1, 12), ExitReason.ABANDON))},
        {"enrolment": enrolment(entered_on=date(2026, 1, 26))},
        {"session": session(ends_on=date(2026, 1, 12))},
        {"facts": replace(facts(done=0, expected=7200), is_completed=True)},
    ],
)
def test_nobody_is_looked_for_who_is_gone_done_or_not_there_yet(changes):
    slots = [slot(6, Presence.ABSENT_UNJUSTIFIED), slot(7, Presence.ABSENT_UNJUSTIFIED)]

    assert why(known(**{"slots": slots, "whereabouts": None, "standings": [failed(4)], **changes})) == []


def test_reasons_come_in_the_order_of_their_kinds():
    slots = [slot(6, Presence.ABSENT_UNJUSTIFIED), slot(7, Presence.ABSENT_UNJUSTIFIED)]
    everything = known(slots=slots, whereabouts=None, standings=[failed(2)], facts=facts(done=0, expected=7200))

    assert why(everything) == [Why.MISSED, Why.FAILED, Why.IDLE, Why.BEHIND]


def test_an_organisation_decides_otherwise():
    own = LawOverride("o", "contact.missed_half_days", 1, date(2026, 1, 1))
    limits = Limits.on(TODAY, load_law(), [own])

    assert why(known(slots=[slot(6, Presence.ABSENT_UNJUSTIFIED)]), limits=limits) == [Why.MISSED]


def test_the_rhythm_is_the_median_pause_of_those_who_were_seen_on_two_days():
    # Between 5 and 19 January there are 14 days: on 5 days at work, 3.5 apart; on 8, 2 apart; on 2, 14.
    everybody = [seen(1, 5), seen(1, 8), seen(1, 2), seen(1, 1), seen(1, 0)]

    assert rhythm_of(session(), everybody) == 3.5
    assert rhythm_of(session(), [seen(1, 1)]) is None
