"""What is due of estimates, found out with a few small questions; loads nothing that estimating needs."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from analytics.store.progress import ProgressOf
from analytics.store.risk_keys import ACTIVE, target_key
from analytics.store.risk_progress import RiskProgresses
from analytics.store.risk_values import POOLED, TARGETS
from analytics.time import day_of
from lrs.clock import Clock, IdSource
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.followups import FollowUps
from training.law import load_law

_ZONE: Final = "Europe/Paris"


class Dues:
    """Says what is due, at the cost of a few small questions: for whoever starts the work, not for who does it."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._clock = clock
        self._facts = ProgressOf(store)
        self._heads = store.collection("record_heads")
        self._active = store.collection(ACTIVE)
        self._followups = FollowUps(store, clock, ids)
        self._progress = RiskProgresses(store)

    def is_due(self, organisation: OrganisationId) -> bool:
        """Say whether there is anything to estimate, to take back, or, once a day, to forget."""
        found, now = self._progress.find(organisation), self._clock.now_micros()
        if not self._followups.is_on(organisation):
            return found.is_on or found.kept_on != day_of(now, _ZONE)
        every = int(load_law().value("risk.scoring", day_of(now, _ZONE))["every_minutes"])
        return not found.is_on or found.is_due(self.mark(organisation), now, every)

    def is_on(self, organisation: OrganisationId) -> bool:
        """Say whether an organisation has estimates made."""
        return self._followups.is_on(organisation)

    def is_training_due(self, owner: OrganisationId) -> bool:
        """Say whether models are to be fitted again. Whether anybody is in the pooled ones is for who asks to know."""
        on = self._progress.find(owner).train_on
        today = day_of(self._clock.now_micros(), _ZONE)
        return (on is None or today >= on) and (owner == POOLED or self._followups.is_on(owner))

    def mark(self, organisation: OrganisationId) -> str:
        """Return what tells one state of facts, records, objections and models from another."""
        facts = self._facts.find(organisation)
        head = self._heads.find_one({"_id": organisation}, {"change": 1}) or {}
        keys = [target_key(owner, target) for owner in (organisation, POOLED) for target in TARGETS]
        query = {"_id": {"$in": keys}, "o": {"$in": [organisation, POOLED]}}
        active = sorted((row["o"], row["k"], row["v"]) for row in self._active.find(query, {"o": 1, "k": 1, "v": 1}))
        parts = (facts.round, head.get("change"), sorted(self._followups.objections_of(organisation)), active)
        return blake2b(repr(parts).encode(), digest_size=12).hexdigest()
