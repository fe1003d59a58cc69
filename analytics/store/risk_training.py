"""Fit models on finished sessions, hold them against later ones, and keep only what is no worse than what scores.

The sessions that ended last are the later data: a new model learns from those before them, is held against them beside
the model that scores (or, where none does, beside what a trainer would say), and is calibrated on them before it is
kept. Whatever comes of it is remembered with its figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from analytics.risk.models import Model
from analytics.risk.models.fitting import Kind, fit, fit_all
from analytics.risk.targets import Target
from analytics.store.risk_choice import Chosen
from analytics.store.risk_judging import difference, events_of, figures_of, whole
from analytics.store.risk_models import RiskModels
from analytics.store.risk_samples import Finished
from analytics.store.risk_terms import TrainingTerms
from analytics.store.risk_values import POOLED, Training
from lrs.clock import Micros
from lrs.tenancy import OrganisationId

KEPT: Final = "kept"
REFUSED: Final = "refused"
# Of what is finished, at least this share is held back to judge by.
_LATER_SHARE: Final = 0.2
_SEED: Final = 11


@dataclass(frozen=True, slots=True)
class Order:
    """Whose models are fitted, when, by whom (`assidu` for the schedule), under which features; `dry` keeps nothing."""

    owner: OrganisationId
    at: Micros
    by: str
    features_version: str
    is_dry: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """Finished sessions: those to learn from, and the later ones to be held against."""

    earlier: tuple[Finished, ...] = ()
    later: tuple[Finished, ...] = ()


@dataclass(slots=True)
class Fitted:
    """What came of it, target by target."""

    trainings: list[Training] = field(default_factory=list)

    @property
    def kept(self) -> list[Training]:
        """Those that were kept."""
        return [item for item in self.trainings if item.is_kept]


def split(finished: Sequence[Finished]) -> Split:
    """Return finished sessions, in the order in which they ended, cut in two by the day on which they ended.

    The later part is the last day on which any ended, and days before it until they are a fifth of all enrolments.
    """
    total = sum(item.enrolments for item in finished)
    days = sorted({item.ends_on for item in finished}, reverse=True)
    cut, count = None, 0
    for day in days[:-1]:
        cut = day
        count += sum(item.enrolments for item in finished if item.ends_on == day)
        if count >= _LATER_SHARE * total:
            break
    if cut is None:
        return Split(tuple(finished))
    return Split(
        tuple(item for item in finished if item.ends_on < cut), tuple(item for item in finished if item.ends_on >= cut)
    )


class Trainer:
    """Fits models of one owner from what was read of its finished sessions."""

    def __init__(self, models: RiskModels) -> None:
        self._models = models

    def train(self, order: Order, finished: Sequence[Finished], chosen: Chosen, terms: TrainingTerms) -> Fitted:
        """Fit a model of every target and keep those that are no worse; `chosen` are the models that score now."""
        parts = split(finished)
        fitted = Fitted()
        models = self._fit(order, parts, chosen)
        for target in Target:
            training = _record(order, target, parts)
            problem = self._nothing_new(target, parts, chosen) or _lacks(parts, target, terms)
            problem = problem or ("" if target in models else "nothing could be learnt")
            if problem:
                fitted.trainings.append(self._refuse(order, replace(training, why=problem)))
                continue
            fitted.trainings.append(self._judge(order, training, models[target], parts, chosen, terms))
        return fitted

    def _nothing_new(self, target: Target, parts: Split, chosen: Chosen) -> str:
        """Say so when the model that scores was judged by these very sessions; empty when it was not."""
        known = chosen.models.get(target)
        record = None if known is None else self._models.record(known[0])
        names = {item.session_id for item in parts.later}
        if known is None or record is None or not record.judged_on or not names <= {*record.judged_on}:
            return ""
        return f"no session has ended since version {known[0].version} was made"

    def _fit(self, order: Order, parts: Split, chosen: Chosen) -> Mapping[Target, Model]:
        if not parts.earlier or not parts.later:
            return {}
        pooled = {
            target: model for target, (name, model) in chosen.models.items() if name.is_pooled and order.owner != POOLED
        }
        return fit_all([whole([item]) for item in parts.earlier], pooled=pooled, seed=_SEED)

    def _judge(
        self, order: Order, training: Training, model: Model, parts: Split, chosen: Chosen, terms: TrainingTerms
    ) -> Training:
        target = model.target
        figures = figures_of(model, parts.later, terms.draws)
        if order.owner == POOLED:
            # Of which sessions the rest is, is no other organisation's business.
            figures = figures[:1]
        rival = chosen.models.get(target)
        other = rival[1] if rival is not None else _rule(parts, target)
        against = "the model that scores" if rival is not None else "the rule of a trainer"
        found = None if other is None else difference(model, other, parts.later, terms.draws)
        before = None if other is None else figures_of(other, parts.later, terms.draws)[0]
        made = replace(training, figures=figures, before=before, difference=found)
        why = _worse(figures[0].auc_low, found, against, terms)
        if why:
            return self._refuse(order, replace(made, why=why))
        kept = replace(made, verdict=KEPT, why=_better(found, against))
        if order.is_dry:
            return kept
        kept, name = self._models.keep(model.recalibrated(whole(parts.later)), kept)
        self._models.activate(name, order.by, kept.why)
        self._models.note(kept)
        return kept

    def _refuse(self, order: Order, training: Training) -> Training:
        if not order.is_dry:
            self._models.note(training)
        return training


def _record(order: Order, target: Target, parts: Split) -> Training:
    known, events = events_of(parts.earlier, target)
    later_known, later_events = events_of(parts.later, target)
    is_pooled = order.owner == POOLED
    return Training(
        at=order.at,
        by=order.by,
        target=target.value,
        owner=order.owner,
        verdict=REFUSED,
        why="",
        first_on=min((item.starts_on for item in parts.earlier), default=None),
        last_on=max((item.ends_on for item in parts.earlier), default=None),
        # Whose sessions they are is no other organisation's business.
        sessions=() if is_pooled else tuple(item.session_id for item in parts.earlier),
        judged_on=() if is_pooled else tuple(item.session_id for item in parts.later),
        counts={
            "sessions": len(parts.earlier),
            "enrolments": known,
            "events": events,
            "snapshots": sum(len(item) for session in parts.earlier for item in session.snapshots.values()),
            "judged_sessions": len(parts.later),
            "judged_enrolments": later_known,
            "judged_events": later_events,
        },
        features_version=order.features_version,
    )


def _rule(parts: Split, target: Target) -> Model | None:
    """Return what a trainer would say, to hold the first model against."""
    return fit([whole([item]) for item in parts.earlier], target=target, kind=Kind.RULE, seed=_SEED)


def _lacks(parts: Split, target: Target, terms: TrainingTerms) -> str:
    """Say what is missing to learn from, or to judge by; empty when nothing is."""
    if not parts.later:
        return "there are no later sessions to hold a model against: two that ended on different days are needed"
    for what, sessions in (("to learn from", parts.earlier), ("to judge by", parts.later)):
        known, events = events_of(sessions, target)
        # Half as many are enough to judge by.
        least = 1 if what == "to learn from" else 0.5
        if known < terms.least_enrolments * least or min(events, known - events) < terms.least_events * least:
            return (
                f"too little {what}: {known} enrolments, {events} of them with the event; at least "
                f"{terms.least_enrolments * least:.0f} are needed, with {terms.least_events * least:.0f} of either"
            )
    return ""


def _worse(auc_low: float | None, found: tuple[float, float, float] | None, against: str, terms: TrainingTerms) -> str:
    """Say why a new model is not kept; empty when it is."""
    if auc_low is None or auc_low <= 0.5:  # noqa: PLR2004 - chance
        return "on later data it is not clearly better than chance"
    if found is not None and found[1] < -terms.no_worse_by:
        return f"on later data its AUC may be more than {terms.no_worse_by} below that of {against} ({_text(found)})"
    return ""


def _better(found: tuple[float, float, float] | None, against: str) -> str:
    if found is None:
        return "nothing to hold it against"
    return f"on later data its AUC is no worse than that of {against} ({_text(found)})"


def _text(found: tuple[float, float, float]) -> str:
    return f"{found[0]:+.3f}, from {found[1]:+.3f} to {found[2]:+.3f}"
