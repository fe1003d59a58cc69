"""How answers add up to questions, and what their senders say of these."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from analytics.content.question import RESPONSES_MOST, Answered, questions_of, with_definition


def answered(at: int, response: str = "a", success: bool | None = None, question: str = "q") -> Answered:
    return Answered(at, UUID(int=at), question, response, success)


def test_the_first_answer_is_the_earliest_whatever_came_first() -> None:
    late, early = answered(9, "a", success=True), answered(2, "b", success=False)
    (found,) = questions_of(
        [("e1", "quiz", late), ("e1", "quiz", early), ("e2", "quiz", answered(5, "a", success=True))]
    )
    assert (found.people, found.answers, found.right, found.judged) == (2, 3, 2, 3)
    assert (found.first_right, found.first_judged) == (1, 2)


def test_an_answer_without_a_verdict_is_neither_right_nor_wrong() -> None:
    (found,) = questions_of([("e1", "quiz", answered(1)), ("e2", "quiz", answered(2, "b", success=True))])
    assert (found.answers, found.judged, found.right, found.first_judged) == (2, 1, 1, 1)


def test_a_question_in_two_activities_is_two() -> None:
    found = questions_of([("e1", "quiz", answered(1)), ("e1", "cours", answered(2))])
    assert [(item.activity_id, item.question) for item in found] == [("cours", "q"), ("quiz", "q")]


@given(st.lists(st.sampled_from([f"r{at}" for at in range(20)]), min_size=1, max_size=80))
def test_only_the_most_frequent_responses_are_told_and_the_others_counted(responses: list[str]) -> None:
    (found,) = questions_of([("e1", "quiz", answered(at, response)) for at, response in enumerate(responses)])
    counts = sorted((responses.count(response) for response in set(responses)), reverse=True)
    assert [item.count for item in found.responses] == counts[:RESPONSES_MOST]
    assert found.other_responses == sum(counts[RESPONSES_MOST:])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.sampled_from(
    ["name", "description", "interactionType", "correctResponsesPattern", "choices", "scale", "source", "steps"]
)


@given(st.dictionaries(MEMBERS, JSON))
def test_whatever_a_definition_holds_a_question_can_be_told(definition: dict[str, object]) -> None:
    (question,) = questions_of([("e1", "quiz", answered(1))])
    found = with_definition(question, definition)
    assert all(isinstance(words, str) for words in found.text.values())
    assert found.answers == 1


def test_its_name_stands_for_a_description_that_is_not_there() -> None:
    (question,) = questions_of([("e1", "quiz", answered(1))])
    assert with_definition(question, {"name": {"fr": "Q1"}}).text == {"fr": "Q1"}
    assert with_definition(question, {"name": {"fr": "Q1"}, "description": {"fr": "Quoi ?"}}).text == {"fr": "Quoi ?"}
