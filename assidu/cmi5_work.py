"""The worker's part of cmi5: sessions gone silent are abandoned."""

from __future__ import annotations

import time
from typing import Final

import structlog

from assidu.wiring import STORE_FAILURES
from lrs.errors import Overloaded
from lrs.organisations import Organisations
from lrs.services import Services

# Silence is counted in hours: nobody waits for this.
LOOK_SECONDS: Final = 30.0
# After trouble with one organisation, the others go on and it is tried again after this.
REST_SECONDS: Final = 60.0
_AT_ONCE: Final = 50

_log = structlog.get_logger("assidu.worker")


class Cmi5Work:
    """Looks at each organisation now and then. Several workers may: of two that end a session, one finds it ended."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._organisations = Organisations(services.store, services.clock)
        self._looked = float("-inf")
        self._resting: dict[int, float] = {}

    def turn(self) -> bool:
        """Look once, if it is time; say whether there is more to do at once."""
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return False
        more = False
        for row in self._organisations.all():
            if self._resting.get(row.number, 0.0) > now:
                continue
            try:
                more = self._services.cmi5.launcher.tend(row.number, _AT_ONCE) >= _AT_ONCE or more
            except (*STORE_FAILURES, Overloaded):
                raise
            except Exception:  # noqa: BLE001 - logged whole, and the others must go on
                _log.exception("the cmi5 sessions of an organisation cannot be tended", organisation=row.number)
                self._resting[row.number] = now + REST_SECONDS
        if not more:
            self._looked = now
        return more
