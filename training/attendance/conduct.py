"""The product rules of attendance (compliance 1.1): which ones something breaks, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lrs.errors import Conflict, Problem
from training.attendance.mark import Rule
from training.attendance.roll import Roll

_SUNDAY: Final = 7
REFUSE: Final = "refuse"
_WORDS: Final = {
    Rule.OUTSIDE_WINDOW: (
        "This slot is not signed now.",
        "a signature in the slot's window, or late with a reason",
    ),
    Rule.REST_DAY: (
        "The slot is on a Sunday or a public holiday.",
        "a working day, or a session that allows Sundays and holidays",
    ),
    Rule.DRAWING_REUSED: ("This drawing stands under another signature.", "a signature drawn for this slot"),
    Rule.DEVICE_BURST: ("Several people have just signed on this device.", "each trainee's own device, or some time"),
    Rule.TWO_PLACES: ("This person is marked in another slot at the same time.", "one place at a time"),
    Rule.TRAINER_MISSING: ("The trainer has not signed this sheet.", "the trainer's signature before closing"),
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How somebody signs, as far as rules ask. `device_count` counts this signature too."""

    is_outside_window: bool = False
    is_drawing_reused: bool = False
    device_count: int = 1
    is_elsewhere: bool = False


def broken_rules(roll: Roll, circumstances: Circumstances) -> tuple[Rule, ...]:
    """Return the rules that a mark of presence breaks, in their order."""
    broken = {
        Rule.OUTSIDE_WINDOW: circumstances.is_outside_window,
        Rule.REST_DAY: is_rest_day(roll),
        Rule.DRAWING_REUSED: circumstances.is_drawing_reused,
        Rule.DEVICE_BURST: circumstances.device_count >= int(roll.value("attendance.burst")["signatures"]),
        Rule.TWO_PLACES: circumstances.is_elsewhere,
    }
    return tuple(rule for rule, is_broken in broken.items() if is_broken)


def is_rest_day(roll: Roll) -> bool:
    """Say whether a slot is on a Sunday or a public holiday on which its session is not held."""
    if roll.session.allows_sundays_and_holidays:
        return False
    day = roll.slot.held_on
    return day.isoweekday() == _SUNDAY or roll.law.holidays.find(day, roll.session.territory) is not None


def refused_rules(roll: Roll, broken: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return those of the broken rules that refuse on the slot's day; the others are flags on the mark."""
    return tuple(rule for rule in broken if roll.value(rule.value) == REFUSE)


def refusal(rules: Sequence[Rule]) -> Conflict:
    """Return the refusal that names every rule broken; `requirement` is the provision that says so."""
    problems = [Problem("", _WORDS[rule][0], _WORDS[rule][1], rule.value) for rule in rules]
    return Conflict(" ".join(problem.message for problem in problems), problems)


def state_refusal(name: str, message: str, accepted: str) -> Conflict:
    """Return a refusal by the state that things are in; `name` stands in `requirement` like a rule's."""
    return Conflict(message, [Problem("", message, accepted, f"attendance.{name}")])
