"""Results and rates as documents print them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from evidence.content.value import Value


class Outcome(StrEnum):
    """What an evaluation came to. NONE is an evaluation that only has a score, or is not done."""

    ACQUIRED = "ACQUIRED"
    NOT_ACQUIRED = "NOT_ACQUIRED"
    WAIVED = "WAIVED"
    NONE = "NONE"


class Evaluation(Value, frozen=True, kw_only=True):
    """One evaluation of what was learnt. Scores are scaled, -1 to 1; `attempts` counts from 1.

    `at` is when the outcome was reached, None where there is none yet.
    """

    title: str
    module: str = ""
    at: datetime | None = None
    outcome: Outcome = Outcome.NONE
    score: float | None = None
    mastery: float | None = None
    attempts: int = 0


class Rate(Value, frozen=True, kw_only=True):
    """A figure with its formula: `numerator` over `denominator`, both in `unit` (second, activity).

    `percent` is what is printed, floored to a whole number; None is printed « n.c. ».
    """

    formula: str
    version: str
    numerator: int
    denominator: int
    unit: str
    percent: int | None
