"""Train the models of one organisation, or those of several together: which sessions, beside which models."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from analytics.risk.features.registry import load_registry
from analytics.store.books import Books
from analytics.store.risk_choice import Choice
from analytics.store.risk_histories import Histories
from analytics.store.risk_models import RiskModels
from analytics.store.risk_samples import Finished, Samples, finished_sessions
from analytics.store.risk_scoring import terms_of
from analytics.store.risk_terms import RiskTerms, TrainingTerms
from analytics.store.risk_training import Fitted, Order, Trainer
from analytics.store.risk_values import POOLED
from analytics.time import day_of
from lrs.clock import Clock, IdSource, Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.followups import FollowUps
from training.law import load_law

# Who trains where a person would stand: the schedule.
PRODUCT: Final = "assidu"
_ZONE: Final = "Europe/Paris"


def _nothing(_: str, __: int) -> None:
    """Say nothing."""


class Learning:
    """Trains. `said` is told each session that was read, with how many enrolments it has."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdSource, secret_key: bytes,
        said: Callable[[str, int], None] = _nothing,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._books = Books(store, clock)
        self._samples = Samples(Histories(store, clock))
        self._models = RiskModels(store, clock, secret_key)
        self._choice = Choice(self._models)
        self._trainer = Trainer(self._models)
        self._followups = FollowUps(store, clock, ids)
        self._said = said

    def own(self, organisation: OrganisationId, by: str = PRODUCT, *, is_dry: bool = False) -> Fitted:
        """Train an organisation's own models, which the pooled ones lend their weight where it uses them."""
        now = self._clock.now_micros()
        terms = terms_of(self._books.newest(organisation).records, now)
        chosen = self._choice.of(organisation, uses_pooled=terms.uses_pooled)
        order = Order(organisation, now, by, load_registry().version, is_dry=is_dry)
        return self._trainer.train(order, self.finished(organisation, terms, now), chosen, terms.training)

    def pooled(
        self, organisations: Iterable[OrganisationId], by: str = PRODUCT, *, is_dry: bool = False,
        asked: TrainingTerms | None = None,
    ) -> Fitted:  # fmt: skip
        """Train models of several organisations together: of those that have decided to contribute, and no other.

        `asked` is what is asked of them, by default what comes with the product.
        """
        now = self._clock.now_micros()
        found: list[Finished] = []
        for organisation in organisations:
            terms = terms_of(self._books.newest(organisation).records, now)
            if terms.contributes and self._followups.is_on(organisation):
                found += self.finished(organisation, terms, now, label=f"{organisation}/")
        found.sort(key=lambda item: (item.ends_on, item.starts_on, item.session_id))
        order = Order(POOLED, now, by, load_registry().version, is_dry=is_dry)
        wanted = asked or RiskTerms.on(day_of(now, _ZONE), load_law(), ()).training
        return self._trainer.train(order, found, self._choice.of(POOLED, uses_pooled=False), wanted)

    def finished(
        self, organisation: OrganisationId, terms: RiskTerms, now: Micros, *, label: str = ""
    ) -> list[Finished]:
        """Return what an organisation's finished sessions show, without whoever objects to being scored."""
        records = self._books.newest(organisation).records
        objecting = self._followups.objecting(organisation, records)
        found: list[Finished] = []
        sessions = finished_sessions(records, now)
        for item in self._samples.of(organisation, sessions, terms.training.at_shares, now, but=objecting, label=label):
            self._said(item.session_id, item.enrolments)
            found.append(item)
        return found
