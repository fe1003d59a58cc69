"""A bounded memory of marks, so that what was stored a moment ago is not stored again."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable


class Seen:
    """Remembers up to `most` marks and then starts afresh; safe between threads.

    Only a fingerprint of each mark is kept, however long the text. Two marks share one in a process's lifetime with
    a chance of one in a thousand million; which ones is drawn anew in each process, so nobody can choose them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._marks: set[int] = set()
        self._lock = threading.Lock()

    def __contains__(self, mark: Hashable) -> bool:
        """Say whether `mark` was added since the last fresh start."""
        return hash(mark) in self._marks

    def add(self, marks: Iterable[Hashable]) -> None:
        """Remember `marks`."""
        prints = [hash(mark) for mark in marks]
        with self._lock:
            if len(self._marks) + len(prints) > self._most:
                self._marks.clear()
            self._marks.update(prints)
