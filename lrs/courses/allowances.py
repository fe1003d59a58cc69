"""How often a launch's player may commit: counted in this process first, across all of them once it is often."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.errors import TooManyRequests
from lrs.scorm.launch import Launch
from lrs.store.database import Store
from lrs.store.rates import RateStore

_MINUTE: Final = 60_000_000
# A player that commits as players do, every ten seconds or more, costs no write for being counted.
_FREE_SHARE: Final = 4
_REMEMBERED_MOST: Final = 8_192


class Allowances:
    """The allowances of all launches. What a process lets through by itself is a quarter of each at most."""

    def __init__(self, store: Store) -> None:
        self._rates = RateStore(store)
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, launch: Launch, now: Micros) -> None:
        """Take one request from a launch's allowance; raise TooManyRequests when it is used up."""
        most = launch.requests_per_minute
        if most is None or self._count(launch.id, now) <= most // _FREE_SHARE:
            return
        wait = self._rates.take(CredentialId(launch.id), most, now)
        if wait:
            message = f"This launch may commit {most} times a minute; nothing was done."
            raise TooManyRequests(message, retry_after=-(-wait // 1_000_000))

    def _count(self, name: str, now: Micros) -> int:
        """Count a request and return how many this minute has had here."""
        minute = now // _MINUTE
        with self._lock:
            before, count = self._counts.get(name, (minute, 0))
            count = count + 1 if before == minute else 1
            self._counts[name] = (minute, count)
            self._counts.move_to_end(name)
            while len(self._counts) > _REMEMBERED_MOST:
                self._counts.popitem(last=False)
        return count
