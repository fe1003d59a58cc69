"""What becomes of content over a real database: activities, questions, and where trainees were last seen."""

from __future__ import annotations

import pytest

from analytics.content import Spread, by_programme
from analytics.store.content import Contents
from tests.analytics.store.campus import Campus, statement_id


@pytest.fixture
def contents(campus: Campus) -> Contents:
    return Contents(campus.services.store, campus.facts)


def test_who_began_finished_failed_and_stopped_is_told_by_activity(campus: Campus, contents: Contents) -> None:
    campus.furnish()
    campus.send(
        campus.says("initialized", "cours"),
        campus.says("failed", "quiz", minute=5, score={"scaled": 0.2}),
        campus.says("completed", "cours", who="yann", enrolment_="e2", minute=1),
        campus.says("viewed", "cours", who="yann", enrolment_="e2", minute=8),
    )
    campus.work()
    (content,) = contents.of(campus.organisation, ["janvier", "inconnue"])
    assert (content.enrolment_count, content.begun, content.completed) == (2, 2, 0)
    course, quiz = content.activity("cours"), content.activity("quiz")
    assert (course.began, course.finished, course.stopped) == (2, 1, 1)
    assert course.active_minutes == Spread(1, 7, 7)
    assert (quiz.began, quiz.failed, quiz.passed, quiz.stopped) == (1, 1, 0, 1)
    assert quiz.attempts == Spread(1, 1, 1)
    assert content.activity("ailleurs").began == 0
    campus.check()


def test_sessions_of_a_programme_are_added_up(campus: Campus, contents: Contents) -> None:
    campus.furnish()
    campus.send(campus.says("completed"), campus.says("completed", enrolment_="e3", minute=4))
    campus.work()
    (content,) = by_programme(contents.all(campus.organisation), campus.facts.records(campus.organisation))
    assert (content.programme_id, content.session_count, content.enrolment_count) == ("prog", 2, 3)
    assert content.activity("quiz").finished == 2


def test_a_question_is_told_with_its_first_answers_apart(campus: Campus, contents: Contents) -> None:
    campus.furnish()
    campus.send(
        campus.says("answered", question="q1", response="b", success=False),
        campus.says("answered", question="q1", response="a", success=True, minute=3),
        campus.says("responded", question="q1", who="yann", enrolment_="e2", response="a", success=True),
        campus.says("answered", question="q1", who="yann", enrolment_="e2", minute=1),
    )
    campus.work()
    (question,) = contents.questions(campus.organisation, ["janvier"], "quiz")
    assert (question.people, question.answers, question.judged, question.right) == (2, 4, 3, 2)
    assert (question.first_judged, question.first_right) == (2, 1)
    assert [(item.response, item.count, item.right) for item in question.responses] == [("a", 2, 2), ("b", 1, 0)]
    assert contents.questions(campus.organisation, ["janvier"], "cours") == []
    assert contents.questions(campus.organisation, ["fevrier"]) == []


def test_what_its_sender_says_of_a_question_stands_beside_it(campus: Campus, contents: Contents) -> None:
    campus.furnish()
    statement = campus.says("answered", question="q1", response="a")
    statement["object"]["definition"] |= {
        "description": {"fr-FR": "Quel est le numéro des secours ?"},
        "interactionType": "choice",
        "correctResponsesPattern": ["a"],
        "choices": [{"id": "a", "description": {"fr-FR": "Le 112"}}, {"id": "b", "description": {"fr-FR": "Le 3615"}}],
    }
    campus.send(statement)
    campus.work()
    (question,) = contents.questions(campus.organisation, ["janvier"])
    assert question.text == {"fr-FR": "Quel est le numéro des secours ?"}
    assert (question.interaction, question.correct_responses) == ("choice", ("a",))
    assert question.choices["b"] == {"fr-FR": "Le 3615"}


def test_a_voided_answer_is_taken_out_again_and_a_replay_counts_once(campus: Campus, contents: Contents) -> None:
    campus.furnish()
    first = campus.says("answered", question="q1", response="a", success=True)
    unnamed = campus.says("answered", question="q1", response="b", success=False, minute=2, named=False)
    campus.send(first)
    campus.send(unnamed)
    campus.send(unnamed)
    campus.work()
    (question,) = contents.questions(campus.organisation, ["janvier"])
    assert (question.answers, question.first_right) == (2, 1)
    campus.send(campus.voids(statement_id(1)))
    campus.work()
    (question,) = contents.questions(campus.organisation, ["janvier"])
    assert (question.answers, question.first_judged, question.first_right) == (1, 1, 0)
    campus.check()


def test_what_is_answered_beside_any_question_is_no_question(campus: Campus, contents: Contents) -> None:
    campus.furnish()
    statement = campus.says("answered", response="a")
    statement["object"]["definition"] = {"type": "http://adlnet.gov/expapi/activities/assessment"}
    campus.send(statement)
    campus.work()
    assert contents.questions(campus.organisation, ["janvier"]) == []


def test_each_trainee_was_last_seen_somewhere(campus: Campus, contents: Contents) -> None:
    campus.furnish()
    campus.send(campus.says("viewed", "cours"), campus.says("viewed", minute=1440))
    campus.work()
    lea, yann = contents.whereabouts(campus.organisation, ["janvier"])
    assert (lea.enrolment_id, lea.activity_id, lea.active_day_count) == ("e1", "quiz", 2)
    assert lea.last_at is not None
    assert (yann.last_at, yann.activity_id, yann.is_completed) == (None, None, False)
