"""A small memory of what was just looked up, so that a hot sender costs no read a request."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Final, Generic, TypeVar

# How long another process may still let a credential in after it was revoked here. `docs/` promises it.
RECENT_SECONDS: Final = 2.0
RECENT_MOST: Final = 4096

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A bounded map whose entries are forgotten `seconds` after they were put; safe between threads."""

    def __init__(self, seconds: float = RECENT_SECONDS, most: int = RECENT_MOST) -> None:
        self._seconds = seconds
        self._most = most
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()
        self._forgotten = 0

    def find(self, key: K) -> tuple[V] | None:
        """Return what was put for `key` in a tuple (it may itself be None), or None when nothing is fresh."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry[0] <= time.monotonic():
                del self._entries[key]
                return None
            self._entries.move_to_end(key)
            return (entry[1],)

    @property
    def epoch(self) -> int:
        """Return how often anything was forgotten on purpose; read it before looking up what is then `put`."""
        with self._lock:
            return self._forgotten

    def put(self, key: K, value: V, epoch: int) -> None:
        """Remember `value`, and forget whatever was used longest ago when there is no more room.

        Nothing is remembered when something was forgotten since `epoch`: `value` may be from before that, and a
        revoked credential would come back.
        """
        with self._lock:
            if epoch != self._forgotten:
                return
            self._entries[key] = (time.monotonic() + self._seconds, value)
            self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)

    def forget(self, key: K) -> None:
        """Look `key` up again next time."""
        with self._lock:
            self._forgotten += 1
            self._entries.pop(key, None)

    def clear(self) -> None:
        """Look everything up again next time."""
        with self._lock:
            self._forgotten += 1
            self._entries.clear()
