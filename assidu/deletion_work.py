"""The worker's part of deleting: erasures and retention runs that were begun go on, whoever began them."""

from __future__ import annotations

import time
from typing import Final

import structlog

from evidence.retention.erasing import Erasing
from evidence.retention.running import Retention
from lrs.errors import Overloaded
from lrs.services import Services

# How long one turn lasts, give or take a step: facts and the live feed are looked at in between.
TURN_SECONDS: Final = 0.6

_log = structlog.get_logger("assidu.worker")


class DeletionWork:
    """Goes on with what was begun. Where nothing was, a look costs two small questions."""

    def __init__(self, services: Services) -> None:
        self._erasing = Erasing(services)
        self._retention = Retention(services)

    def turn(self) -> bool:
        """Work for a moment; say whether there is more to do at once."""
        began = time.monotonic()
        more = True
        while more and time.monotonic() - began < TURN_SECONDS:
            more = self._step()
        return more

    def _step(self) -> bool:
        try:
            # A run has erasures of its own under way: those it takes further itself.
            return self._retention.go_on() or self._erasing.eraser.go_on()
        except Overloaded:
            raise
        except Exception:  # noqa: BLE001 - logged whole; the rest of the worker must go on
            _log.exception("something that is to be deleted cannot be")
            return False
