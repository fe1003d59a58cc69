"""Estimates of who may not complete, as the worker kept them: scores, their history, models, drift, alerts.

Loads neither numpy nor scikit-learn: pages read here. A target is named by the value of `analytics.risk.targets.Target`
(`at_risk`, `leaves`, `leaves_soon`). Nothing is scoped here: every call names the organisation, and whoever may see
only some enrolments asks for these. Scores are kept by `risk_scoring`, models by `risk_models`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

import msgspec

from analytics.store.risk_forms import read_score, read_values
from analytics.store.risk_keys import (
    ACTIVE,
    ALERT_BYTES,
    ALERTS,
    DAY_BYTES,
    DAYS,
    DRIFT,
    MODELS,
    PROGRESS,
    SCORES,
    TRAININGS,
    day_key,
    drifts_of,
    model_key,
    score_key,
    target_key,
    trainings_of,
    under,
)
from analytics.store.risk_values import (
    AT_RISK,
    POOLED,
    TARGETS,
    TROUBLES,
    FeatureShift,
    ModelCard,
    ModelName,
    RiskAlert,
    RiskDrift,
    RiskReason,
    RiskScore,
    RiskStatus,
    SessionFigures,
    Training,
)
from lrs.clock import Clock, Micros, SystemClock
from lrs.errors import NotFound
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from training.followups import Switch
from training.records.ids import EnrolmentId, SessionId

__all__ = [
    "AT_RISK", "POOLED", "TARGETS", "FeatureShift", "ModelCard", "ModelName", "RiskAlert", "RiskDrift", "RiskReason",
    "RiskScore", "RiskStatus", "Risks", "SessionFigures", "Training",
]  # fmt: skip

_TRAINING: Final = msgspec.json.Decoder(Training)
_DRIFT: Final = msgspec.json.Decoder(RiskDrift)


class Risks:
    """Reads what is kept of risks."""

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self._scores = store.collection(SCORES)
        self._days = store.collection(DAYS)
        self._alerts = store.collection(ALERTS)
        self._models = store.collection(MODELS)
        self._active = store.collection(ACTIVE)
        self._trainings = store.collection(TRAININGS)
        self._drift = store.collection(DRIFT)
        self._progress = store.collection(PROGRESS)
        self._switch = Switch(store, clock or SystemClock())

    def scores_of(
        self, organisation: OrganisationId, enrolment_ids: Collection[EnrolmentId], *, target: str = AT_RISK,
        horizon: int | None = None,
    ) -> dict[EnrolmentId, RiskScore]:  # fmt: skip
        """Return the newest score of each of these enrolments; one that has never been looked at is left out."""
        keys = [score_key(organisation, name) for name in enrolment_ids]
        rows = self._scores.find({"_id": {"$in": keys}, "o": organisation}, _SCORE) if keys else ()
        return {score.enrolment_id: score for score in _read(rows, target, horizon)}

    def scores_in(
        self, organisation: OrganisationId, session_ids: Collection[SessionId], *, target: str = AT_RISK,
        horizon: int | None = None,
    ) -> list[RiskScore]:  # fmt: skip
        """Return the newest score of every enrolment of some sessions, most at risk first, those without score last."""
        rows = self._scores.find({"o": organisation, "s": {"$in": sorted(session_ids)}}, _SCORE)
        return sorted(_read(rows, target, horizon), key=_order)

    def history_of(
        self, organisation: OrganisationId, enrolment_id: EnrolmentId, *, target: str = AT_RISK,
        horizon: int | None = None,
    ) -> list[RiskScore]:  # fmt: skip
        """Return what was estimated of an enrolment, one score a day, oldest first."""
        query = {"_id": under(organisation, enrolment_id, DAY_BYTES), "o": organisation}
        return list(_read(self._days.find(query, _SCORE).sort("_id", 1), target, horizon))

    def features_of(
        self, organisation: OrganisationId, enrolment_id: EnrolmentId, on: date | None = None
    ) -> dict[str, float | None]:
        """Return what was known of an enrolment on a day, the newest without `on`: each feature, None where not known.

        Raises NotFound when it was not looked at that day.
        """
        key = under(organisation, enrolment_id, DAY_BYTES) if on is None else day_key(organisation, enrolment_id, on)
        query = {"_id": key, "o": organisation}
        row = self._days.find_one(query, {"_id": 0, "n": 1, "f": 1}, sort=[("_id", -1)])
        if row is None:
            raise NotFound("Nothing was estimated of an enrolment of this id then.")
        names = self._progress.find_one({"_id": organisation}, {f"names.{row['n']}": 1})
        return read_values(names["names"][row["n"]], row["f"]) if names else {}

    def alerts(
        self, organisation: OrganisationId, *, enrolment_ids: Collection[EnrolmentId] | None = None,
        is_open: bool | None = None,
    ) -> list[RiskAlert]:  # fmt: skip
        """Return alerts, newest first; of some enrolments, open ones or closed ones only, where asked."""
        query: Document = {"o": organisation}
        if enrolment_ids is not None:
            query["$or"] = [{"_id": under(organisation, name, ALERT_BYTES)} for name in enrolment_ids]
            if not query["$or"]:
                return []
        if is_open is not None:
            query["open"] = is_open
        rows = self._alerts.find(query)
        found = [_alert(row) for row in (rows.sort([("o", -1), ("at", -1)]) if enrolment_ids is None else rows)]
        return sorted(found, key=lambda alert: (-alert.opened_at, alert.opened_place, alert.id))

    def model_card(self, organisation: OrganisationId) -> tuple[ModelCard, ...]:
        """Return the models that score an organisation, by target: its own, or the pooled ones it uses."""
        return tuple(card for card in map(self._card, self._in_use(organisation)) if card is not None)

    def trainings(self, organisation: OrganisationId, *, limit: int = 50) -> list[Training]:
        """Return when models were fitted, kept or refused, newest first."""
        query = {"_id": trainings_of(organisation), "o": organisation}
        return [_TRAINING.decode(row["b"]) for row in self._trainings.find(query).sort("_id", -1).limit(limit)]

    def drift(self, organisation: OrganisationId) -> tuple[RiskDrift, ...]:
        """Return the newest drift of each model that scores the organisation, by target."""
        found = (self._newest_drift(organisation, target) for target in TARGETS)
        return tuple(item for item in found if item is not None)

    def drift_history(self, organisation: OrganisationId, target: str = AT_RISK) -> list[RiskDrift]:
        """Return the drift of a target, day by day, oldest first."""
        query = {"_id": drifts_of(organisation, target), "o": organisation}
        return [_DRIFT.decode(row["b"]) for row in self._drift.find(query).sort("_id", 1)]

    def status(self, organisation: OrganisationId) -> RiskStatus:
        """Return how far scoring has come."""
        row = self._progress.find_one({"_id": organisation}) or {}
        at, trained = row.get("at"), row.get("trained")
        training_on = row.get("train_on")
        return RiskStatus(
            is_on=self._switch.is_on(organisation),
            scored_at=None if at is None else Micros(at),
            active=row.get("active", 0),
            scored=row.get("scored", 0),
            without=dict(row.get("without", {})),
            models=tuple(self._in_use(organisation)),
            trained_at=None if trained is None else Micros(trained),
            next_training_on=None if training_on is None else date.fromordinal(training_on),
            trouble=TROUBLES.get(row.get("trouble") or ""),
        )

    def _in_use(self, organisation: OrganisationId) -> Iterable[ModelName]:
        """Yield the models that score an organisation, by target."""
        row = self._progress.find_one({"_id": organisation}, {"models": 1}) or {}
        used = row.get("models", {})
        for target in TARGETS:
            own = self._active.find_one({"_id": target_key(organisation, target), "o": organisation}, {"v": 1})
            if own is not None:
                yield ModelName(organisation, target, own["v"])
            elif target in used:
                owner, version = used[target]
                yield ModelName(OrganisationId(owner), target, version)

    def _card(self, name: ModelName) -> ModelCard | None:
        key = model_key(name.owner, name.target, name.version)
        row = self._models.find_one({"_id": key, "o": name.owner}, {"b": 0})
        active = self._active.find_one({"_id": target_key(name.owner, name.target), "o": name.owner})
        if row is None or active is None:
            return None
        return ModelCard(
            model=name,
            digest=row["digest"],
            signed_by=row["signer"],
            active_since=Micros(active["at"]),
            activated_by=active["by"],
            training=_TRAINING.decode(row["r"]),
            features=tuple(row["names"]),
        )

    def _newest_drift(self, organisation: OrganisationId, target: str) -> RiskDrift | None:
        query = {"_id": drifts_of(organisation, target), "o": organisation}
        row = self._drift.find_one(query, sort=[("_id", -1)])
        return None if row is None else _DRIFT.decode(row["b"])


_SCORE: Final = {"_id": 0, "e": 1, "s": 1, "d": 1, "at": 1, "b": 1}


def _read(rows: Iterable[Document], target: str, horizon: int | None) -> Iterable[RiskScore]:
    for row in rows:
        score = read_score(row, target, horizon)
        if score is not None:
            yield score


def _order(score: RiskScore) -> tuple[bool, float, int, str]:
    return score.rank is None, -(score.rank or 0.0), score.place or 0, score.enrolment_id


def _alert(row: Document) -> RiskAlert:
    closed = row["closed"]
    return RiskAlert(
        id=row["id"],
        enrolment_id=EnrolmentId(row["e"]),
        session_id=SessionId(row["s"]),
        target=row["k"],
        opened_at=Micros(int(row["at"])),
        opened_on=date.fromordinal(row["d"]),
        opened_place=row["place"],
        opened_among=row["among"],
        closed_at=None if closed is None else Micros(int(closed)),
        closed_why=row["why"],
    )
