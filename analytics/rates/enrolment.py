"""The rates of one enrolment."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.rates.figure import Figure
from analytics.rates.formulas import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What the rates of one enrolment are made of; seconds, and numbers of activities.

    `attended` and `due` are synchronous, `justified` the part of `due` missed with a justification. `credited` is R,
    of which `distance_credited` is F. `planned` is P and `waived` W; `distance_planned` has its waived part taken off.
    `expected` is the estimated time that the calendar asks by now.
    """

    attended: int
    due: int
    justified: int
    credited: int
    planned: int
    waived: int
    distance_credited: int
    distance_planned: int
    mandatory_count: int
    satisfied_count: int
    mandatory_seconds: int
    satisfied_seconds: int
    expected_seconds: int


def enrolment_figures(amounts: Amounts, stamp: Stamp, realisation_cap: float) -> tuple[Figure, ...]:
    """Return the rates of one enrolment; where nothing is due, a figure without value."""
    return (
        stamp.figure("attendance_rate_net", amounts.attended, amounts.due - amounts.justified, "second"),
        stamp.figure("attendance_rate_gross", amounts.attended, amounts.due, "second"),
        stamp.figure(
            "realisation_rate", amounts.credited, amounts.planned - amounts.waived, "second", cap=realisation_cap
        ),
        stamp.figure("distance_activity_rate", amounts.distance_credited, amounts.distance_planned, "second"),
        stamp.figure("completion_rate", amounts.satisfied_count, amounts.mandatory_count, "activity"),
        stamp.figure("completion_rate_weighted", amounts.satisfied_seconds, amounts.mandatory_seconds, "second"),
        stamp.figure("progression", amounts.satisfied_seconds, amounts.expected_seconds, "second"),
    )
