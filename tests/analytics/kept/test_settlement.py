"""What is settled step by step is what `derive` makes of the whole history, whatever the order of things."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.anomalies import AnomalyKind
from analytics.derivation import PersonFacts, derive
from analytics.facts import Roster
from analytics.rules import RuleBook, default_rules
from analytics.traces import Mark, Role, Trace
from tests.analytics.facts.histories import (
    ACCOUNT,
    FIRST_DAY,
    IRIS,
    REGISTRATIONS,
    SECOND,
    START,
    histories,
    records,
)
from tests.analytics.kept.memory import Memory
from training.records import Cancellation, CancelledBy, Contract, Milestone, Modality, Slot, Waiver
from training.records.person import unmerged

RULES = default_rules()
CHANGED = RuleBook(
    [
        RULES.versions[0],
        replace(RULES.versions[0], version="next", effective_on=FIRST_DAY + timedelta(days=2), idle_cap_seconds=120),
    ]
)
RECORDS = records()


def worlds() -> list[Roster]:
    """Return the records in several states, from one to any other of which somebody may change them."""
    day = FIRST_DAY + timedelta(days=1)
    first, second = RECORDS.enrolments["E0"], RECORDS.enrolments["E1"]
    waived = replace(
        first,
        waived=(Waiver(600, "acquis", activity_id="A1", decided_on=day), Waiver(900, "acquis", slot_id="slot-2")),
        contracts=(*first.contracts, Contract(day, {Modality.ASYNC: 1800})),
        entered_on=day,
        individual_calendar=(Milestone(day, "A2"),),
    )
    apart = {**RECORDS.people, "twin": unmerged(RECORDS.people["twin"])}
    cancelled = replace(RECORDS.slots["slot-1"], cancelled=Cancellation(CancelledBy.PROVIDER))
    abroad = {**RECORDS.sessions, "S1": replace(RECORDS.sessions["S1"], time_zone="Pacific/Noumea")}
    return [
        Roster(RECORDS),
        Roster(replace(RECORDS, people=apart)),
        Roster(replace(RECORDS, enrolments={"E0": waived, "E1": second}, sessions=abroad)),
        Roster(replace(RECORDS, enrolments={"E1": second}, slots={**RECORDS.slots, "slot-1": cancelled})),
    ]


BOOKS = [RULES, CHANGED]
# The same histories with a week between their days: what one day touches is elsewhere, not next door.
GAP = 6


def far(trace: Trace) -> Trace:
    """Return a trace as it would be with a gap between the days."""
    shift = (trace.timestamp - START) // (86_400 * SECOND) * GAP * 86_400 * SECOND
    mark = trace.mark and msgspec.structs.replace(trace.mark, half_day=_far_half_day(trace.mark.half_day))
    later = trace.stored + shift
    return msgspec.structs.replace(trace, timestamp=trace.timestamp + shift, stored=later, mark=mark)


def _far_half_day(half_day: str) -> str:
    return half_day.replace("2026-03-28", (FIRST_DAY + timedelta(days=1 + GAP)).isoformat())


def _far_slot(slot: Slot) -> Slot:
    apart = (slot.held_on - FIRST_DAY).days * timedelta(days=GAP)
    return replace(slot, held_on=slot.held_on + apart, starts_at=slot.starts_at + apart, ends_at=slot.ends_at + apart)


def far_world(roster: Roster) -> Roster:
    """Return records with a gap between the days."""
    given = roster.records
    slots = {name: _far_slot(slot) for name, slot in given.slots.items()}
    sessions = {
        name: replace(session, ends_on=session.ends_on + timedelta(days=2 * GAP))
        for name, session in given.sessions.items()
    }
    return Roster(replace(given, slots=slots, sessions=sessions))


NEAR = worlds()
FAR = [far_world(world) for world in NEAR]


@settings(max_examples=80, deadline=None)
@given(
    histories(24),
    st.data(),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), min_size=1, max_size=3),
    st.booleans(),
)
def test_settling_step_by_step_is_deriving_from_scratch(
    history: list[Trace], data: st.DataObject, states: list[tuple[int, int]], is_far: bool
) -> None:
    memory, arrived, as_of = Memory(), [], START
    log = sorted(map(far, history) if is_far else history, key=lambda trace: trace.stored)
    for world, book in states:
        roster, rules = (FAR if is_far else NEAR)[world], BOOKS[book]
        # The records have just changed: everything may differ.
        memory.touched = None
        for count in data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=5)):
            for _ in range(min(count, len(log))):
                arrived.append(log.pop(0))
                memory.arrive(arrived[-1])
            passed = data.draw(st.sampled_from([0, 0, 3, 14, 40])) * 3600 * SECOND
            as_of = max([as_of + passed, *(trace.stored for trace in arrived)])
            memory.settle("lucie", roster, rules, as_of)
            assert_same(memory.facts("lucie", roster, as_of), derive("lucie", arrived, roster, rules, as_of))


def assert_same(found: PersonFacts, expected: PersonFacts) -> None:
    for field in fields(PersonFacts):
        assert getattr(found, field.name) == getattr(expected, field.name), field.name


DAY = 86_400 * SECOND


def act(number: int, role: Role, at: int, activity: str = IRIS[0], **more: Any) -> Trace:
    """One statement of Lucie's, stored a second later; of her first enrolment unless it says more."""
    given = {"agents": (ACCOUNT,), "is_act": True, "activity": activity, "registration": REGISTRATIONS[0], **more}
    return Trace(UUID(int=number), at + SECOND, at, role, **given)


