"""Whether the worker is there: it says so every few seconds, and whoever reads health looks at when it last did."""

from __future__ import annotations

from typing import Final

from lrs.clock import Clock, Micros
from lrs.store.database import Store
from lrs.store.pulses import Pulses

WORKER: Final = "worker"
# How often a worker says that it is there.
BEAT_SECONDS: Final = 5.0
# One that has said nothing for this long has stopped, or hangs: a turn of work takes less.
SILENT_SECONDS: Final = 60


class Pulse:
    """The signs of life of one deployment."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._rows = Pulses(store)
        self._clock = clock

    def beat(self, kind: str = WORKER) -> None:
        """Say that a process of this kind is there."""
        self._rows.beat(kind, self._clock.now_micros())

    def last(self, kind: str = WORKER) -> Micros | None:
        """Return when one of this kind last was, None for never."""
        return self._rows.last(kind)
