"""What is told of requests, done beside them: nobody waits for it, and many at once cost little each."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

# How long what one request leaves to be told may wait for that of others.
ASIDE_SECONDS: Final = 0.2
# So much waits at most: past it, whoever leaves more tells it all.
ASIDE_MOST: Final = 2_000

Item = TypeVar("Item")


class Aside(Generic[Item]):
    """Has `tell` called with each item, in order and one at a time, `seconds` after it came at most.

    With no seconds it is told at once. The thread that tells is there only while there is something to tell, and a
    process that ends waits for it: only one that is killed takes what is left with it.
    """

    def __init__(self, tell: Callable[[Item], None], seconds: float = 0.0, most: int = ASIDE_MOST) -> None:
        self._tell = tell
        self._seconds = seconds
        self._most = most
        self._left: deque[Item] = deque()
        self._telling = threading.Lock()
        # Taken while somebody is about to tell what is left.
        self._due = threading.Lock()

    def __call__(self, item: Item) -> None:
        """Leave something to be told."""
        self._left.append(item)
        if not self._seconds or len(self._left) > self._most:
            self.tell_all()
        elif self._due.acquire(blocking=False):
            timer = threading.Timer(self._seconds, self._fall_due)
            # A thread of the server's own would pass on to it that nobody waits for it.
            timer.daemon = False
            try:
                timer.start()
            except RuntimeError:  # this machine has no thread left: whoever left it tells it
                self._fall_due()

    def tell_all(self) -> None:
        """Tell whatever is left; return when it has been told."""
        with self._telling:
            while self._left:
                self._tell(self._left.popleft())

    def _fall_due(self) -> None:
        # Released first: what comes from here on is either told below or has somebody of its own.
        self._due.release()
        self.tell_all()
