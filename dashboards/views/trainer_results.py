"""How the questions of a session are answered, and where its learners stall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analytics.content import ActivityContent, QuestionContent, Spread
from analytics.overview import Interval, wilson
from dashboards.views.lens import Lens
from dashboards.views.session import session_title
from training.records.ids import ActivityId
from training.records.programme import Programme
from training.records.session import TrainingSession

# What separates the choices of one response (xAPI 1.0.3 Part Two 4.1.4.1.1).
_CHOICES: Final = "[,]"
_RESPONSES_MOST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenResponse:
    """A response and how often it was given, in the words of its choices where these are known."""

    text: str
    count: int
    is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """How one question was answered at everybody's first try. `interval` is of the share right, at 95 %.

    First answers alone: what is known after the correction was seen says how good the correction is.
    """

    activity_id: ActivityId
    activity: str
    question: str
    text: str
    people: int
    answered: int
    judged: int
    right: int
    interval: Interval | None
    responses: tuple[ChosenResponse, ...]

    @property
    def percent(self) -> float | None:
        """The share right at the first try, from 0 to 100; None where no answer was judged."""
        return 100 * self.right / self.judged if self.judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StallPoint:
    """What becomes of one activity: who began and did not finish it, at what cost those who did.

    `estimated_minutes` is what it was announced to take, 0 where nothing was.
    """

    activity_id: ActivityId
    title: str
    module: str
    began: int
    finished: int
    unfinished: int
    stopped: int
    failed: int
    attempts: Spread
    active_minutes: Spread
    estimated_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResults:
    """The results of one session. `questions` worst answered first; `stalls` by how many began and did not finish."""

    session: TrainingSession
    title: str
    as_of: int
    enrolment_count: int
    questions: tuple[QuestionResult, ...]
    stalls: tuple[StallPoint, ...]


def session_results(lens: Lens, session_id: str, language: str = "fr") -> SessionResults:
    """Return the results of one session within the scope, questions in `language` where they are; raises NotFound."""
    session = lens.session(session_id)
    programme = lens.records.programme_of(session.id)
    content = next(iter(lens.contents([session.id])), None)
    places = _places(programme)
    known = {} if content is None else {item.activity_id: item for item in content.activities}
    stalls = [_stall(name, places, item) for name, item in known.items() if item.began]
    questions = [_question(item, places, language) for item in lens.questions([session.id])]
    return SessionResults(
        session=session,
        title=session_title(lens.records, session),
        as_of=lens.as_of if content is None else content.as_of,
        enrolment_count=0 if content is None else content.enrolment_count,
        questions=tuple(sorted(questions, key=_hardest)),
        stalls=tuple(sorted(stalls, key=lambda item: (-item.unfinished, -item.stopped, item.title))),
    )


def response_text(response: str, choices: Mapping[str, Mapping[str, str]], language: str) -> str:
    """Return a response in words: each of its choices as described, or as it was sent.

    >>> response_text("a[,]c", {"a": {"fr": "Oui"}}, "fr")
    'Oui, c'
    """
    return ", ".join(_in_words(choices.get(part, {}), language) or part for part in response.split(_CHOICES))


def _hardest(item: QuestionResult) -> tuple[float, int, str]:
    percent = item.percent
    return (101.0 if percent is None else percent), -item.people, item.question


def _question(
    item: QuestionContent, places: Mapping[ActivityId, tuple[str, str, int]], language: str
) -> QuestionResult:
    shown: Sequence[ChosenResponse] = [
        ChosenResponse(
            text=response_text(one.response, item.choices, language),
            count=one.count,
            is_right=one.right > 0 or one.response in item.correct_responses,
        )
        for one in item.responses[:_RESPONSES_MOST]
    ]
    return QuestionResult(
        activity_id=item.activity_id,
        activity=places.get(item.activity_id, (item.activity_id, "", 0))[0],
        question=item.question,
        text=_in_words(item.text, language),
        people=item.people,
        answered=item.answers,
        judged=item.first_judged,
        right=item.first_right,
        interval=wilson(item.first_right, item.first_judged),
        responses=tuple(shown),
    )


def _stall(name: ActivityId, places: Mapping[ActivityId, tuple[str, str, int]], item: ActivityContent) -> StallPoint:
    title, module, seconds = places.get(name, (name, "", 0))
    return StallPoint(
        activity_id=name,
        title=title,
        module=module,
        began=item.began,
        finished=item.finished,
        unfinished=max(0, item.began - item.finished),
        stopped=item.stopped,
        failed=item.failed,
        attempts=item.attempts,
        active_minutes=item.active_minutes,
        estimated_minutes=round(seconds / 60),
    )


def _places(programme: Programme | None) -> dict[ActivityId, tuple[str, str, int]]:
    """Return each activity's title, its module's, and the time announced for it."""
    if programme is None:
        return {}
    return {
        activity.id: (activity.title or activity.id, module.title or module.id, activity.estimated_seconds)
        for module, activity in programme.activities()
    }


def _in_words(by_language: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in French, else in whichever there is; empty for none."""
    for wanted in (language, "fr"):
        for tag, text in by_language.items():
            if tag.lower().partition("-")[0] == wanted:
                return text
    return next(iter(by_language.values()), "")
