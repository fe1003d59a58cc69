"""The worker's part of keeping facts: which organisations have something to do, and a turn for each."""

from __future__ import annotations

import time
from typing import Final

import structlog

from analytics.store.keeper import Keeper, Rest
from analytics.store.progress import ProgressOf
from lrs.services import Services
from lrs.tenancy import OrganisationId

# How long one organisation's turn lasts, give or take a step: the live feed is looked at in between.
TURN_SECONDS: Final = 0.6
# While one is catching up, how far it has come is said this often.
SAY_SECONDS: Final = 10.0

_log = structlog.get_logger("assidu.worker")


class FactsWork:
    """Keeps the facts of every organisation, a turn at a time. One that is at rest costs a comparison."""

    def __init__(self, services: Services, name: str) -> None:
        self._services = services
        self._name = name
        self._keeper = Keeper(services.store, services.clock)
        self._progress = ProgressOf(services.store)
        self._rest: dict[OrganisationId, Rest] = {}
        self._said: dict[OrganisationId, float] = {}
        self._done: dict[OrganisationId, list[int]] = {}

    def release(self) -> None:
        """Give back every lease."""
        self._progress.release(self._name)

    def counts(self) -> dict[OrganisationId, int]:
        """Return how many changes of records each organisation has; those without any are left out."""
        return self._keeper.changes()

    def is_due(self, organisation: OrganisationId, statements: int, changes: int) -> bool:
        """Say whether there is anything to do, with this many statements in the log and changes of records."""
        rest = self._rest.get(organisation)
        now = self._services.clock.now_micros()
        return rest is None or not rest.holds(statements, changes, now)

    def turn(self, organisation: OrganisationId, statements: int) -> bool:
        """Work for a moment; say whether there is more to do at once."""
        began = time.monotonic()
        more = True
        while more and time.monotonic() - began < TURN_SECONDS:
            if not self._progress.hold(organisation, self._name, self._services.clock.now_micros()):
                return False
            turn = self._keeper.step(organisation)
            done = self._done.setdefault(organisation, [0, 0])
            done[0] += turn.statements
            done[1] += turn.people
            for person, failure in turn.failures.items():
                _log.error("the facts of a person cannot be worked out", organisation=organisation, person=person,
                           exc_info=failure)  # fmt: skip
            more = turn.more
        if not more:
            self._rest[organisation] = self._keeper.rest(organisation)
        self._say(organisation, statements, is_over=not more)
        return more

    def _say(self, organisation: OrganisationId, statements: int, *, is_over: bool) -> None:
        """Log how far an organisation's facts have come: at the end of a piece of work, and now and then before."""
        now, (taken, people) = time.monotonic(), self._done.get(organisation, [0, 0])
        last = self._said.setdefault(organisation, now)
        if not (taken or people) or not (is_over or now - last >= SAY_SECONDS):
            return
        position = self._progress.find(organisation).position
        waiting = max(0, statements - position)
        _log.info("facts", organisation=organisation, statements=taken, people=people, position=position,
                  waiting=waiting)  # fmt: skip
        self._said[organisation] = now
        self._done[organisation] = [0, 0]
