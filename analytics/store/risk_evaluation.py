"""How the models that score an organisation fare on its finished sessions."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.store.books import Books
from analytics.store.risk_choice import Choice
from analytics.store.risk_judging import figures_of
from analytics.store.risk_learning import Learning
from analytics.store.risk_models import RiskModels
from analytics.store.risk_scoring import terms_of
from analytics.store.risk_values import ModelName, SessionFigures
from lrs.clock import Clock, IdSource
from lrs.store.database import Store
from lrs.tenancy import OrganisationId


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One model, how it fares, and which of these sessions it has learnt from."""

    model: ModelName
    figures: tuple[SessionFigures, ...]
    learnt_from: tuple[str, ...]


class Evaluation:
    """Evaluates. Takes time with the finished sessions."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, secret_key: bytes) -> None:
        self._clock = clock
        self._books = Books(store, clock)
        self._models = RiskModels(store, clock, secret_key)
        self._choice = Choice(self._models)
        self._learning = Learning(store, clock, ids, secret_key)

    def of(self, organisation: OrganisationId, *, every: bool = False) -> list[Evaluated]:
        """Return how each model fares, by target; with `every` on the sessions too that it has learnt from."""
        now = self._clock.now_micros()
        terms = terms_of(self._books.newest(organisation).records, now)
        chosen = self._choice.of(organisation, uses_pooled=terms.uses_pooled)
        finished = self._learning.finished(organisation, terms, now) if chosen.models else []
        found = []
        for name, model in chosen.models.values():
            learnt = self._models.record(name).sessions
            wanted = [item for item in finished if every or item.session_id not in learnt]
            figures = figures_of(model, wanted, terms.training.draws) if wanted else ()
            found.append(Evaluated(name, figures, learnt))
        return found
