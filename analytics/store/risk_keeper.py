"""Keep the estimates of an organisation up to date: scores, then drift, then what is over; and models on schedule.

One step at a time, safe to be cut off anywhere; the lease is the caller's (`risk_progress`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from analytics.store.books import Books
from analytics.store.marks import Marks
from analytics.store.progress import ProgressOf
from analytics.store.risk_alerts import Alerts
from analytics.store.risk_choice import Choice
from analytics.store.risk_drifting import Drifting
from analytics.store.risk_due import Dues
from analytics.store.risk_histories import Histories
from analytics.store.risk_models import RiskModels
from analytics.store.risk_progress import RiskProgress, RiskProgresses
from analytics.store.risk_running import Running
from analytics.store.risk_samples import Samples
from analytics.store.risk_scores import ScoreRows
from analytics.store.risk_scoring import ZONE, Scored, Scoring, terms_of
from analytics.time import day_of, day_start
from lrs.clock import Clock, IdSource, Micros
from lrs.store.database import Store
from lrs.store.heads import find_head
from lrs.tenancy import OrganisationId
from training.followups import Readings, forget_ended
from training.records import Records
from training.rights.delays import months_after

# Facts that were whole this long ago are what is known; older ones say that somebody was idle who was not.
FACTS_MOST_MICROS: Final = 900_000_000
# While something holds estimates up, it is looked at again after this.
_AGAIN_MICROS: Final = 60_000_000
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RiskTurn:
    """What one step did. `trouble` is the code of what holds estimates up; `refused` says which models do not hold."""

    sessions: int = 0
    enrolments: int = 0
    more: bool = False
    trouble: str | None = None
    refused: Mapping[str, str] = field(default_factory=dict)


class RiskKeeper:
    """Keeps estimates."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, secret_key: bytes) -> None:
        self._store = store
        self._clock = clock
        self._books = Books(store, clock)
        self._facts = ProgressOf(store)
        self._marks = Marks(store)
        self._alerts = Alerts(store, clock, ids)
        self._scoring = Scoring(store, clock, ids, secret_key)
        self._drifting = Drifting(store, clock, Samples(Histories(store, clock)))
        self._choice = Choice(RiskModels(store, clock, secret_key))
        self._running = Running(store)
        self._readings = Readings(store, clock)
        self._scores = ScoreRows(store)
        self._dues = Dues(store, clock, ids)
        self.progress = RiskProgresses(store)

    def step(self, organisation: OrganisationId) -> RiskTurn:
        """Take one step for an organisation whose lease is held; not `more` when everything is estimated."""
        before, now = self.progress.find(organisation), self._clock.now_micros()
        if not self._alerts.is_on(organisation):
            if before.is_on:
                self._scoring.stand_down(organisation)
                gone = {"active": 0, "scored": 0, "without": {}, "models": {}, "trouble": None}
                self.progress.note(organisation, {"on": False, **gone})
            self._keep_time(organisation, before, self._books.newest(organisation).records, now)
            return RiskTurn()
        # Read first: what changes meanwhile is for the next time.
        mark = self._dues.mark(organisation)
        trouble = self._trouble(organisation, now)
        done = Scored() if trouble else self._scoring.step(organisation)
        if done.behind is not None:
            trouble = "clock_behind"
        if trouble:
            self.progress.note(organisation, {"on": True, "trouble": trouble, "next": now + _AGAIN_MICROS})
            return RiskTurn(trouble=trouble)
        if not done.more:
            self._finish(organisation, before, mark, now)
        return RiskTurn(done.sessions, done.enrolments, more=done.more, refused=done.refused)

    def _finish(self, organisation: OrganisationId, before: RiskProgress, mark: str, now: Micros) -> None:
        records = self._books.newest(organisation).records
        terms, today = terms_of(records, now), day_of(now, ZONE)
        chosen = self._choice.of(organisation, uses_pooled=terms.uses_pooled)
        self._scores.forget(organisation, sorted(self._alerts.objecting(organisation, records)))
        self._alerts.settle(organisation, records)
        self._keep_time(organisation, before, records, now)
        total = self._running.total(organisation)
        changes = {
            "on": True, "at": now, "mark": mark, "next": _next_at(records, now), "trouble": None,
            "active": total.count, "scored": total.scored, "without": dict(total.without or {}),
            "models": {name.target: [name.owner, name.version] for name, _ in chosen.models.values()},
        }  # fmt: skip
        self.progress.note(organisation, changes)
        if before.drifted_on != today and chosen.models:
            self._drifting.look(organisation, records, chosen, terms, today, now)
            self.progress.note(organisation, {"drifted_on": today})

    def _keep_time(self, organisation: OrganisationId, before: RiskProgress, records: Records, now: Micros) -> None:
        """Forget once a day what is over (`risk.retention`), also of who has no estimates made, or no more."""
        today = day_of(now, ZONE)
        if before.kept_on != today:
            self._forget_old(records, months_after(today, -terms_of(records, now).keep_months))
            self.progress.note(organisation, {"kept_on": today})

    def _forget_old(self, records: Records, day: date) -> None:
        """Forget what was estimated in sessions that ended before a day, who looked, and what was done about it."""
        organisation = records.organisation
        for name in self._running.ended_before(organisation, day):
            self._scores.forget_session(organisation, name)
            self._readings.forget(organisation, [item.id for item in records.enrolments_in(name)])
            self._running.forget(organisation, name)
        forget_ended(self._store, self._clock, records, day)

    def _trouble(self, organisation: OrganisationId, now: Micros) -> str | None:
        facts, head = self._facts.find(organisation), find_head(self._store, organisation)
        if facts.stored > now + _AGAIN_MICROS:
            return "clock_behind"
        is_behind = head.count > facts.position or facts.is_forgetting or self._marks.count(organisation) > 0
        return "facts_behind" if is_behind and facts.as_of < now - FACTS_MOST_MICROS else None


def _next_at(records: Records, now: Micros) -> Micros:
    """Return the next instant at which a local day begins that is a day of some session, or the next in Paris."""
    zones: Collection[str] = {
        item.time_zone for item in records.sessions.values() if item.ends_on >= day_of(now, item.time_zone)
    }
    return Micros(min(day_start(day_of(now, zone) + _DAY, zone) for zone in zones or {ZONE}))
