"""How long things may take, as data with an effective date and a source (`delays.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from lrs.clock import Micros, to_datetime


@dataclass(frozen=True, slots=True)
class Delays:
    """The delays in force at one instant, in seconds."""

    silence_seconds: int
    session_seconds: int
    fetch_seconds: int
    grace_seconds: int
    lease_seconds: int


def delays_at(at: Micros) -> Delays:
    """Return the delays in force at an instant; the first ones before any was."""
    return _on(to_datetime(at).date())


@cache
def _on(day: date) -> Delays:
    return Delays(**{name: _in_force(versions, day) for name, versions in _read().items()})


def _in_force(versions: list[dict[str, Any]], day: date) -> int:
    ordered = sorted(versions, key=lambda version: str(version["effective_from"]))
    begun = [each for each in ordered if date.fromisoformat(each["effective_from"]) <= day]
    return int((begun or ordered[:1])[-1]["seconds"])


@cache
def _read() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(files(__package__).joinpath("delays.json").read_text("utf-8"))
    return found
