"""How long things wait, are tried and are kept, as data with an effective date and a source (`delays.json`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from lrs.clock import Micros, to_datetime
from lrs.in_force import in_force

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
    values: dict[str, Any] = {
        name: version["value"] for name, version in in_force(__package__, "delays.json", day).items()
    }
    values.update((name, tuple(values[name])) for name in _LISTS)
    return Delays(**values)
