"""How a process that takes statements in, or makes facts of them, runs Python."""

from __future__ import annotations

import gc
import sys
from typing import Final

_SWITCH_SECONDS: Final = 0.001
_COLLECT: Final = (50_000, 20, 20)


def settle() -> None:
    """Suit the interpreter to batches and to threads that wait for the database; once everything is imported."""
    # The thread that holds an organisation's lane waits for the database several times, and each time it comes back
    # it must not wait behind five milliseconds of somebody's parsing (docs/design/0005-how-appends-share-the-lane.md).
    sys.setswitchinterval(_SWITCH_SECONDS)
    # A batch is a hundred thousand objects that go when it is stored: looking through them for cycles, and through all
    # that was imported, every few hundred allocations takes an eighth of the time; of making facts, a fifth.
    gc.freeze()
    gc.set_threshold(*_COLLECT)