def settled(batches: list[list[Trace]], roster: Roster, instants: list[int]) -> PersonFacts:
    """Settle batch after batch, each at its instant, and hold the end against `derive`."""
    memory, arrived = Memory(), []
    memory.touched = None
    for batch, as_of in zip(batches, instants, strict=True):
        for trace in batch:
            arrived.append(trace)
            memory.arrive(trace)
        memory.settle("lucie", roster, RULES, as_of)
    facts = memory.facts("lucie", roster, instants[-1])
    assert_same(facts, derive("lucie", arrived, roster, RULES, instants[-1]))
    return facts


def test_a_mark_of_today_for_last_weeks_half_day_is_seen_beside_last_weeks_class() -> None:
    class_ = {"activity": "https://lms.example/elsewhere", "registration": REGISTRATIONS[1], "is_classroom": True}
    stay = [
        act(1, Role.JOINED, START + 9 * 3600 * SECOND + 1800 * SECOND, **class_),
        act(2, Role.LEFT, START + 11 * 3600 * SECOND, **class_),
    ]
    mark = act(3, Role.ATTENDED, START + 10 * DAY, "https://lms.example/marks/1", is_act=False,
               mark=Mark("2026-03-27/AM", is_present=True))  # fmt: skip
    facts = settled([stay, [mark]], Roster(RECORDS), [START + 2 * DAY, START + 11 * DAY])
    found = [item for item in facts.anomalies if item.kind is AnomalyKind.PARALLEL_PRESENCE]
    assert [item.day for item in found] == [FIRST_DAY]


def test_a_waiver_sets_in_on_its_day_though_nothing_arrives() -> None:
    waived = replace(
        RECORDS.enrolments["E0"],
        contracts=(),
        waived=(Waiver(0, "acquis", activity_id="A1", decided_on=FIRST_DAY + timedelta(days=9)),),
    )
    roster = Roster(replace(RECORDS, enrolments={"E0": waived}))
    facts = settled([[], [], []], roster, [START + 5 * DAY, START + 8 * DAY, START + 12 * DAY])
    assert [item.activity_id for item in facts.standings if item.is_waived] == ["A1"]


def test_time_spent_on_other_days_counts_when_an_activity_is_proved_done() -> None:
    work = [act(number, Role.OTHER, START + 8 * 3600 * SECOND + number * 300 * SECOND) for number in range(1, 6)]
    done = act(9, Role.COMPLETED, START + 9 * DAY, completion=True)
    facts = settled([work, [done]], Roster(RECORDS), [START + DAY, START + 10 * DAY])
    assert [item.is_completed for item in facts.standings] == [True]
    assert not [item for item in facts.anomalies if item.kind is AnomalyKind.LOW_CONNECTION]


def test_two_things_opened_and_closed_at_the_same_instants_are_two_whatever_is_known_of_them() -> None:
    morning, noon = START + 9 * 3600 * SECOND, START + 12 * 3600 * SECOND
    known = [act(1, Role.OPENED, morning, session="a"), act(2, Role.CLOSED, noon, session="a")]
    other = {"activity": "https://lms.example/other", "registration": None, "session": "b"}
    unknown = [act(3, Role.OPENED, morning, **other), act(4, Role.CLOSED, noon, **other)]
    assert settled([known + unknown], Roster(RECORDS), [START + DAY]).days


def test_a_mark_for_no_half_day_is_forgotten_once_it_is_voided() -> None:
    mark = act(1, Role.ATTENDED, START + 10 * DAY, "https://lms.example/marks/1", is_act=False,
               registration=REGISTRATIONS[1], mark=Mark("2026-03-27/AM", is_present=True))  # fmt: skip
    voiding = Trace(UUID(int=2), START + 12 * DAY, START + 12 * DAY, Role.VOIDED, (ACCOUNT,), voids=UUID(int=1))
    facts = settled([[mark], [voiding]], Roster(RECORDS), [START + 11 * DAY, START + 13 * DAY])
    assert not [item for item in facts.anomalies if item.kind is AnomalyKind.MARK_WITHOUT_SLOT]
