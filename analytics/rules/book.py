"""Rules by effective date: which thresholds hold on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Final

from analytics.time import day_start
from lrs.errors import InvalidRequest, Problem

# The day on which a version of the rules begins is the one in Paris, wherever a session is held.
ZONE: Final = "Europe/Paris"
_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version of every threshold. What each means and its source stand in `training/law/counting.json`."""

    version: str
    effective_on: date
    idle_cap_seconds: int
    sitting_break_seconds: int
    longest_stretch_seconds: int
    clock_tolerance_seconds: int
    class_margin_seconds: int
    credits_class_log: bool
    credits_outside_contract: bool
    long_sitting_seconds: int
    silent_stretch_seconds: int
    parallel_tolerance_seconds: int
    speed_floor_share: float
    low_connection_share: float
    log_shortfall_seconds: int
    probation_days: int
    realisation_cap: float

    def __post_init__(self) -> None:
        """Refuse thresholds that contradict each other."""
        problems = [
            Problem(f"/{name}", f"{name} is longer than {longer}.", f"at most {getattr(self, longer)}")
            for name, longer in ORDER
            if getattr(self, name) > getattr(self, longer)
        ]
        if problems:
            raise InvalidRequest("These rules contradict each other.", problems)


# What must not be longer than what, for a day's facts to depend on no more than the days around it.
ORDER: Final = (
    ("idle_cap_seconds", "sitting_break_seconds"),
    ("sitting_break_seconds", "longest_stretch_seconds"),
    ("long_sitting_seconds", "longest_stretch_seconds"),
    ("silent_stretch_seconds", "longest_stretch_seconds"),
)


@dataclass(frozen=True)
class RuleBook:
    """The versions of the rules, by effective date; raises `InvalidRequest` for none, or two of one day."""

    versions: Sequence[Rules]

    def __post_init__(self) -> None:
        """Refuse a book that would not say which version holds."""
        days = [rules.effective_on for rules in self.versions]
        if not days or any(later <= earlier for earlier, later in pairwise(days)):
            message = "Versions of the rules are at least one, in order of effective date, one for a date."
            raise InvalidRequest(message, [Problem("/versions", message, "ascending effective_on")])

    def on(self, day: date) -> Rules:
        """Return the rules that hold on a day; before the first version began, the first."""
        if len(self.versions) == 1:
            return self.versions[0]
        return self.versions[max(bisect_right(self._days, day) - 1, 0)]

    def at(self, instant: int) -> Rules:
        """Return the rules that hold at an instant."""
        if len(self.versions) == 1:
            return self.versions[0]
        return self.versions[max(bisect_right(self._starts, instant) - 1, 0)]

    def limits_at(self, instant: int) -> tuple[int, int]:
        """Return the idle cap and the sitting break that hold at an instant, in microseconds."""
        rules = self.at(instant)
        return rules.idle_cap_seconds * _SECOND, rules.sitting_break_seconds * _SECOND

    @cached_property
    def reach(self) -> int:
        """How far, in microseconds, a statement can touch facts before or after its own instant.

        Twice the longest stretch: a sitting is recognised as long only once its true beginning is in sight.
        """
        return 2 * max(rules.longest_stretch_seconds for rules in self.versions) * _SECOND

    @cached_property
    def _days(self) -> list[date]:
        return [rules.effective_on for rules in self.versions]

    @cached_property
    def _starts(self) -> list[int]:
        return [day_start(day, ZONE) for day in self._days]
