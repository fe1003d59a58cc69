"""How long things wait, are tried and are kept, as data with an effective date and a source (`delays.json`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from lrs.clock import Micros, to_datetime

_SECOND: Final = 1_000_000
_LISTS: Final = frozenset(("webhook_pauses", "forward_pauses"))


@dataclass(frozen=True, slots=True)
class Delays:
    """What holds at one instant: the pauses before each next try, and the rest in seconds, percent and tries."""

    webhook_pauses: tuple[int, ...]
    forward_pauses: tuple[int, ...]
    jitter_percent: int
    retry_after_most_seconds: int
    failing_batch_tries: int
    log_seconds: int
    letters_seconds: int
    overlap_seconds: int

    def next_try(self, pauses: Sequence[int], failures: int, chance: float, retry_after: int | None = None) -> int:
        """Return after how many microseconds to try again, after `failures` in a row (1 for the first).

        `chance` from 0 to 1 spreads the tries; what the other side asks for (`retry_after`, in seconds) is the least,
        up to a limit. The last pause is repeated.
        """
        pause = pauses[min(failures, len(pauses)) - 1]
        spread = 1 + self.jitter_percent / 100 * (2 * chance - 1)
        least = min(retry_after or 0, self.retry_after_most_seconds)
        return max(round(pause * spread * _SECOND), least * _SECOND)

    def is_over(self, pauses: Sequence[int], failures: int) -> bool:
        """Say whether no further try is due after `failures`: a dead letter, where nothing waits behind."""
        return failures > len(pauses)

    @property
    def give_up_micros(self) -> int:
        """After how long without any success an event that waits is given up."""
        return sum(self.webhook_pauses) * _SECOND


def delays_at(at: Micros) -> Delays:
    """Return what holds at an instant; the first ones before any did."""
    return _on(to_datetime(at).date())


@cache
def _on(day: date) -> Delays:
    values: dict[str, Any] = {name: _in_force(versions, day) for name, versions in _read().items()}
    values.update((name, tuple(values[name])) for name in _LISTS)
    return Delays(**values)


def _in_force(versions: list[dict[str, Any]], day: date) -> Any:  # noqa: ANN401 - a number or a list of them
    ordered = sorted(versions, key=lambda version: str(version["effective_from"]))
    begun = [each for each in ordered if date.fromisoformat(each["effective_from"]) <= day]
    return (begun or ordered[:1])[-1]["value"]


@cache
def _read() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(files(__package__).joinpath("delays.json").read_text("utf-8"))
    return found
