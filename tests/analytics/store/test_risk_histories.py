"""Histories read from kept facts and records, over a real database: what was known when, and never earlier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import numpy as np
import pytest

from analytics.facts.fact import Presence
from analytics.risk.features import feature_table
from analytics.risk.history import Ending, EventKind, History
from analytics.store.risk_histories import Histories
from analytics.traces.summary import ACTIVE_DAYS, HAD_ACTIVITY, INTERACTIONS, PERIOD_END, PERIOD_START
from tests.analytics.store.campus import Campus, enrolled
from training.records import Exit, ExitReason, Milestone
from training.records.kinds import Kind

SUBMIT = "http://activitystrea.ms/schema/1.0/submit"
UNREGISTERED = "http://id.tincanapi.com/verb/unregistered"
HOUR = 3600
DAY = 86_400 * 1_000_000


@pytest.fixture
def reader(campus: Campus) -> Histories:
    campus.furnish()
    campus.work()
    return Histories(campus.services.store, campus.services.clock)


def read(campus: Campus, reader: Histories) -> dict[str, History]:
    campus.work()
    return {history.enrolment_id: history for history in reader.as_kept(campus.organisation)}


def now(campus: Campus) -> int:
    return int(campus.services.clock.now_micros())


def same(found: Iterable[History], expected: Iterable[History]) -> None:
    """Assert that two readings say the same, whatever the order of items."""
    for one, other in zip(found, expected, strict=True):
        for name in History.__slots__:
            here, there = getattr(one, name), getattr(other, name)
            if isinstance(here, tuple):
                here, there = sorted(here, key=repr), sorted(there, key=repr)
            assert here == there, name


def test_everybody_on_record_has_a_history_by_session_then_enrolment(campus: Campus, reader: Histories) -> None:
    found = read(campus, reader)

    assert list(found) == ["e3", "e1", "e2"]
    lea = found["e1"]
    assert (lea.person_id, lea.programme_id, lea.zone) == ("lea", "prog", "Europe/Paris")
    assert {item.activity_id for item in lea.plan} >= {"quiz"}
    assert lea.days == ()
    assert [item.enrolment_id for item in reader.as_kept(campus.organisation, ["fevrier"])] == ["e3"]


def test_a_day_of_work_is_known_when_the_last_statement_of_it_was_stored(campus: Campus, reader: Histories) -> None:
    campus.send(campus.says("initialized"))
    campus.pass_time(3 * HOUR)
    campus.send(campus.says("viewed", minute=5))
    stored = now(campus)
    day = next(item for item in read(campus, reader)["e1"].days if item.activity_id == "quiz")

    assert (day.day, day.statements, day.interactions) == (date(2026, 1, 6).toordinal(), 2, 2.0)
    assert stored <= day.known < stored + 1_000_000
    assert day.active_micros > 0


def test_time_that_follows_from_another_activity_s_statement_is_known_with_that(
    campus: Campus, reader: Histories
) -> None:
    campus.send(campus.says("initialized"), campus.says("viewed", "ailleurs", minute=8))
    first = read(campus, reader)["e1"]
    campus.pass_time(3 * HOUR)
    campus.send(campus.says("viewed", "ailleurs", minute=4))
    stored = now(campus)
    second = read(campus, reader)["e1"]

    before, after = (next(day for day in item.days if day.activity_id == "quiz") for item in (first, second))
    assert after.active_micros < before.active_micros
    assert before.known < stored <= after.known


def test_events_say_when_they_happened_and_when_they_were_known(campus: Campus, reader: Histories) -> None:
    campus.send(campus.says(SUBMIT))
    campus.pass_time(14 * 24 * HOUR)
    campus.send(campus.says("scored", score={"scaled": 0.4}, minute=2))
    history = read(campus, reader)["e1"]

    assert {(event.kind, event.scaled) for event in history.events} == {
        (EventKind.SUBMITTED, None), (EventKind.SCORED, 0.4),
    }  # fmt: skip
    assert {event.kind for event in history.known_at(now(campus) - DAY).events} == {EventKind.SUBMITTED}


def test_a_summary_becomes_work_without_time_and_without_a_day_in_the_facts(campus: Campus, reader: Histories) -> None:
    campus.send(summary(campus, 30, 4))
    history = read(campus, reader)["e1"]

    (day,) = history.days
    assert (day.interactions, day.days, day.active_micros, day.activity_id) == (30.0, 4.0, 0, "cours")
    assert (day.first_day, day.day) == (date(2025, 12, 24).toordinal(), date(2026, 1, 6).toordinal())
    assert all(row.statement_count == row.connected_micros == 0 for row in campus.facts.days(campus.organisation))
    assert not list(campus.facts.standings(campus.organisation))
    campus.check()


def test_a_summary_that_is_voided_is_gone(campus: Campus, reader: Histories) -> None:
    said = summary(campus, 30, 4)
    campus.send(said)
    campus.work()
    campus.send(campus.voids(said["id"]))

    assert read(campus, reader)["e1"].days == ()


def test_exchanges_are_known_from_the_log_of_assistance(campus: Campus, reader: Histories) -> None:
    base = "https://assidu.example/xapi/verbs/"
    campus.send(campus.says(base + "put-question", "suivi"), campus.says(base + "was-replied-to", "suivi", minute=9))
    history = read(campus, reader)["e1"]

    assert sorted(item.by_learner for item in history.exchanges) == [False, True]
    assert history.days == ()


def test_what_leaving_a_register_says_reaches_no_history(campus: Campus, reader: Histories) -> None:
    campus.send(campus.says("viewed"))
    before = read(campus, reader)
    for number, what in enumerate(("quiz", "suivi", "https://lms.exemple.fr/cours")):
        campus.send(campus.says(UNREGISTERED, what, minute=20 + number))

    same(read(campus, reader).values(), before.values())


def test_an_exit_is_known_from_when_it_was_put_on_record_and_stays(campus: Campus, reader: Histories) -> None:
    left = enrolled("e1", exit=Exit(date(2026, 1, 7), ExitReason.ABANDON))
    campus.pass_time(24 * HOUR)
    campus.write(left)
    recorded = campus.reader.get(campus.organisation, Kind.ENROLMENT, "e1").recorded_at
    campus.pass_time(48 * HOUR)
    campus.write(replace(left, employer="Boulangerie"))
    history = read(campus, reader)["e1"]

    assert history.exit is not None
    assert (history.exit.on, history.exit.known) == (date(2026, 1, 7), recorded)
    assert history.outcome is not None
    assert (history.outcome.ending, history.outcome.known) == (Ending.LEFT, recorded)
    assert history.is_enrolled_at(recorded - 1)
    assert not history.is_enrolled_at(max(recorded, now(campus)))


def test_leaving_changes_no_half_day_of_the_past(campus: Campus, reader: Histories) -> None:
    campus.pass_time(3 * 24 * HOUR)
    before = read(campus, reader)["e1"]
    campus.write(enrolled("e1", exit=Exit(date(2026, 1, 5), ExitReason.ABANDON)))
    after = read(campus, reader)["e1"]

    assert before.slots
    assert after.slots == before.slots


def test_a_half_day_is_known_by_its_mark(campus: Campus, reader: Histories) -> None:
    campus.pass_time(24 * HOUR)
    extension = {"https://assidu.example/xapi/ext/half-day": "2026-01-06/AM"}
    said = campus.says("attended", "https://assidu.example/slots/matin")
    said["context"]["extensions"] = extension
    campus.send(said)
    stored = now(campus)
    slots = [slot for slot in read(campus, reader)["e1"].slots if slot.slot_id == "matin"]

    assert [slot.presence for slot in sorted(slots)] == [Presence.UNKNOWN, Presence.PRESENT]
    assert [slot.known >= stored for slot in sorted(slots)] == [False, True]


def test_what_was_agreed_is_read_from_the_records(campus: Campus, reader: Histories) -> None:
    (contract,) = enrolled("e1").contracts
    contract = replace(contract, signed_on=date(2025, 12, 1))
    calendar = (Milestone(date(2026, 2, 1), activity_id="quiz"),)
    campus.write(enrolled("e1", contracts=(contract,), individual_calendar=calendar))
    history = read(campus, reader)["e1"]

    assert (history.registered_on, history.planned_seconds) == (date(2025, 12, 1), 45_000)
    assert [(item.on, item.activity_id) for item in history.due] == [(date(2026, 2, 1), "quiz")]


def test_a_registration_may_be_told_by_a_statement(campus: Campus, reader: Histories) -> None:
    campus.send(campus.says("registered", "https://lms.exemple.fr/cours", minute=-10 * 24 * 60))
    history = read(campus, reader)["e1"]

    assert history.registered_on == date(2025, 12, 27)
    assert history.registered_known <= now(campus) + 1_000_000


def test_other_enrolments_of_a_person_that_ended_are_their_past(campus: Campus, reader: Histories) -> None:
    campus.write(enrolled("e1", exit=Exit(date(2026, 1, 7), ExitReason.ABANDON)))
    found = read(campus, reader)

    (earlier,) = found["e3"].earlier
    assert (earlier.ending, earlier.is_same_programme, earlier.ended_on) == (Ending.LEFT, True, date(2026, 1, 7))
    assert found["e1"].earlier == ()


@pytest.mark.parametrize("seed", range(3))
def test_as_kept_says_of_any_instant_what_working_everything_out_again_says(
    campus: Campus, reader: Histories, seed: int
) -> None:
    chance = Random(seed)
    instants = []
    for _ in range(6):
        campus.send(*some(campus, chance))
        campus.pass_time(chance.choice([60, HOUR, 26 * HOUR]))
        campus.work()
        instants.append(now(campus) - 1)

    kept = reader.as_kept(campus.organisation)
    for as_of in instants:
        exact = [history.known_at(as_of) for history in reader.exact(campus.organisation, None, as_of)]
        for one, other in zip(kept, exact, strict=True):
            here, there = one.known_at(as_of), other
            # A day that was added to later is known later: of the others both say the same.
            assert set(here.days) <= set(there.days)
            assert {(item.day, item.activity_id) for item in set(there.days) - set(here.days)} <= {
                (item.day, item.activity_id) for item in one.days if item.known > as_of
            }
            assert sorted(here.events) == sorted(there.events)
            assert sorted(here.exchanges) == sorted(there.exchanges)
            assert (here.registered_on, here.exit, here.planned_seconds) == (
                there.registered_on, there.exit, there.planned_seconds,
            )  # fmt: skip
    same(kept, reader.exact(campus.organisation, None, int(campus.facts.progress(campus.organisation).as_of)))


@pytest.mark.parametrize("seed", range(2))
def test_what_arrives_later_leaves_the_table_of_an_earlier_instant_as_it_was(
    campus: Campus, reader: Histories, seed: int
) -> None:
    chance = Random(seed)
    campus.send(*some(campus, chance), *some(campus, chance))
    campus.work()
    as_of = now(campus) + 1
    campus.pass_time(2)
    before = feature_table(reader.as_kept(campus.organisation), as_of)
    # Days of the past that are told of later are not touched here: those are known later, by design.
    for day in (2, 3):
        campus.pass_time(24 * HOUR)
        campus.send(*(later(campus, chance, day) for _ in range(4)))
    campus.send(campus.says(UNREGISTERED, minute=5 * 24 * 60))
    campus.write(enrolled("e2", person_id="yann", exit=Exit(date(2026, 1, 9), ExitReason.ABANDON)))
    campus.work()
    after = feature_table(reader.as_kept(campus.organisation), as_of)

    assert after.enrolment_ids == before.enrolment_ids
    np.testing.assert_array_equal(after.values, before.values)
    assert (after.lacking, after.doubtful) == (before.lacking, before.doubtful)


def summary(campus: Campus, interactions: float, days: float, who: str = "lea") -> dict[str, Any]:
    """Return what a sender counted in the fortnight that ends on 6 January."""
    said = campus.says(HAD_ACTIVITY, "https://lms.exemple.fr/cours", who=who)
    said["context"]["extensions"] = {
        INTERACTIONS: interactions, PERIOD_START: "2025-12-24", PERIOD_END: "2026-01-06", ACTIVE_DAYS: days,
    }  # fmt: skip
    return said


def some(campus: Campus, chance: Random) -> list[dict[str, Any]]:
    """Return a few statements of Tuesday, of the days before, and of one that is to come."""
    verbs = ["viewed", "initialized", "completed", "passed", "failed", "terminated", SUBMIT, UNREGISTERED, "registered"]
    found = [
        campus.says(
            chance.choice(verbs), chance.choice(["quiz", "video", "ailleurs"]), minute=chance.randint(-3000, 1500),
            enrolment_=chance.choice(["e1", "e3"]),
        )
        for _ in range(4)
    ]  # fmt: skip
    return [*found, summary(campus, chance.randint(0, 40), 2)]


def later(campus: Campus, chance: Random, day: int) -> dict[str, Any]:
    what = chance.choice(["quiz", "ailleurs"])
    return campus.says(chance.choice(["viewed", "completed", SUBMIT]), what, minute=day * 1440 + chance.randint(0, 600))
