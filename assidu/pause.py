"""How long to wait before a process that ended is started again."""

from __future__ import annotations

from typing import Final


class Pause:
    """No time at all, unless the process keeps ending soon after its start.

    >>> pause = Pause()
    >>> [pause.after(60.0), pause.after(0.1), pause.after(0.1), pause.after(0.1), pause.after(60.0)]
    [0.0, 0.2, 0.4, 0.8, 0.0]
    """

    # A process that lives this long was well: one that cannot start fails sooner.
    _WELL_SECONDS: Final = 4.0
    _FIRST_SECONDS: Final = 0.2
    _MOST_SECONDS: Final = 10.0

    def __init__(self) -> None:
        self._seconds = 0.0

    def after(self, lived_seconds: float) -> float:
        """Return the pause after a life of `lived_seconds`; each short life doubles it."""
        if lived_seconds >= self._WELL_SECONDS:
            self._seconds = 0.0
        pause = self._seconds
        self._seconds = min(max(pause * 2, self._FIRST_SECONDS), self._MOST_SECONDS)
        return pause
