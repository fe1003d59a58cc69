"""Whether estimates are made, who looked at them, who was told: each decision and each reading kept, nothing twice."""

from __future__ import annotations

from datetime import date

import pytest

from lrs.clock import Micros
from lrs.errors import InvalidRequest
from lrs.tenancy import OrganisationId
from training.followups import Readings, Switch, Told
from training.records.ids import EnrolmentId, PersonId

HERE, ELSEWHERE = OrganisationId(1), OrganisationId(2)
E1, E2 = EnrolmentId("e1"), EnrolmentId("e2")
DAY = 86_400_000_000


@pytest.fixture
def switch(store, clock):
    return Switch(store, clock)


def test_nothing_is_estimated_before_somebody_has_decided_so(switch):
    assert not switch.is_on(HERE)
    assert switch.history(HERE) == []


def test_turning_it_on_asks_for_an_impact_assessment_and_turning_it_off_does_not(switch):
    with pytest.raises(InvalidRequest) as refused:
        switch.turn(HERE, on=True, reason="", by="account:anne")
    assert {problem.pointer for problem in refused.value.problems} == {"/reason", "/assessed_on"}

    switch.turn(HERE, on=True, reason="Après AIPD", by="account:anne", name="Anne", assessed_on=date(2026, 1, 2))
    assert switch.is_on(HERE)
    switch.turn(HERE, on=False, reason="Bilan", by="account:anne", name="Anne")
    assert not switch.is_on(HERE)


def test_every_decision_is_kept_with_who_when_and_why(switch, clock):
    switch.turn(HERE, on=True, reason="Après AIPD", by="account:anne", name="Anne", assessed_on=date(2026, 1, 2))
    clock.micros = Micros(clock.micros + DAY)
    switch.turn(HERE, on=False, reason="Bilan", by="account:paul", name="Paul")

    last, first = switch.history(HERE)

    assert (last.number, last.is_on, last.name, last.reason, last.assessed_on) == (2, False, "Paul", "Bilan", None)
    assert (first.number, first.is_on, first.assessed_on) == (1, True, date(2026, 1, 2))
    assert last.at - first.at == DAY


def test_the_same_decision_again_is_the_one_there_is(switch):
    made = switch.turn(HERE, on=True, reason="Après AIPD", by="account:anne", assessed_on=date(2026, 1, 2))

    assert switch.turn(HERE, on=True, reason="Encore", by="account:paul", assessed_on=date(2026, 1, 3)) == made
    assert len(switch.history(HERE)) == 1


def test_an_organisation_decides_for_itself_alone(switch):
    switch.turn(HERE, on=True, reason="Après AIPD", by="account:anne", assessed_on=date(2026, 1, 2))

    assert not switch.is_on(ELSEWHERE)
    assert switch.history(ELSEWHERE) == []


def test_who_looked_is_kept_once_a_day(store, clock):
    readings = Readings(store, clock)
    readings.note(HERE, [E1], "account:yann", "trainer")
    readings.note(HERE, [E1, E2], "account:yann", "trainer")
    clock.micros = Micros(clock.micros + DAY)
    readings.note(HERE, [E1], "account:yann", "trainer")

    assert [(item.enrolment_id, item.day, item.role) for item in readings.of(HERE, [E1])] == [
        (E1, date(2026, 1, 6), "trainer"),
        (E1, date(2026, 1, 5), "trainer"),
    ]
    assert readings.of(ELSEWHERE, [E1]) == []


def test_who_was_told_stays_told_since_the_first_time(store, clock):
    told = Told(store, clock)
    assert told.since(HERE, [PersonId("lea")]) is None
    told.note(HERE, PersonId("lea"))
    first = clock.micros
    clock.micros = Micros(clock.micros + DAY)
    told.note(HERE, PersonId("lea"))

    assert told.since(HERE, [PersonId("lea"), PersonId("lea-2")]) == first
    assert told.since(ELSEWHERE, [PersonId("lea")]) is None
