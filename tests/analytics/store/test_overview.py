"""Training sessions in figures over a real database: what their enrolments add up to, however that came about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from analytics.store.keeper import Keeper
from analytics.store.kept_keys import SESSIONS
from analytics.store.overview import Overviews
from tests.analytics.store.campus import Campus, enrolled
from training.records import Exit, ExitReason
from training.records.kinds import Kind
from training.store import Change


@pytest.fixture
def overviews(campus: Campus) -> Overviews:
    return Overviews(campus.services.store, campus.facts)


def test_a_session_is_the_sum_of_its_enrolments(campus: Campus, overviews: Overviews) -> None:
    campus.furnish()
    campus.send(campus.says("completed"), campus.says("completed", "cours", minute=3))
    campus.work()
    february, january = overviews.all(campus.organisation)
    assert (january.session_id, january.registered, january.entered, january.completed) == ("janvier", 2, 1, 1)
    completion = january.figure("completion_rate")
    assert (completion.numerator, completion.denominator, january.counts["completion_rate"]) == (2, 4, 2)
    assert (february.registered, february.entered, february.last_at) == (1, 0, None)
    campus.check()


def test_whoever_sees_some_enrolments_is_told_of_these_alone(campus: Campus, overviews: Overviews) -> None:
    campus.furnish()
    campus.send(campus.says("completed"), campus.says("completed", "cours", who="yann", enrolment_="e2"))
    campus.work()
    (january,) = overviews.among(campus.organisation, ["e2"])
    assert (january.session_id, january.registered, january.credited_seconds) == ("janvier", 1, 5400)
    assert overviews.among(campus.organisation, []) == []


def test_an_exit_and_the_end_of_a_session_show_without_a_statement(campus: Campus, overviews: Overviews) -> None:
    campus.furnish()
    campus.send(campus.says("completed"), campus.says("completed", "cours", who="yann", enrolment_="e2"))
    campus.write(enrolled("e2", person_id="yann", exit=Exit(date(2026, 1, 8), ExitReason.ABANDON)))
    campus.work()
    (january,) = overviews.of(campus.organisation, ["janvier"])
    assert (january.ongoing, january.exits, january.is_over) == (1, {ExitReason.ABANDON: 1}, False)
    campus.pass_time(30 * 86_400)
    campus.work()
    (january,) = overviews.of(campus.organisation, ["janvier"])
    assert (january.ongoing, january.is_over) == (0, True)
    assert january.figure("dropout_rate").denominator == 2
    campus.check()


def test_an_enrolment_that_changes_its_session_leaves_the_other(campus: Campus, overviews: Overviews) -> None:
    campus.furnish()
    campus.send(campus.says("completed"))
    campus.work()
    campus.write(enrolled("e1", session_id="fevrier", person_id="yann"))
    campus.work()
    february, january = overviews.all(campus.organisation)
    assert (february.registered, january.registered, january.credited_seconds) == (2, 1, 0)
    campus.check()


def test_a_session_without_enrolments_is_all_noughts(campus: Campus, overviews: Overviews) -> None:
    campus.furnish()
    campus.work()
    campus.delete(Change(Kind.ENROLMENT, "e3", None))
    campus.work()
    (february,) = overviews.of(campus.organisation, ["fevrier"])
    assert (february.registered, february.modalities, february.figure("completion_rate").value) == (0, (), None)
    assert campus.services.store.collection(SESSIONS).count_documents({}) == 1


def test_sums_are_made_again_with_the_facts(campus: Campus, overviews: Overviews) -> None:
    campus.furnish()
    campus.send(campus.says("completed"))
    campus.work()
    before = overviews.all(campus.organisation)
    campus.services.store.collection(SESSIONS).update_many({}, {"$unset": {"b": "", "c": ""}})
    Keeper(campus.services.store, campus.services.clock).restart(campus.organisation)
    campus.work()
    after = overviews.all(campus.organisation)
    assert [replace(item, as_of=0, figures=(), modalities=()) for item in after] == [
        replace(item, as_of=0, figures=(), modalities=()) for item in before
    ]
    campus.check()


def test_what_is_another_organisations_is_not_there(campus: Campus, overviews: Overviews) -> None:
    campus.furnish()
    campus.work()
    assert overviews.all(campus.organisation + 1) == []
    assert overviews.of(campus.organisation + 1, ["janvier"]) == []
