"""Lets the processes of one host take turns to append, instead of racing for an organisation's lane.

Which append comes first is always the database's decision (`lrs.store.heads`): a turn only keeps processes of one host
from trying in vain, which costs both them and the database more than waiting does. Turns go round: who has just had
one comes behind whoever waits, which meanwhile has drafted what it will append. Without turns, or with several hosts,
everything works as well and a little slower under load.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from lrs.tenancy import OrganisationId

try:
    import fcntl
except ImportError:  # Windows has no such locks: its processes race.
    fcntl = None  # type: ignore[assignment]

# How often one who waits looks again, and how long it waits: whoever holds a turn for longer is stuck or was stopped,
# and the database alone decides then.
_LOOK_SECONDS: Final = 0.0004
_PATIENCE_SECONDS: Final = 0.5


class Turns:
    """Turns of this process. The lock of one that dies is free at once: the operating system sees to that."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = None if folder is None else str(folder)

    @contextmanager
    def turn(self, organisation: OrganisationId) -> Iterator[Callable[[], None]]:
        """Wait for this process's turn; what is yielded ends it early, and may be called more than once."""
        if self._folder is None or fcntl is None:
            yield lambda: None
            return
        with ExitStack() as opened:
            try:
                turn = opened.enter_context(_opened(self._folder, f"{organisation}"))
                queue = opened.enter_context(_opened(self._folder, f"{organisation}.next"))
            except OSError:
                # A courtesy that cannot be had (no room, no right to write) must not keep anything from being stored.
                yield lambda: None
                return
            # Whoever is next keeps the queue until the turn is its own: one that has just had it comes behind.
            deadline = time.monotonic() + _PATIENCE_SECONDS
            _wait(queue, deadline)
            _wait(turn, deadline)
            fcntl.flock(queue, fcntl.LOCK_UN)
            yield lambda: fcntl.flock(turn, fcntl.LOCK_UN)


@contextmanager
def _opened(folder: str, name: str) -> Iterator[int]:
    # Each turn opens the files anew: a lock belongs to what was opened, so that threads take turns too.
    path = f"{folder}/{name}"
    try:
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        Path(folder).mkdir(parents=True, exist_ok=True)
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield opened
    finally:
        os.close(opened)


def _wait(opened: int, deadline: float) -> None:
    while time.monotonic() < deadline:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK_SECONDS)
        else:
            return
