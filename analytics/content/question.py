"""How questions are answered: from statements that answer a cmi.interaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from training.records.ids import ActivityId


@dataclass(frozen=True, slots=True)
class ResponseCount:
    """One response, as its sender writes it (`a[,]b` for several choices), cut after 200 characters.

    `right` are those of these answers that were judged a success.
    """

    response: str
    count: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionContent:
    """How some enrolments have answered one question. Voided statements are not there, replays count once.

    Attributes:
        activity_id: The activity of the programme that it is a part of, by the statement's parents.
        question: Its IRI.
        people: How many enrolments have answered it.
        answers: How many answers they gave.
        judged: Of those, how many came with a verdict.
        right: How many of these were successes.
        first_judged: Of everybody's first answer, how many came with a verdict.
        first_right: How many of these were successes.
        responses: The most frequent responses, at most 12, the most frequent first.
        other_responses: How many answers with a response are not among these.
        text: What is asked, by language, as senders describe the question; its description, else its name.
        interaction: The kind of question, in SCORM's words: choice, true-false, fill-in.
        correct_responses: The patterns that its sender calls correct.
        choices: What each of its choices says, by language, under the name that responses use.
    """

    activity_id: ActivityId
    question: str
    people: int
    answers: int
    judged: int
    right: int
    first_judged: int
    first_right: int
    responses: tuple[ResponseCount, ...]
    other_responses: int
    text: Mapping[str, str] = field(default_factory=dict)
    interaction: str = ""
    correct_responses: tuple[str, ...] = ()
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def questions_together(questions: Iterable[QuestionContent]) -> list[QuestionContent]:
    """Return questions with those of the same activity and IRI added up, by activity, then as they first came."""
    raise NotImplementedError
