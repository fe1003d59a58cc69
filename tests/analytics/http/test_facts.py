"""Facts over HTTP: as kept, as of an instant; and what is still to be mapped."""

from __future__ import annotations

import pytest

from tests.analytics.store.campus import Campus, statement_id
from training.attendance.vocabulary import BASE, RECORDED
from training.records import MappingRule, Matcher


@pytest.fixture
def campus(services, organisation, caller) -> Campus:
    campus = Campus(services, caller)
    campus.furnish()
    return campus


@pytest.fixture
def ask(client, auth):
    def ask(path: str, status: int = 200):
        answer = client.get(f"/api/v1/{path}", headers=auth)
        assert answer.status_code == status, answer.text
        return answer.json

    return ask


def test_the_facts_of_an_enrolment_come_with_their_formulas_and_how_far_they_have_come(campus, ask):
    campus.send(campus.says("completed"))
    campus.work()
    campus.send(campus.says("completed", "cours", minute=1))
    found = ask("enrolments/e1/facts")
    assert found["progress"] == {"statements": 1, "is_settled": True}
    (rate,) = [figure for figure in found["facts"]["figures"] if figure["formula"] == "completion_rate"]
    assert (rate["numerator"], rate["denominator"], rate["value"], rate["whole_percent"]) == (1, 2, 0.5, 50)
    assert found["facts"]["credited_seconds"] == {"ASYNC": 1800}


def test_the_facts_of_an_instant_that_is_over_stay_what_they_were(campus, ask):
    campus.send(campus.says("completed"))
    campus.work()
    then = ask("enrolments/e1/facts")["facts"]
    campus.pass_time(60)
    campus.send(campus.voids(statement_id(1)))
    campus.work()
    assert ask("enrolments/e1/facts")["facts"]["satisfied_count"] == 0
    assert ask(f"enrolments/e1/facts?as_of={then['as_of']}")["facts"] == then


def test_an_enrolment_that_is_not_there_has_no_facts(campus, ask):
    campus.work()
    assert ask("enrolments/e9/facts", 404)["code"] == 404
    ask("enrolments/e1/facts?as_of=2020-01-01T00:00:00Z", 404)


def test_activities_that_no_programme_knows_are_listed_until_they_are_mapped(campus, ask):
    elsewhere = "https://ailleurs.exemple.fr"
    campus.send(
        campus.says("completed"),
        campus.says("viewed", f"{elsewhere}/1"), campus.says("viewed", f"{elsewhere}/1", who="inconnu", minute=2),
        campus.says("viewed", f"{elsewhere}/2", platform="Autre"), campus.says("viewed", f"{elsewhere}/3"),
    )  # fmt: skip
    # A class belongs to a half-day: that no programme has it is nothing to mend.
    campus.send(campus.says("http://activitystrea.ms/join", f"{elsewhere}/classe"))
    # The session that somebody was written to in is on record, under our own name.
    campus.send(campus.says(f"{BASE}verbs/postponed-follow-up", f"{RECORDED}demo/sessions/janvier", platform="Assidu"))
    campus.send(campus.voids(statement_id(5)), campus.voids(statement_id(5)))
    campus.work()
    first = ask("activities/unmapped?limit=1")
    rest = ask(f"activities/unmapped?after={first['next']}")
    rows = [*first["items"], *rest["items"]]
    assert [(row["iri"], row["platform"], row["statements"]) for row in rows] == [
        (f"{elsewhere}/1", "Moodle", 2),
        (f"{elsewhere}/2", "Autre", 1),
    ]
    assert rest["next"] is None
    campus.write(MappingRule("autre", Matcher.PLATFORM, "Autre", "prog"))
    assert [row["iri"] for row in ask("activities/unmapped")["items"]] == [f"{elsewhere}/1"]
