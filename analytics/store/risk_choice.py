"""Which models score an organisation: its own, else the pooled ones where it uses them; none that does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.risk.models import Model
from analytics.risk.targets import Target
from analytics.store.risk_models import RiskModels
from analytics.store.risk_values import POOLED, ModelName
from lrs.errors import AssiduError
from lrs.tenancy import OrganisationId


@dataclass(frozen=True, slots=True)
class Chosen:
    """The models that score, by target; and why others do not, though they are active."""

    models: Mapping[Target, tuple[ModelName, Model]] = field(default_factory=dict)
    refused: Mapping[Target, str] = field(default_factory=dict)


class Choice:
    """Chooses models; one that was read is remembered, for what is kept never changes."""

    def __init__(self, models: RiskModels) -> None:
        self._models = models
        self._known: dict[ModelName, Model] = {}

    def of(self, organisation: OrganisationId, *, uses_pooled: bool) -> Chosen:
        """Return what scores an organisation now."""
        models: dict[Target, tuple[ModelName, Model]] = {}
        refused: dict[Target, str] = {}
        for target in Target:
            active = self._models.active(organisation, target.value)
            if active is None and uses_pooled:
                active = self._models.active(POOLED, target.value)
            if active is None:
                continue
            try:
                models[target] = (active.model, self._load(active.model))
            except AssiduError as error:
                refused[target] = error.message
        # Those that score no more need not be in memory.
        self._known = {name: model for name, model in self._known.items() if name.owner != organisation}
        self._known.update(dict(models.values()))
        return Chosen(models, refused)

    def _load(self, name: ModelName) -> Model:
        return self._known[name] if name in self._known else self._models.load(name)
