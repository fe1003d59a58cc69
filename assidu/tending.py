"""The worker's part of courses: sessions gone silent are ended, and what a dead process left is delivered."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import structlog

from assidu.wiring import STORE_FAILURES
from lrs.courses.gateway import build_gateway
from lrs.errors import Overloaded
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId

# Silence is counted in minutes, or hours: nobody waits for this.
LOOK_SECONDS: Final = 10.0
# After trouble with one organisation, the others go on and it is tried again after this.
REST_SECONDS: Final = 30.0
_AT_ONCE: Final = 50

# Looks at up to so many sessions of an organisation, and returns at how many it did.
Tend = Callable[[OrganisationId, int], int]

_log = structlog.get_logger("assidu.worker")


class Tending:
    """Looks at each organisation now and then. Several workers may: of two that end a session, one finds it ended."""

    def __init__(self, services: Services, what: str, tend: Tend) -> None:
        self._organisations = Organisations(services.store, services.clock)
        self._what = what
        self._tend = tend
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
                more = self._tend(row.number, _AT_ONCE) >= _AT_ONCE or more
            except (*STORE_FAILURES, Overloaded):
                raise
            except Exception:  # noqa: BLE001 - logged whole, and the others must go on
                _log.exception("sessions of an organisation cannot be tended", what=self._what, organisation=row.number)
                self._resting[row.number] = now + REST_SECONDS
        if not more:
            self._looked = now
        return more


def tend_scorm(services: Services) -> Tending:
    """Return what tends sessions of SCORM players."""
    return Tending(services, "SCORM", build_gateway(services).tend)


def tend_cmi5(services: Services) -> Tending:
    """Return what tends sessions of cmi5 content."""
    return Tending(services, "cmi5", services.cmi5.launcher.tend)
