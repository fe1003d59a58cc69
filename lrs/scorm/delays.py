"""How long things may take, as data with an effective date and a source (`delays.json`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from lrs.clock import Micros, to_datetime
from lrs.in_force import in_force


@dataclass(frozen=True, slots=True)
class Delays:
    """The delays in force at one instant, in seconds."""

    silence_seconds: int
    declared_seconds: int
    undelivered_seconds: int
    track_seconds: int


def delays_at(at: Micros) -> Delays:
    """Return the delays in force at an instant; the first ones before any was."""
    return _on(to_datetime(at).date())


@cache
def _on(day: date) -> Delays:
    versions = in_force(__package__, "delays.json", day)
    return Delays(**{name: int(version["seconds"]) for name, version in versions.items()})
