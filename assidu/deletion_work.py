"""The worker's part of deleting: erasures and retention runs that were begun go on, whoever began them."""

from __future__ import annotations

import time
from typing import Final

import structlog

from assidu.wiring import STORE_FAILURES
from evidence.retention.erasing import Erasing
from evidence.retention.running import Retention
from lrs.errors import Overloaded
from lrs.services import Services

# How long one turn lasts, give or take a step: facts and the live feed are looked at in between.
TURN_SECONDS: Final = 0.6
# After trouble, this long passes before the next try.
REST_SECONDS: Final = 30.0

_log = structlog.get_logger("assidu.worker")


class DeletionWork:
    """Goes on with what was begun. Where nothing was, a look costs two small questions."""

    def __init__(self, services: Services) -> None:
        self._erasing = Erasing(services)
        self._retention = Retention(services)
        self._rests_until = 0.0

    def turn(self) -> bool:
        """Work for a moment; say whether there is more to do at once."""
        began = time.monotonic()
        more = began >= self._rests_until
        while more and time.monotonic() - began < TURN_SECONDS:
            more = self._step()
        return more

    def _step(self) -> bool:
        try:
            # A run has erasures of its own under way: those it takes further itself.
            return self._retention.go_on() or self._erasing.eraser.go_on()
        except (*STORE_FAILURES, Overloaded):
            raise
        except Exception:  # noqa: BLE001 - logged whole; the rest of the worker must go on
            _log.exception("something that is to be deleted cannot be", again_in_seconds=REST_SECONDS)
            self._rests_until = time.monotonic() + REST_SECONDS
            return False
