"""Estimates for the school, kept where and as the worker keeps them: who is flagged, why, and who follows them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from analytics.store.facts import Facts
from analytics.store.risk import Risks
from analytics.store.risk_alerts import Alerts
from analytics.store.risk_forms import KeptAnswer, KeptReason
from analytics.store.risk_scores import Look, ScoreRows
from analytics.store.risk_terms import AlertTerms
from dashboards.formats import PARIS
from lrs.clock import to_datetime
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.dashboards.school import RUNNING
from training.followups import FollowUp, FollowUps, Switch
from training.records.ids import EnrolmentId, SessionId

# The signs of whom are the strongest first.
RANKED = ("nour", "mehdi", "noemie", "theo", "zoe", "lea", "ines")
TERMS = AlertTerms(
    target="at_risk", open_share=0.3, keep_share=0.5, close_days=3, least_cohort=5, least_probability=0.1
)
WHY = "Aucune activité depuis 16 jours (2 jours en général)."
REMEDY = "Une connexion, même courte, ou un appel pour savoir ce qui bloque."


def turn_on(services: Services, organisation: OrganisationId) -> None:
    """Decide that chances are estimated."""
    Switch(services.store, services.clock).turn(
        organisation, on=True, reason="Après AIPD", by="account anne", name="Anne", assessed_on=date(2026, 1, 2)
    )


def estimate(
    services: Services, organisation: OrganisationId, *, days: int = 1, calibrated: bool = False, mark: str = "",
    ranked: Sequence[str] = RANKED, session: str = RUNNING,
) -> list[FollowUp]:  # fmt: skip
    """Estimate the running session on each of the last `days`, today last, and return the follow-ups that are open.

    Earlier, whoever is first today was a little lower each day.
    """
    followups = FollowUps(services.store, services.clock, services.ids)
    records = Facts(services.store, services.clock).records(organisation)
    hidden = followups.objecting(organisation, records)
    names = [name for name in ranked if EnrolmentId(f"{session}-{name}") not in hidden]
    now = services.clock.now_micros()
    today = to_datetime(now).astimezone(PARIS).date()
    rows = ScoreRows(services.store)
    looks: list[Look] = []
    for back in reversed(range(days)):
        on = today - timedelta(days=back)
        order = [*names[1 : 1 + back], names[0], *names[1 + back :]] if back else names
        looks = [
            look_of(session, name, place, len(order), on, calibrated=calibrated, mark=mark)
            for place, name in enumerate(order, 1)
        ]
        rows.write(organisation, looks, ("idle_days",), now)
    scores = Risks(services.store, services.clock).scores_in(organisation, [SessionId(session)])
    if followups.is_on(organisation):
        alerts = Alerts(services.store, services.clock, services.ids)
        alerts.decide(organisation, records, scores, {SessionId(session): today}, TERMS, now)
    return followups.open_ones(organisation)


def look_of(session: str, name: str, place: int, among: int, on: date, *, calibrated: bool, mark: str = "") -> Look:
    """Return one estimate: the first ones have reasons, the others differ from nobody."""
    rank = (among - place) / max(1, among - 1)
    chance = round(0.1 + 0.5 * rank, 3)
    reasons = (
        KeptReason("recency", "idle_days", 16.0, 2.0, 1.2, WHY + mark, REMEDY),
        KeptReason("rhythm", "active_days_per_week", 0.3, 2.0, 0.4, "0,3 jour par semaine (2 en général).", None),
    )  # fmt: skip
    answer = KeptAnswer(
        target="at_risk", horizon=None, owner=0, version=3,
        probability=chance if calibrated else None, low=chance - 0.08 if calibrated else None,
        high=chance + 0.08 if calibrated else None, rank=rank, place=place, among=among,
        unshown=None if calibrated else "uncalibrated",
        sentence="" if calibrated else "Rang seulement\u00a0: le modèle n’est pas encore calibré sur vos sessions.",
        reasons=reasons if place <= 3 else (),
    )  # fmt: skip
    return Look(EnrolmentId(f"{session}-{name}"), SessionId(session), on, (16.0,), (answer,))


def unscored(look: Look, why: str) -> Look:
    """Return an estimate that could not be made."""
    (answer,) = look.answers
    none = {"probability": None, "low": None, "high": None, "rank": None, "place": None, "reasons": ()}
    made = KeptAnswer(**{**{name: getattr(answer, name) for name in answer.__struct_fields__}, **none, "sentence": why})
    return replace(look, answers=(made,))
