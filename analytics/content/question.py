"""How questions are answered: from statements that answer a cmi.interaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import msgspec

from training.records.ids import ActivityId, EnrolmentId

RESPONSES_MOST: Final = 12
_LANGUAGE_LETTERS: Final = 2_000


class Answered(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One answer, as it is kept beside its activity. Kept by place: raise `FORM` with any change."""

    at: int
    statement_id: UUID
    question: str
    response: str = ""
    success: bool | None = None


@dataclass(frozen=True, slots=True)
class ResponseCount:
    """One response to a question.

    Attributes:
        response: As its sender writes it (`a[,]b` for several choices), cut after 200 characters.
        count: How many answers it was.
        right: How many of these came with a verdict of success.
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
        responses: The most frequent responses, at most 12, the most frequent first; empty ones left out.
        other_responses: How many answers with a response are not among these.
        text: What is asked, by language, as senders describe the question: its description, else its name.
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


class _Sums:
    """One question while it is being added up."""

    def __init__(self) -> None:
        self.firsts: dict[EnrolmentId, Answered] = {}
        self.answers = self.judged = self.right = 0
        self.responses: dict[str, tuple[int, int]] = {}

    def add(self, enrolment_id: EnrolmentId, answered: Answered) -> None:
        """Add one answer."""
        first = self.firsts.get(enrolment_id)
        if first is None or _instant(answered) < _instant(first):
            self.firsts[enrolment_id] = answered
        self.answers += 1
        self.judged += answered.success is not None
        self.right += answered.success is True
        if answered.response:
            count, right = self.responses.get(answered.response, (0, 0))
            self.responses[answered.response] = count + 1, right + (answered.success is True)

    def described(self, activity_id: ActivityId, question: str) -> QuestionContent:
        """Return what it adds up to."""
        ordered = sorted(self.responses.items(), key=lambda item: (-item[1][0], item[0]))
        shown, others = ordered[:RESPONSES_MOST], ordered[RESPONSES_MOST:]
        verdicts = [answered.success for answered in self.firsts.values() if answered.success is not None]
        return QuestionContent(
            activity_id=activity_id,
            question=question,
            people=len(self.firsts),
            answers=self.answers,
            judged=self.judged,
            right=self.right,
            first_judged=len(verdicts),
            first_right=sum(verdicts),
            responses=tuple(ResponseCount(response, *counts) for response, counts in shown),
            other_responses=sum(count for _, (count, _) in others),
        )


def questions_of(answers: Iterable[tuple[EnrolmentId, ActivityId, Answered]]) -> list[QuestionContent]:
    """Return how the questions of these answers were answered, by activity then IRI."""
    found: dict[tuple[ActivityId, str], _Sums] = {}
    for enrolment_id, activity_id, answered in answers:
        key = (activity_id, answered.question)
        sums = found.get(key)
        if sums is None:
            sums = found[key] = _Sums()
        sums.add(enrolment_id, answered)
    return [sums.described(*key) for key, sums in sorted(found.items(), key=lambda item: item[0])]


def with_definition(question: QuestionContent, definition: Mapping[str, Any]) -> QuestionContent:
    """Return a question with what its sender says of it: an xAPI activity definition, whatever it may hold."""
    described = _language_map(definition.get("description")) or _language_map(definition.get("name"))
    interaction = definition.get("interactionType")
    patterns = definition.get("correctResponsesPattern")
    return replace(
        question,
        text=described,
        interaction=interaction if isinstance(interaction, str) else "",
        correct_responses=tuple(item for item in _items(patterns) if isinstance(item, str)),
        choices=_choices(definition),
    )


def _choices(definition: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for member in ("choices", "scale", "source", "target", "steps"):
        for item in _items(definition.get(member)):
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                found[item["id"]] = _language_map(item.get("description"))
    return found


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _language_map(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {
        tag: words[:_LANGUAGE_LETTERS]
        for tag, words in value.items()
        if isinstance(tag, str) and isinstance(words, str) and words.strip()
    }


def _instant(answered: Answered) -> tuple[int, UUID]:
    return answered.at, answered.statement_id
