"""What pages are drawn from, at hand in this process before anybody asks for it: as long as somebody is signed in.

The first page of a process would otherwise wait for Dash to be loaded and for every record to be read: seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import structlog

from dashboards.views.lens import Sources
from training.accounts import Accounts

# Somebody who signs in types a password first, and the process that took it has begun by then.
_LOOK_SECONDS: Final = 5.0


class Readiness:
    """Keeps the pages built, and the records of the organisations at work as they are now; in a thread of its own."""

    def __init__(self, sources: Sources, accounts: Accounts, build: Callable[[], object]) -> None:
        """`build` has the pages ready when it returns."""
        self._sources = sources
        self._accounts = accounts
        self._build = build
        self._woken = threading.Event()

    def begin(self) -> None:
        """Look every few seconds from now on; a process in which nobody is signed in stays as small as it is."""
        threading.Thread(target=self._run, name="readiness", daemon=True).start()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    def look(self) -> int:
        """Have everything ready; return for how many organisations somebody is signed in."""
        found = self._accounts.sessions.organisations()
        if found:
            self._build()
        for organisation in found:
            self._sources.facts.records(organisation)
        return len(found)

    def _run(self) -> None:
        is_failing = False
        while True:
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - whatever it is, who asks for a page meets it too and is told
                if not is_failing:
                    structlog.get_logger("assidu.pages").warning("pages are not ready", error=type(error).__name__)
                is_failing = True
            else:
                is_failing = False
            self._woken.wait(_LOOK_SECONDS)
            self._woken.clear()
