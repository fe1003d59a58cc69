"""When another record store is pulled from next, and how the last pulls went. Nothing here performs I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from lrs.clock import Micros, to_text

_MINUTE: Final = 60_000_000


class ScheduleState(StrEnum):
    """How the pulls of a source stand.

    Attributes:
        OFF: Nobody pulls by themselves: only the page, the API and the command do.
        NO_SECRET: The secret for the other side is not set.
        RUNNING: A pull is under way.
        SCHEDULED: The next one is at `next_at`.
        RETRYING: The last one failed in a way that passes; it is tried again at `next_at`.
        STOPPED: The other side refuses us, or a statement that must not be left out: somebody must mend it first.
    """

    OFF = "off"
    NO_SECRET = "no_secret"  # noqa: S105 - the name of a state
    RUNNING = "running"
    SCHEDULED = "scheduled"
    RETRYING = "retrying"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is kept of the pulls of one source; instants in microseconds, None for what never was.

    `pulled_at` is when the last pull ended that took all there was, `stored` what it stored. `error` is a word or
    `http_` and a status, never in the other side's words; `failures` how many pulls in a row failed.
    `rests_until` is when to try again after such, `stopped` the word for why nobody does.
    """

    every_minutes: int
    has_secret: bool = False
    pulled_at: Micros | None = None
    stored: int = 0
    error: str = ""
    error_at: Micros | None = None
    failures: int = 0
    rests_until: Micros | None = None
    stopped: str = ""
    held_until: Micros | None = None

    def next_at(self) -> Micros | None:
        """Return when the next pull is due, 0 for at once; None where none will be.

        >>> Schedule(15, has_secret=True, pulled_at=Micros(60_000_000)).next_at()
        960000000
        """
        if not self.every_minutes or not self.has_secret or self.stopped:
            return None
        if self.failures and self.rests_until is not None:
            return self.rests_until
        return Micros(0) if self.pulled_at is None else Micros(self.pulled_at + self.every_minutes * _MINUTE)

    def is_due(self, now: Micros) -> bool:
        """Say whether somebody should pull now; whoever holds the source's lease is doing so."""
        at = self.next_at()
        return at is not None and at <= now and not self._is_held(now)

    def state(self, now: Micros) -> ScheduleState:
        """Return how the pulls stand."""
        if self._is_held(now):
            return ScheduleState.RUNNING
        if not self.every_minutes:
            return ScheduleState.OFF
        if not self.has_secret:
            return ScheduleState.NO_SECRET
        if self.stopped:
            return ScheduleState.STOPPED
        return ScheduleState.RETRYING if self.failures else ScheduleState.SCHEDULED

    def _is_held(self, now: Micros) -> bool:
        return self.held_until is not None and self.held_until > now


def write_schedule(schedule: Schedule, now: Micros) -> dict[str, Any]:
    """Return a schedule as JSON: its state, instants as text, words for what went wrong."""
    due = schedule.next_at()
    return {
        "state": schedule.state(now).value,
        "every_minutes": schedule.every_minutes,
        "last_pull": _text(schedule.pulled_at),
        "last_stored": schedule.stored,
        # What is due already is pulled from as soon as somebody is free to.
        "next_pull": None if due is None else to_text(Micros(max(due, now))),
        "error": schedule.error,
        "error_at": _text(schedule.error_at),
        "failures": schedule.failures,
        "stopped_because": schedule.stopped,
    }


def _text(at: Micros | None) -> str | None:
    return None if at is None else to_text(at)
