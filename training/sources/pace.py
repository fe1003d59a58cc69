"""How often other record stores are pulled from, as data with an effective date and a source (`pace.json`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from lrs.clock import Micros, to_datetime
from lrs.in_force import in_force


@dataclass(frozen=True, slots=True)
class Pace:
    """What holds at one instant: the interval of a source that names none, those that are offered, pages a turn."""

    every_minutes: int
    every_minutes_choices: tuple[int, ...]
    turn_pages: int


def pace_at(at: Micros) -> Pace:
    """Return what holds at an instant; the first values before any did."""
    return _on(to_datetime(at).date())


@cache
def _on(day: date) -> Pace:
    found = {name: version["value"] for name, version in in_force(__package__, "pace.json", day).items()}
    return Pace(found["every_minutes"], tuple(found["every_minutes_choices"]), found["turn_pages"])
