"""How fast questions are answered, and which are not yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from training.assistance.exchange import Exchange, Kind


@dataclass(frozen=True, slots=True)
class Delays:
    """Questions and their answers. `median_seconds` is over those answered, None where none is.

    `late_count` counts those answered, or still open at `as_of`, later than `promised_seconds` after they were put.
    """

    promised_seconds: int
    question_count: int
    answered_count: int
    late_count: int
    median_seconds: int | None
    as_of: datetime


def open_questions(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return the questions that no reply names, oldest first."""
    live = [item for item in exchanges if not item.is_voided]
    answered = {item.replies_to for item in live if item.replies_to is not None}
    found = [item for item in live if item.kind is Kind.QUESTION and item.statement_id not in answered]
    return sorted(found, key=lambda item: (item.at, item.statement_id))


def delays_of(exchanges: Iterable[Exchange], promised_seconds: int, as_of: datetime) -> Delays:
    """Return how fast these questions were answered; the first reply to each counts."""
    live = [item for item in exchanges if not item.is_voided]
    questions = {item.statement_id: item for item in live if item.kind is Kind.QUESTION}
    first: dict[object, datetime] = {}
    for item in sorted(live, key=lambda item: (item.at, item.statement_id)):
        if item.replies_to in questions:
            first.setdefault(item.replies_to, item.at)
    # A reply that was noted with an earlier hour than its question took no time, not less than none.
    waits = [max(first[name] - question.at, timedelta()) for name, question in questions.items() if name in first]
    pending = [as_of - question.at for name, question in questions.items() if name not in first]
    promised = timedelta(seconds=promised_seconds)
    return Delays(
        promised_seconds=promised_seconds,
        question_count=len(questions),
        answered_count=len(waits),
        late_count=sum(wait > promised for wait in (*waits, *pending)),
        median_seconds=round(median(wait.total_seconds() for wait in waits)) if waits else None,
        as_of=as_of,
    )
