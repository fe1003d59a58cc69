"""What is on its way to the store: whoever needs the same waits until it has arrived."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager


class Flights:
    """The keys of one process that somebody is delivering something of."""

    def __init__(self) -> None:
        self._flying: dict[bytes, int] = {}
        self._landed = threading.Condition()

    @contextmanager
    def of(self, keys: Collection[bytes]) -> Iterator[None]:
        """Have `keys` fly until the end of the block, however that comes."""
        flown = tuple(keys)
        with self._landed:
            for key in flown:
                self._flying[key] = self._flying.get(key, 0) + 1
        try:
            yield
        finally:
            with self._landed:
                for key in flown:
                    self._flying[key] -= 1
                    if not self._flying[key]:
                        del self._flying[key]
                self._landed.notify_all()

    def wait(self, keys: Collection[bytes]) -> None:
        """Wait until none of `keys` flies."""
        with self._landed:
            self._landed.wait_for(lambda: not any(key in self._flying for key in keys))
