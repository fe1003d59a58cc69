"""Whether the model can be relied on: what it is made of, how it fares on later data, what has changed since.

How early alerts came is counted from what happened in the organisation itself: who left, and when an alert was raised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median
from typing import Final

from analytics.store.risk import POOLED, ModelCard, RiskDrift, Risks, RiskStatus, SessionFigures, Training
from dashboards.views.lens import Lens
from dashboards.views.risk import is_on, today_of
from dashboards.views.risk_followup import last_day
from dashboards.views.risk_overview import Part
from dashboards.views.session import session_title
from training.access import STAFF
from training.records.enrolment import ExitReason
from training.records.ids import EnrolmentId

_PERIOD: Final = timedelta(days=365)
# Who left without the provider or the calendar ending it.
LEFT: Final = frozenset((ExitReason.ABANDON, ExitReason.CONTRACT_TERMINATION))
# Above, a percentage would mislead: a rank is shown.
CALIBRATED_WITHIN: Final = 0.04


@dataclass(frozen=True, slots=True)
class SessionLine:
    """How the model fared on one finished session, which it had not learnt from."""

    title: str
    figures: SessionFigures


@dataclass(frozen=True, slots=True)
class Lead:
    """Of those who left within a year, how many an alert named before; and for half of these at least so many days."""

    named: Part
    median_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """The models in use, how each was judged, and what has changed since. Empty while nothing is estimated."""

    as_of: int
    is_on: bool
    status: RiskStatus | None
    cards: tuple[ModelCard, ...]
    sessions: tuple[SessionLine, ...]
    trainings: tuple[Training, ...]
    drift: tuple[RiskDrift, ...]
    drift_history: tuple[RiskDrift, ...]
    lead: Lead | None


def model_view(lens: Lens) -> ModelView:
    """Return how the models stand; raises Forbidden but for STAFF."""
    lens.viewer.require(STAFF)
    if not is_on(lens):
        return ModelView(
            as_of=lens.as_of, is_on=False, status=None, cards=(), sessions=(), trainings=(), drift=(), drift_history=(),
            lead=None,
        )  # fmt: skip
    risks, organisation = Risks(lens.services.store, lens.services.clock), lens.viewer.organisation
    cards = tuple(_without_others(card) for card in risks.model_card(organisation))
    return ModelView(
        as_of=lens.as_of,
        is_on=True,
        status=risks.status(organisation),
        cards=cards,
        sessions=tuple(line for card in cards for line in _sessions(lens, card)),
        trainings=tuple(_own(item) for item in risks.trainings(organisation)),
        drift=risks.drift(organisation),
        drift_history=tuple(risks.drift_history(organisation)),
        lead=_lead(lens, risks),
    )


def _without_others(card: ModelCard) -> ModelCard:
    return replace(card, training=_own(card.training))


def _own(training: Training) -> Training:
    """Return a training without the names of sessions where it is of several organisations: they are others' too."""
    if training.owner != POOLED:
        return training
    whole = tuple(item for item in training.figures if item.session_id is None)
    return replace(training, sessions=(), judged_on=(), figures=whole)


def _sessions(lens: Lens, card: ModelCard) -> list[SessionLine]:
    """Return the sessions that a model was judged on, and all of them together."""
    found = []
    for figures in card.training.figures:
        session = None if figures.session_id is None else lens.records.sessions.get(figures.session_id)
        if session is not None and session.id in lens.scope.sessions:
            found.append(SessionLine(session_title(lens.records, session), figures))
        elif figures.session_id is None:
            found.append(SessionLine("", figures))
    return found


def _lead(lens: Lens, risks: Risks) -> Lead:
    since = today_of(lens) - _PERIOD
    left = {
        item.id: item.exit.on
        for item in lens.enrolments()
        if item.exit is not None and item.exit.reason in LEFT and item.exit.on >= since
    }
    first: dict[EnrolmentId, int] = {}
    for alert in risks.alerts(lens.viewer.organisation, enrolment_ids=sorted(left)) if left else ():
        days = (left[alert.enrolment_id] - last_day(alert.opened_at)).days
        if days > 0:
            first[alert.enrolment_id] = max(days, first.get(alert.enrolment_id, 0))
    return Lead(Part(len(first), len(left)), round(median(first.values())) if first else None)
