"""Fitting models; the only door to scikit-learn (with what it imports from this folder)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from analytics.risk.models.model import Model
from analytics.risk.targets import Sample, Target


class Kind(StrEnum):
    """Which model: ours, or one of those it is measured against."""

    BLEND = "blend"
    """Ours: logistic and boosting over all days at once, as a hazard where the target is leaving, blended."""
    LOGISTIC = "logistic"
    BOOSTING = "boosting"
    RULE = "rule"
    """What a trainer would say: work missed, days without activity, half-days missed, failures. Learns no ranking."""


def fit(
    samples: Sequence[Sample],
    *,
    target: Target,
    pooled: Model | None = None,
    seed: int = 0,
    kind: Kind = Kind.BLEND,
) -> Model:
    """Return a model of `target` fitted on `samples`, which must be in order of time.

    What blends and calibrates comes from the later part of them. Recalibrate the model on the latest finished session
    before showing probabilities. With `pooled` (a model of other organisations) the own data outweighs it gradually,
    by the number of events in `samples`; with no usable rows, or a single outcome, `pooled` comes back as it is. Raises
    `NothingToLearn` when there is no `pooled` either. The same samples and seed give the same bytes.
    """
    raise NotImplementedError


def fit_all(
    samples: Sequence[Sample], *, pooled: Mapping[Target, Model] | None = None, seed: int = 0
) -> Mapping[Target, Model]:
    """Return a model for every target that can be learnt from `samples`, at less cost than one by one."""
    raise NotImplementedError
