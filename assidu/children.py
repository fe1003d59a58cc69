"""One process that is kept running: started, watched, started again when it ends, and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from assidu.mongod import die_with_parent
from assidu.pause import Pause

_LOG_BYTES_MOST: Final = 20 * 1024 * 1024


class Child:
    """One process of ours, in a group of its own: Ctrl-C in the terminal reaches only the one that stops the others."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._again_at = 0.0
        self._pause = Pause()

    def start(self) -> None:
        """Start it now."""
        full = self.log.exists() and self.log.stat().st_size > _LOG_BYTES_MOST
        with self.log.open("wb" if full else "ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program and arguments
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call; no thread of ours holds a lock
            )
        self._started = time.monotonic()

    def tend(self) -> int | None:
        """Start it again if it has ended and its pause is over; return how it ended, the first time that is seen."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._again_at:
                self.start()
            return None
        code = self._process.poll()
        if code is None:
            return None
        self._end_group()
        self._process = None
        self._again_at = now + self._pause.after(now - self._started)
        return code

    def stop(self, patience_seconds: float) -> None:
        """Ask it to finish, and end it and all it started if it has not within `patience_seconds`."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience_seconds)
        self._end_group()
        self._process.wait()
        self._process = None

    def _end_group(self) -> None:
        """End what the process left behind: it may have been killed before it could."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
