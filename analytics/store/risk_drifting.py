"""How far today's learners are from those that a model learnt from, and what it says from what happens: once a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import msgspec
import numpy as np

from analytics.risk.drift import calibration_drift, feature_drift
from analytics.risk.features import FeatureTable
from analytics.risk.models import Model
from analytics.store.risk import Risks
from analytics.store.risk_choice import Chosen
from analytics.store.risk_forms import read_names
from analytics.store.risk_judging import whole
from analytics.store.risk_keys import DAYS, DRIFT, PROGRESS, SCORES, day_key, drift_key
from analytics.store.risk_samples import Samples, finished_sessions
from analytics.store.risk_terms import RiskTerms
from analytics.store.risk_values import FeatureShift, ModelName, RiskDrift, Training
from analytics.time import day_of
from lrs.clock import Clock, Micros
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from training.records import Records
from training.records.ids import EnrolmentId

_ENROLMENTS_MOST: Final = 20_000
_ZONE: Final = "Europe/Paris"


class Drifting:
    """Works out drift. Collection `risk_drift`: one row of each target and day."""

    def __init__(self, store: Store, clock: Clock, samples: Samples) -> None:
        self._scores = store.collection(SCORES)
        self._days = store.collection(DAYS)
        self._progress = store.collection(PROGRESS)
        self._rows = store.collection(DRIFT)
        self._risks = Risks(store, clock)
        self._samples = samples

    def look(
        self, organisation: OrganisationId, records: Records, chosen: Chosen, terms: RiskTerms, on: date, now: Micros
    ) -> int:
        """Work out the drift of every model that scores an organisation, and keep it; return how many that are."""
        table = self._today(organisation)
        before = {item.model: item for item in self._risks.drift(organisation)}
        trained = {card.model: card.training for card in self._risks.model_card(organisation)}
        for name, model in chosen.models.values():
            found = _shifts(name, model, table, on, now)
            found = self._calibration(organisation, records, found, model, trained.get(name), before.get(name), terms)
            key = drift_key(organisation, name.target, on)
            row = {"_id": key, "o": organisation, "k": name.target, "b": msgspec.json.encode(found)}
            self._rows.replace_one({"_id": key, "o": organisation}, row, upsert=True)
        return len(chosen.models)

    def _calibration(
        self, organisation: OrganisationId, records: Records, found: RiskDrift, model: Model,
        training: Training | None, before: RiskDrift | None, terms: RiskTerms,
    ) -> RiskDrift:  # fmt: skip
        """Add how the probabilities fared on sessions that ended after the model was made."""
        after = date.min if training is None else day_of(training.at, _ZONE)
        # What ended before it was made, it may have learnt from.
        sessions = [item for item in finished_sessions(records, found.at) if item.ends_on >= after]
        found = replace(found, sessions=tuple(str(item.id) for item in sessions))
        if before is not None and before.sessions == found.sessions:
            return replace(
                found, finished=before.finished, said=before.said, happened=before.happened, error=before.error
            )
        made = list(self._samples.of(organisation, sessions, terms.training.at_shares, found.at))
        drift = calibration_drift(model, whole(made)) if made else None
        if drift is None:
            return found
        return replace(found, finished=drift.count, said=drift.said, happened=drift.happened, error=drift.error)

    def _today(self, organisation: OrganisationId) -> FeatureTable | None:
        """Return the features of everybody who is estimated now, as they were kept; None for nobody."""
        rows = list(self._scores.find({"o": organisation}, {"e": 1, "d": 1, "s": 1}).limit(_ENROLMENTS_MOST))
        keys = [day_key(organisation, EnrolmentId(row["e"]), date.fromordinal(row["d"])) for row in rows]
        kept = list(self._days.find({"_id": {"$in": keys}, "o": organisation}, {"e": 1, "s": 1, "n": 1, "f": 1}))
        newest = max((row["n"] for row in kept), key=[row["n"] for row in kept].count, default=None)
        progress = self._progress.find_one({"_id": organisation}, {f"names.{newest}": 1})
        if newest is None or progress is None:
            return None
        same = [row for row in kept if row["n"] == newest]
        names = read_names(progress["names"][newest])
        return _table(names, same)


def _table(names: Sequence[str], rows: Sequence[Document]) -> FeatureTable:
    values = np.array([np.frombuffer(bytes(row["f"]), "<f8") for row in rows]).reshape(len(rows), len(names))
    nothing = np.zeros(len(rows), np.int64)
    ids = tuple(str(row["e"]) for row in rows)
    return FeatureTable(ids, ids, tuple(str(row["s"]) for row in rows), nothing, nothing, tuple(names), values)


def _shifts(name: ModelName, model: Model, table: FeatureTable | None, on: date, now: Micros) -> RiskDrift:
    found = () if table is None else feature_drift(model, table)
    return RiskDrift(
        model=name,
        on=on,
        at=now,
        count=0 if table is None else len(table.enrolment_ids),
        features=tuple(
            FeatureShift(
                feature=item.feature,
                stability_index=item.stability_index,
                missing_before=item.missing_before,
                missing_now=item.missing_now,
            )
            for item in found
        ),
    )
