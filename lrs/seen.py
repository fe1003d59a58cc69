"""A bounded memory of marks, so that what was stored a moment ago is not stored again."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable
from hashlib import blake2b


class Seen:
    """Remembers up to `most` marks and then starts afresh; safe between threads.

    Only a fingerprint of each mark is kept: a hundred bytes, however long the text.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._marks: set[bytes] = set()
        self._lock = threading.Lock()

    def __contains__(self, mark: Hashable) -> bool:
        """Say whether `mark` was added since the last fresh start."""
        return _fingerprint(mark) in self._marks

    def add(self, marks: Iterable[Hashable]) -> None:
        """Remember `marks`."""
        prints = [_fingerprint(mark) for mark in marks]
        with self._lock:
            if len(self._marks) + len(prints) > self._most:
                self._marks.clear()
            self._marks.update(prints)


def _fingerprint(mark: Hashable) -> bytes:
    return blake2b(repr(mark).encode("utf-8", "surrogatepass"), digest_size=16).digest()
