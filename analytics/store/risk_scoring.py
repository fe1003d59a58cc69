"""Estimate the enrolments that run: a batch of sessions at a time, safe to be cut off anywhere.

Every local day each session once, and within the day those of which anything has changed. A session is done when its
row in `risk_sessions` says so, which is written last: whoever is cut off before does all of it again, and what is there
already is written over, not written twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from analytics.risk.features import feature_table
from analytics.store.books import Book, Books
from analytics.store.risk_alerts import Alerts
from analytics.store.risk_answers import looks_of, without_score
from analytics.store.risk_choice import Choice, Chosen
from analytics.store.risk_forms import score_of
from analytics.store.risk_histories import Histories
from analytics.store.risk_models import RiskModels
from analytics.store.risk_running import Due, Estimated, Running
from analytics.store.risk_scores import Look, ScoreRows
from analytics.store.risk_terms import RiskTerms
from analytics.store.risk_values import RiskScore
from analytics.store.risk_words import sentence_of
from analytics.time import day_of
from lrs.clock import Clock, IdSource, Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.law import load_law
from training.records import Records
from training.records.ids import EnrolmentId, SessionId

# How many enrolments are estimated together, whole sessions at a time: their histories are in memory at once.
TOGETHER: Final = 500
# Rules of our own begin in Paris, wherever a session is held (as in `analytics.rules`).
ZONE: Final = "Europe/Paris"


@dataclass(slots=True)
class Scored:
    """What one step did; `refused` says which models do not hold, by target."""

    sessions: int = 0
    enrolments: int = 0
    more: bool = False
    refused: dict[str, str] = field(default_factory=dict)
    behind: Micros | None = None


class Scoring:
    """Estimates. Several may be at work: the lease is the caller's (`risk_progress`)."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, secret_key: bytes) -> None:
        self._clock = clock
        self._books = Books(store, clock)
        self._histories = Histories(store, clock)
        self._running = Running(store)
        self._scores = ScoreRows(store)
        self._alerts = Alerts(store, clock, ids)
        self._choice = Choice(RiskModels(store, clock, secret_key))

    def step(self, organisation: OrganisationId) -> Scored:
        """Estimate the next sessions of an organisation that has this done; not `more` when none is due.

        With a clock that says that the last estimates are still to come nothing is done: `behind` is when those were.
        """
        book, now = self._books.newest(organisation), self._clock.now_micros()
        terms = terms_of(book.records, now)
        objecting = self._alerts.objecting(organisation, book.records)
        chosen = self._choice.of(organisation, uses_pooled=terms.uses_pooled)
        models = ", ".join(sorted(str(name) for name, _ in chosen.models.values()))
        plan = self._running.plan(organisation, book.records, objecting, now, terms.every_minutes, models)
        if plan.behind is not None:
            return Scored(behind=plan.behind)
        refused = {target.value: why for target, why in chosen.refused.items()}
        batch = _batch(plan.due, book.records)
        if not batch:
            self._end(organisation, book.records, plan.ended, now)
            return Scored(refused=refused)
        count = self._estimate(organisation, book, batch, chosen, objecting, terms, now)
        return Scored(len(batch), count, more=True, refused=refused)

    def stand_down(self, organisation: OrganisationId) -> None:
        """Take back what is shown of an organisation that has switched estimates off; the history stays its time."""
        self._scores.drop_all(organisation)
        self._alerts.close_all(organisation, self._clock.now_micros())

    def _estimate(
        self, organisation: OrganisationId, book: Book, batch: Sequence[Due], chosen: Chosen,
        objecting: frozenset[EnrolmentId], terms: RiskTerms, now: Micros,
    ) -> int:  # fmt: skip
        days = {due.session_id: due.on for due in batch}
        histories = self._histories.as_kept(organisation, list(days))
        table = feature_table([item for item in histories if item.enrolment_id not in objecting], now)
        looks = looks_of(table, chosen, days, sentence_of)
        self._scores.write(organisation, looks, table.names, now)
        self._scores.drop_others(organisation, days, {look.enrolment_id for look in looks})
        self._scores.forget(organisation, sorted(objecting))
        daily = {due.session_id: due.on for due in batch if due.is_daily}
        scores = list(_scores(looks, terms.alerts.target, now, daily))
        self._alerts.decide(organisation, book.records, scores, daily, terms.alerts, now)
        by_session: defaultdict[SessionId, list[Look]] = defaultdict(list)
        for look in looks:
            by_session[look.session_id].append(look)
        for due in batch:
            mine = by_session[due.session_id]
            without = without_score(mine)
            self._running.done(organisation, due, now, Estimated(len(mine), len(mine) - without.total(), without))
        return len(looks)

    def _end(self, organisation: OrganisationId, records: Records, ended: Sequence[SessionId], now: Micros) -> None:
        """Take back what is shown of sessions that run no more."""
        if not ended:
            return
        self._scores.drop_others(organisation, ended, ())
        self._alerts.close_sessions(organisation, ended, now)
        for name in ended:
            session = records.sessions.get(name)
            self._running.end(organisation, name, day_of(now, ZONE) if session is None else session.ends_on)


def terms_of(records: Records, now: Micros) -> RiskTerms:
    """Return what an organisation's rules say about estimates at an instant."""
    return RiskTerms.on(day_of(now, ZONE), load_law(), records.law_overrides.values())


def _batch(due: Sequence[Due], records: Records) -> list[Due]:
    """Return the first sessions, as many as are estimated together; at least one if any is due."""
    found: list[Due] = []
    count = 0
    for item in due:
        found.append(item)
        count += len(list(records.enrolments_in(item.session_id)))
        if count >= TOGETHER:
            break
    return found


def _scores(looks: Iterable[Look], target: str, now: Micros, session_ids: Collection[SessionId]) -> Iterable[RiskScore]:
    """Yield what was said of a target in some sessions."""
    for look in looks:
        answer = next((item for item in look.answers if item.target == target), None)
        if answer is not None and look.session_id in session_ids:
            yield score_of(answer, look.enrolment_id, look.session_id, look.on, now)
