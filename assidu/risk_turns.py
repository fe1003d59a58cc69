"""A turn for each organisation whose estimates or models are due: what the process of `risk_work` does."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog

from analytics.store.risk_due import Dues
from analytics.store.risk_keeper import RiskKeeper
from analytics.store.risk_learning import Learning
from analytics.store.risk_progress import TRAINING_LEASE_MICROS
from analytics.store.risk_scoring import ZONE
from analytics.store.risk_training import Fitted
from analytics.store.risk_values import POOLED
from analytics.time import day_of
from assidu.wiring import STORE_FAILURES
from lrs.errors import Overloaded
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.law import load_law

# After trouble with one organisation, the others go on and it is tried again after this.
REST_SECONDS: Final = 300.0

_log = structlog.get_logger("assidu.risk")


class RiskTurns:
    """Estimates and trains what is due, organisation by organisation, under the lease `name`."""

    def __init__(self, services: Services, name: str, is_stopping: Callable[[], bool] = lambda: False) -> None:
        self._services = services
        self._name = name
        self._is_stopping = is_stopping
        parts = (services.store, services.clock, services.ids)
        self._dues = Dues(*parts)
        self._keeper = RiskKeeper(*parts, services.secret_key)
        self._learning = Learning(*parts, services.secret_key)
        self._resting: dict[OrganisationId, float] = {}

    def release(self) -> None:
        """Give back every lease."""
        self._keeper.progress.release(self._name)

    def look(self) -> bool:
        """Give each organisation its turn once; say whether anything was done."""
        done = False
        organisations = [row.number for row in Organisations(self._services.store, self._services.clock).all()]
        for number in organisations:
            done = self._guarded(number, self._turn) or done
        return (any(map(self._dues.is_on, organisations)) and self._guarded(POOLED, self._train)) or done

    def _guarded(self, number: OrganisationId, work: Callable[[OrganisationId], bool]) -> bool:
        """Give one its turn; whatever is wrong with it must not hold up the others."""
        if self._is_stopping() or self._resting.get(number, 0.0) > time.monotonic():
            return False
        try:
            return work(number)
        except (*STORE_FAILURES, Overloaded):
            raise
        except Exception:  # noqa: BLE001 - logged whole, and the others must go on
            _log.exception("the estimates of an organisation cannot be made", organisation=number)
            self._resting[number] = time.monotonic() + REST_SECONDS
            return False

    def _turn(self, number: OrganisationId) -> bool:
        # Models first: whoever has switched estimates on waits for the first ones.
        trained = self._train(number)
        return self._score(number) or trained

    def _score(self, number: OrganisationId) -> bool:
        if not self._dues.is_due(number):
            return False
        began, enrolments, more = time.monotonic(), 0, True
        while more and not self._is_stopping():
            if not self._keeper.progress.hold(number, self._name, self._services.clock.now_micros()):
                return False
            turn = self._keeper.step(number)
            enrolments, more = enrolments + turn.enrolments, turn.more
        for target, why in turn.refused.items():
            _log.error("a model is refused", organisation=number, target=target, why=why)
        if turn.trouble:
            _log.warning("no estimates are made", organisation=number, trouble=turn.trouble)
        if enrolments:
            seconds = round(time.monotonic() - began, 2)
            _log.info("estimated", organisation=number, enrolments=enrolments, seconds=seconds)
        return bool(enrolments)

    def _train(self, number: OrganisationId) -> bool:
        if not self._dues.is_training_due(number):
            return False
        progress, now = self._keeper.progress, self._services.clock.now_micros()
        if not progress.hold(number, self._name, now, TRAINING_LEASE_MICROS):
            return False
        today = day_of(now, ZONE)
        # Should it fail, it is tried again tomorrow and not all day.
        progress.note(number, {"train_on": today + timedelta(days=1)})
        fitted = self._fit(number)
        every = int(load_law().value("risk.training", today)["every_days"])
        progress.note(number, {"train_on": today + timedelta(days=every), "trained": now})
        for item in fitted.trainings:
            _log.info("trained", organisation=number, target=item.target, verdict=item.verdict, why=item.why,
                      **item.counts)  # fmt: skip
        return bool(fitted.trainings)

    def _fit(self, number: OrganisationId) -> Fitted:
        if number != POOLED:
            return self._learning.own(number)
        rows = Organisations(self._services.store, self._services.clock).all()
        return self._learning.pooled(row.number for row in rows)
