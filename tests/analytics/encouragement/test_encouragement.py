"""Badges, points and advice: functions of facts alone, that more work never takes away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.derivation import PersonFacts
from analytics.encouragement import Reason, awards_of, journey_of, load_registry, next_steps, points_of
from analytics.encouragement.badges import _EARNED
from analytics.facts import Change, DayFact, Event, Presence, Roster, SlotFact, Standing
from lrs.clock import to_micros
from tests.training.examples import enrolment, programme, session, slot
from training.records import Exit, ExitReason, Milestone, Modality, Module, Records, TrainingActivity
from training.records.completion import DEFAULT_RULE

NAMES = ("a", "b", "c", "d")
SLOTS = tuple(f"s{day}" for day in range(6, 14))
NOW = to_micros(datetime(2026, 1, 20, 12, tzinfo=UTC))


def made(**changes):
    """Four activities in two modules, the last one optional, and eight half-days."""
    activities = [TrainingActivity(name, None, name.upper(), 1800, mandatory=name != "d") for name in NAMES]
    modules = (
        Module("m1", "Un", activities=tuple(activities[:2])),
        Module("m2", "Deux", activities=tuple(activities[2:])),
    )
    who = enrolment(**changes)
    slots = [slot(name, int(name[1:]), module_id=None) for name in SLOTS]
    records = Records(
        1, programmes={"prog": programme(modules=modules)}, sessions={"janvier": session()},
        slots={item.id: item for item in slots}, enrolments={who.id: who},
    )  # fmt: skip
    return Roster(records).course(who)


def at(day, hour=9):
    return to_micros(datetime(2026, 1, day, hour, tzinfo=UTC))


def number(text):
    return UUID(int=int.from_bytes(text.encode(), "big"))


def done(name, day=7, **changes):
    return Standing(
        enrolment_id="e1",
        activity_id=name,
        is_completed=True,
        satisfied_at=at(day),
        proof_ids=(number(name),),
        **changes,
    )


def attended(name, presence=Presence.PRESENT):
    return SlotFact(
        enrolment_id="e1", slot_id=name, day=date(2026, 1, int(name[1:])), modality=Modality.IN_PERSON,
        planned_seconds=12_600, presence=presence, is_due=presence is not Presence.EXCUSED_WAIVED,
        credited_micros=12_600_000_000 if presence is Presence.PRESENT else 0, statement_ids=(number(name),),
    )  # fmt: skip


def journey(standings=(), slots=(), days=(), as_of=NOW, **changes):
    facts = PersonFacts("lea", as_of, days=tuple(days), standings=tuple(standings), slots=tuple(slots))
    return journey_of(facts, made(**changes), DEFAULT_RULE)


def badges(found):
    return {(award.badge, award.module_id) for award in awards_of(found)}


def total(found):
    return sum(credit.points for credit in points_of(found))


works = st.dictionaries(st.sampled_from(NAMES), st.integers(5, 20))
marks = st.dictionaries(
    st.sampled_from(SLOTS),
    st.sampled_from([Presence.PRESENT, Presence.LATE, Presence.ABSENT_UNJUSTIFIED, Presence.ABSENT_JUSTIFIED]),
)


def of(work, sheet):
    return journey(
        [done(name, day) for name, day in work.items()], [attended(name, mark) for name, mark in sheet.items()]
    )


@given(works, marks, st.sampled_from(NAMES), st.integers(5, 20), st.sampled_from(SLOTS))
def test_more_work_never_takes_a_badge_or_a_point_away(work, sheet, name, day, half_day):
    before, after = of(work, sheet), of({**work, name: work.get(name, day)}, {**sheet, half_day: Presence.PRESENT})

    assert badges(before) <= badges(after)
    assert total(before) <= total(after)


@given(works, marks)
def test_the_same_facts_in_another_order_give_the_same(work, sheet):
    turned = of(dict(reversed(work.items())), dict(reversed(sheet.items())))

    assert awards_of(of(work, sheet)) == awards_of(turned)
    assert points_of(of(work, sheet)) == points_of(turned)
    assert next_steps(of(work, sheet)) == next_steps(turned)


@given(works, marks, st.sampled_from(SLOTS))
def test_a_justified_absence_or_a_waiver_is_worth_as_many_points_as_presence(work, sheet, half_day):
    totals = {
        total(of(work, {**sheet, half_day: presence}))
        for presence in (Presence.PRESENT, Presence.ABSENT_JUSTIFIED, Presence.EXCUSED_WAIVED)
    }

    assert len(totals) == 1


@given(works, st.sampled_from(NAMES))
def test_a_waived_activity_costs_neither_a_point_nor_a_badge_of_what_is_done(work, name):
    others = {key: day for key, day in work.items() if key != name}
    waived = Standing(enrolment_id="e1", activity_id=name, is_waived=True)
    without = journey([*(done(key, day) for key, day in others.items()), waived])

    assert total(without) == total(of({**others, name: 7}, {}))
    assert badges(of(others, {})) <= badges(without)


@given(works, marks)
def test_every_badge_and_every_point_says_which_facts_gave_it(work, sheet):
    found = of(work, sheet)
    known = {number(name) for name in (*work, *sheet)}

    for award in awards_of(found):
        assert award.activity_ids or award.slot_ids
        assert award.statement_ids
        assert set(award.statement_ids) <= known
        assert len(set(award.statement_ids)) == len(award.statement_ids)
    for credit in points_of(found):
        assert (credit.activity_id is None) != (credit.slot_id is None)
        assert set(credit.statement_ids) <= known


def test_every_badge_has_a_rule_and_every_rule_a_badge():
    registry = load_registry()

    assert set(_EARNED) == set(registry.badges)
    texts = [text for row in (*registry.badges.values(), *registry.points.values()) for text in (*row.title, *row.rule)]
    assert all(text.strip() for text in texts)


def test_nothing_done_earns_nothing():
    assert awards_of(journey()) == []
    assert points_of(journey()) == []


def test_an_enrolment_of_which_everything_is_waived_has_points_and_no_badge():
    waived = [Standing(enrolment_id="e1", activity_id=name, is_waived=True) for name in NAMES]

    assert badges(journey(waived)) == set()
    assert total(journey(waived)) == 40


def test_halfway_is_the_day_on_which_half_of_the_time_was_done():
    (award,) = [
        item for item in awards_of(journey([done("a", 6), done("b", 9), done("c", 12)])) if item.badge == "halfway"
    ]

    assert award.earned_on == date(2026, 1, 9)
    assert award.activity_ids == ("a", "b")


def test_a_module_is_done_without_what_it_does_not_ask():
    assert badges(journey([done("c")])) == {("first_step", None), ("module_done", "m2")}


def history(*events):
    changes = tuple(Change(at(6) + step, event, UUID(int=step + 1)) for step, event in enumerate(events))
    return replace(done("a"), attempts=len(events), history=changes)


def test_a_pass_after_a_failure_earns_perseverance_and_points():
    found = journey([history(Event.FAILED, Event.PASSED, Event.SATISFIED)])

    (award,) = [item for item in awards_of(found) if item.badge == "perseverance"]
    assert award.statement_ids == (UUID(int=1), UUID(int=2))
    assert total(found) == 15


def test_a_failure_after_a_pass_is_no_perseverance():
    assert ("perseverance", None) not in badges(journey([history(Event.PASSED, Event.FAILED)]))


def test_three_weeks_with_credited_time_need_not_follow_each_other():
    def day(value):
        return DayFact(
            person_id="lea", enrolment_id="e1", session_id="janvier", module_id="m1", activity_id="a", slot_id=None,
            day=value, credited_micros=1, statement_count=1, statement_ids=(number(value.isoformat()),),
        )  # fmt: skip

    weeks = [day(date(2026, 1, 5) + timedelta(weeks=week)) for week in (0, 1, 4)]

    assert ("regular", None) not in badges(journey(days=[*weeks[:2], day(date(2026, 1, 6))]))
    assert ("regular", None) in badges(journey(days=weeks))


def test_a_half_day_to_come_that_is_waived_counts_for_nothing_yet():
    early = journey(slots=[attended("s13", Presence.EXCUSED_WAIVED)], as_of=at(7))

    assert points_of(early) == []


def test_what_is_overdue_comes_first_then_what_was_begun_then_failed_then_the_next():
    calendar = (Milestone(date(2026, 1, 12), activity_id="c"), Milestone(date(2026, 1, 30), module_id="m1"))
    failed = Standing(
        enrolment_id="e1", activity_id="b", attempts=1, history=(Change(at(8), Event.FAILED, UUID(int=9)),)
    )
    steps = next_steps(journey([failed], individual_calendar=calendar))

    assert [(step.activity_id, step.reasons) for step in steps] == [
        ("c", (Reason.OVERDUE,)),
        ("b", (Reason.FAILED,)),
        ("a", (Reason.NEXT,)),
    ]
    assert steps[0].due_on == date(2026, 1, 12)
    assert steps[1].statement_ids == (UUID(int=9),)


def test_what_was_begun_comes_before_the_next_and_shows_its_last_statement():
    row = DayFact(
        person_id="lea", enrolment_id="e1", session_id="janvier", module_id="m2", activity_id="c", slot_id=None,
        day=date(2026, 1, 8), statement_count=2, statement_ids=(UUID(int=1), UUID(int=2)),
    )  # fmt: skip
    steps = next_steps(journey(days=[row]))

    assert [(step.activity_id, step.reasons) for step in steps] == [("c", (Reason.BEGUN,)), ("a", (Reason.NEXT,))]
    assert steps[0].statement_ids == (UUID(int=2),)


def test_what_is_optional_is_proposed_once_all_that_is_asked_is_done():
    steps = next_steps(journey([done("a"), done("b"), done("c")]))

    assert [(step.activity_id, step.reasons) for step in steps] == [("d", (Reason.OPTIONAL,))]


@pytest.mark.parametrize(
    ("as_of", "changes"),
    [
        (to_micros(datetime(2026, 2, 2, tzinfo=UTC)), {}),
        (NOW, {"exit": Exit(date(2026, 1, 15), ExitReason.ABANDON)}),
    ],
)
def test_nothing_is_proposed_once_an_enrolment_is_over(as_of, changes):
    assert next_steps(journey(as_of=as_of, **changes)) == []


@given(works)
def test_what_is_done_is_never_proposed_again(work):
    assert not {step.activity_id for step in next_steps(of(work, {}))} & set(work)
