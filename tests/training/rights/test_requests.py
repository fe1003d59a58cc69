"""Requests about personal data: when they are due, who answers them, and what an objection stops."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.clock import Micros, to_micros
from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.tenancy import OrganisationId
from training.law import load_law
from training.records.ids import PersonId
from training.rights import Answer, Asked, Outcome, Purpose, Right, Rights, State
from training.rights.delays import delay, months_after

HERE, ELSEWHERE = OrganisationId(1), OrganisationId(2)
LEA, MAX = PersonId("p-lea"), PersonId("p-max")
DESK, HERSELF = "account:desk", "account:lea"
OBJECTION = Asked(Right.OBJECTION, purposes=frozenset({Purpose.SCORING}))


@pytest.fixture
def rights(store, clock, ids):
    return Rights(store, clock, ids)


def later(clock, **span):
    clock.micros = Micros(clock.micros + round(timedelta(**span).total_seconds() * 1_000_000))


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        (date(2026, 1, 5), date(2026, 2, 5), date(2026, 4, 7)),  # 5 April is Easter, 6 Easter Monday
        (date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 30)),  # 28 February is a Saturday
        (date(2026, 4, 1), date(2026, 5, 4), date(2026, 7, 1)),  # 1 May is a holiday, then a week-end
        (date(2027, 12, 31), date(2028, 1, 31), date(2028, 3, 31)),
    ],
)
def test_an_answer_is_due_a_month_later_and_never_on_a_day_off(received, due, extended):
    assert (delay(received).due_on, delay(received).extended_to) == (due, extended)


@given(st.dates(date(2018, 5, 25), date(2090, 1, 1)))
def test_no_request_is_due_before_a_month_is_over_nor_on_a_day_when_nobody_works(received):
    due = delay(received)

    assert months_after(received, 1) <= due.due_on <= months_after(received, 1) + timedelta(days=4)
    assert months_after(received, 3) <= due.extended_to
    assert due.due_on.weekday() < 5
    assert load_law().holidays.find(due.due_on) is None


def test_a_request_waits_for_an_answer_and_says_until_when_and_by_which_text(rights):
    made = rights.open(HERE, LEA, Asked(Right.ACCESS, "Tout, s’il vous plaît"), HERSELF)

    assert made.is_open
    assert made.due_on == date(2026, 2, 5)
    assert "12 (3)" in made.delay_reference
    assert rights.open_ones(HERE) == [made]
    assert [event.what for event in made.events] == ["opened"]


def test_a_request_made_late_in_the_evening_counts_from_the_day_in_paris(rights, clock):
    clock.micros = to_micros(datetime(2026, 1, 5, 23, 30, tzinfo=UTC))

    assert rights.open(HERE, LEA, Asked(Right.ACCESS), HERSELF).due_on == date(2026, 2, 6)


@pytest.mark.parametrize(
    "asked",
    [
        Asked(Right.OBJECTION),
        Asked(Right.ACCESS, purposes=frozenset({Purpose.SCORING})),
        Asked(Right.RECTIFICATION, "   "),
        Asked(Right.ACCESS, "x" * 4_001),
    ],
)
def test_a_request_that_says_nothing_or_too_much_is_refused_whole(rights, asked):
    with pytest.raises(InvalidRequest):
        rights.open(HERE, LEA, asked, HERSELF)

    assert rights.open_ones(HERE) == []


def test_an_answer_closes_a_request_once(rights, clock):
    made = rights.open(HERE, LEA, Asked(Right.RECTIFICATION, "Mon nom s’écrit Léa"), HERSELF)
    later(clock, days=3)

    closed = rights.answer(HERE, made.id, Answer(Outcome.GRANTED, "C’est fait.", DESK))

    assert (closed.state, closed.outcome, closed.answer) == (State.ANSWERED, Outcome.GRANTED, "C’est fait.")
    assert rights.open_ones(HERE) == []
    with pytest.raises(Conflict):
        rights.answer(HERE, made.id, Answer(Outcome.REFUSED, "Non.", DESK))
    assert rights.get(HERE, made.id) == closed


def test_an_extension_adds_two_months_once_within_the_first_and_says_why(rights, clock):
    made = rights.open(HERE, LEA, Asked(Right.ACCESS), HERSELF)
    with pytest.raises(InvalidRequest):
        rights.extend(HERE, made.id, " ", DESK)

    longer = rights.extend(HERE, made.id, "Beaucoup de demandes", DESK)

    assert (longer.due_on, longer.first_due_on) == (date(2026, 4, 7), date(2026, 2, 5))
    assert longer.events[-1].text == "Beaucoup de demandes"
    with pytest.raises(Conflict):
        rights.extend(HERE, made.id, "Encore", DESK)


def test_once_the_first_month_is_over_nothing_is_extended(rights, clock):
    made = rights.open(HERE, LEA, Asked(Right.ACCESS), HERSELF)
    later(clock, days=40)

    with pytest.raises(InvalidRequest):
        rights.extend(HERE, made.id, "Trop tard", DESK)

    assert rights.get(HERE, made.id).is_overdue(date(2026, 2, 14))


def test_an_objection_counts_from_the_day_it_is_made_until_it_is_refused_or_taken_back(rights):
    first = rights.open(HERE, LEA, OBJECTION, HERSELF)
    assert rights.objectors(HERE, Purpose.SCORING) == {LEA}
    assert rights.objectors(HERE, Purpose.ANALYTICS) == frozenset()

    rights.answer(HERE, first.id, Answer(Outcome.GRANTED, "Entendu.", DESK))
    assert rights.objects(HERE, [LEA], Purpose.SCORING)

    rights.withdraw(HERE, first.id, [LEA], HERSELF)
    assert not rights.objects(HERE, [LEA], Purpose.SCORING)

    second = rights.open(HERE, LEA, OBJECTION, HERSELF)
    rights.answer(HERE, second.id, Answer(Outcome.REFUSED, "Motifs légitimes.", DESK))
    assert rights.objectors(HERE, Purpose.SCORING) == frozenset()


def test_a_request_that_was_answered_is_not_taken_back(rights):
    made = rights.open(HERE, LEA, Asked(Right.ACCESS), HERSELF)
    rights.answer(HERE, made.id, Answer(Outcome.GRANTED, "Voici.", DESK))

    with pytest.raises(Conflict):
        rights.withdraw(HERE, made.id, [LEA], HERSELF)


def test_requests_made_under_a_record_that_was_merged_since_are_still_theirs(rights):
    rights.open(HERE, PersonId("p-lea-old"), OBJECTION, HERSELF)

    assert rights.objects(HERE, [LEA, PersonId("p-lea-old")], Purpose.SCORING)
    assert len(rights.of_people(HERE, [LEA, PersonId("p-lea-old")])) == 1


def test_nobody_of_another_organisation_or_name_sees_or_changes_a_request(rights):
    made = rights.open(HERE, LEA, OBJECTION, HERSELF)
    acts = [
        lambda: rights.get(ELSEWHERE, made.id),
        lambda: rights.answer(ELSEWHERE, made.id, Answer(Outcome.GRANTED, "Oui", DESK)),
        lambda: rights.extend(ELSEWHERE, made.id, "Oui", DESK),
        lambda: rights.withdraw(ELSEWHERE, made.id, [LEA], HERSELF),
        lambda: rights.withdraw(HERE, made.id, [MAX], "account:max"),
        lambda: rights.get(HERE, UUID(int=9)),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()

    assert rights.get(HERE, made.id) == made
    assert rights.open_ones(ELSEWHERE) == rights.answered(ELSEWHERE) == []
    assert rights.objectors(ELSEWHERE, Purpose.SCORING) == frozenset()
    assert rights.of_people(ELSEWHERE, [LEA]) == rights.of_people(HERE, [MAX]) == []


def test_nobody_fills_the_desk_with_open_requests(rights):
    for _ in range(20):
        rights.open(HERE, LEA, Asked(Right.ACCESS), HERSELF)

    with pytest.raises(Conflict):
        rights.open(HERE, LEA, Asked(Right.ACCESS), HERSELF)
