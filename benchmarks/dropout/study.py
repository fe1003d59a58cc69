"""The protocol, part by part: which models, on which rows, with which figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np

from analytics.risk.metrics.workload import flagged
from analytics.risk.models import Model
from analytics.risk.targets import Target, stacked
from benchmarks.dropout import checks, limits
from benchmarks.dropout.experiment import (
    MAIN,
    PUBLISHED,
    STRICT,
    WEEKS,
    Laboratory,
    Scored,
    Split,
    joined,
)
from benchmarks.dropout.figures import churn, groups, lead_time, ranking, truth

_GROUP_DAYS: Final = (28, 112)
_WORKLOAD: Final = 0.2
_CHURN: Final = "2014J"
_WEEK: Final = 7
_MODULE: Final = "FFF"


class Study:
    """Asks the laboratory, and puts down the figures."""

    def __init__(self, laboratory: Laboratory, draws: int, say: Callable[[str], None]) -> None:
        self._laboratory = laboratory
        self._draws = draws
        self._say = say
        self._tables = laboratory.snapshots.tables

    def described(self) -> dict[str, Any]:
        """Return what the data is."""
        tables = self._tables
        return {
            "presentations": list(tables.presentations), "courses": len(tables.lengths),
            "enrolments": len(tables.students), "learners": len(tables.enrolments_of),
            "submissions": len(tables.submissions),
            "clicks": "daily" if tables.daily is not None else "summaries",
        }  # fmt: skip

    def parts(self) -> Mapping[str, Callable[[], dict[str, Any]]]:
        """Return what makes each part of the results, by its name; they come in any order, and in runs of their own."""
        return {
            "learning": self._learning, "calibration": self._calibrating, "ranking": self._ranking,
            "churn": self._churning, "leaks": self._leaking,
            "strict": self._strict, "published": self._published, "trouble": self._trouble,
            "new_module": self._new_module, "without": self._without,
        }  # fmt: skip

    @cached_property
    def _models(self) -> Mapping[Target, Model]:
        return self._laboratory.models(MAIN.train)

    def _learning(self) -> dict[str, Any]:
        """Return what learning costs."""
        began = time.perf_counter()
        models = self._laboratory.models(MAIN.train, is_anew=True)
        training = time.perf_counter() - began
        return {"cost": self._cost(models, training)}

    def _calibrating(self) -> dict[str, Any]:
        """Return how true probabilities are on later presentations."""
        return {"calibration": {target.value: self._calibration(model) for target, model in self._models.items()}}

    def _ranking(self) -> dict[str, Any]:
        """Return how well every model ranks 2014, and for whom."""
        scored = {}
        for target, model in self._models.items():
            self._say(f"scoring 2014: {target.value}")
            scored[target] = self._laboratory.score(MAIN, target, model)
        self._say("intervals")
        found = {
            "main": {target.value: self._by_day(rows) for target, rows in scored.items()},
            "truth": {target.value: self._truth_by_day(rows) for target, rows in scored.items()},
        }
        self._say("groups, lead time")
        found["groups"] = {
            target.value: {
                str(day): groups(rows.on(day), self._tables, self._draws, _WORKLOAD)
                for day in _GROUP_DAYS if day in self._laboratory.days
            }
            for target, rows in scored.items()
        }  # fmt: skip
        found["lead_time"] = {target.value: lead_time(rows, self._tables, _WORKLOAD) for target, rows in scored.items()}
        return found

    def _leaking(self) -> dict[str, Any]:
        return {
            "equality": checks.equal_to_tables(
                self._laboratory, tuple(self._laboratory.snapshots.histories), self._laboratory.days
            ),
            "leaks": checks.leaks(self._laboratory, MAIN.test[0]),
        }

    def _trouble(self) -> dict[str, Any]:
        return {"trouble": checks.trouble(self._laboratory, self._models[Target.AT_RISK], MAIN.test[1])}

    def _new_module(self) -> dict[str, Any]:
        return {"new_module": checks.new_module(self._laboratory, _MODULE)}

    def _without(self) -> dict[str, Any]:
        return {"without": limits.without(self._laboratory)}

    def _by_day(self, rows: Scored) -> dict[str, Any]:
        return {str(day): ranking(rows.on(day), self._draws) for day in sorted(set(rows.day.tolist()))}

    def _truth_by_day(self, rows: Scored) -> dict[str, Any]:
        found = {}
        for day in sorted(set(rows.day.tolist())):
            part = rows.on(day)
            found[str(day)] = truth(part.happened, part.chance) | {"shown": float(np.mean(~np.isnan(part.shown)))}
        return found

    def _calibration(self, model: Model) -> dict[str, Any]:
        """Return how true probabilities are on each later presentation: as fitted, and set by the latest finished.

        When 2014B ends, 2014J has not begun: of 2014J they are set by 2014B. When 2014B began, 2013J was not over: what
        was fitted is set by what the fitting kept back, the later part of 2013.
        """
        found: dict[str, Any] = {}
        for presentation in MAIN.test:
            test = stacked(self._laboratory.samples([presentation]))
            ready = model
            if presentation == MAIN.test[1]:
                ready = model.recalibrated(stacked(self._laboratory.samples([MAIN.test[0]])))
            happened = test.outcome[model.target]
            known = ~np.isnan(happened)
            said = ready.score(test.table)
            found[presentation] = {
                "as_fitted": truth(happened[known], model.believed(test.table)[known]),
                "set_by_latest": truth(happened[known], ready.believed(test.table)[known]),
                "shown": truth(happened[known], said.probability[known]),
                "may_be_shown": said.is_calibrated,
                "by_day": {
                    str(day): truth(happened[known & (test.table.day == day)],
                                    ready.believed(test.table)[known & (test.table.day == day)])
                    for day in self._laboratory.days
                },
            }  # fmt: skip
        return found

    def _churning(self) -> dict[str, Any]:
        """Return how many of those called are others at the next look: of the protocol's days, and week by week."""
        found: dict[str, Any] = {}
        for target, model in self._models.items():
            weeks = range(0, max(self._laboratory.days) + 1, _WEEK)
            found[target.value] = {
                "by_look": churn([self._called(model, day) for day in self._laboratory.days]),
                "by_week": churn([self._called(model, day) for day in weeks]),
            }
        return {"churn": found}

    def _called(self, model: Model, day: int) -> dict[str, bool]:
        table = self._laboratory.snapshots.table(_CHURN, day)
        margin = model.score(table).margin
        called = flagged(np.where(np.isnan(margin), -np.inf, margin), 0.1)
        return dict(zip(table.enrolment_ids, called.tolist(), strict=True))

    def _strict(self) -> dict[str, Any]:
        """Return the figures when only what was over is learnt from: each later presentation by models of its own."""
        self._say("strictly as of the day")
        parts: dict[Target, list[Scored]] = {}
        for split in STRICT:
            models = self._laboratory.models(split.train)
            for target, model in models.items():
                parts.setdefault(target, []).append(self._laboratory.score(split, target, model, others=()))
        return {"strict": {target.value: self._by_day(joined(some)) for target, some in parts.items()}}

    def _published(self) -> dict[str, Any]:
        """Return the figures of the published setting: whoever clicked, those already gone included."""
        self._say("the published setting")
        split: Split = PUBLISHED
        model = self._laboratory.models(split.train, with_gone=True, days=WEEKS)[Target.AT_RISK]
        rows = self._laboratory.score(split, Target.AT_RISK, model, with_gone=True, days=WEEKS, others=())
        clicked = self._clicked()
        kept = rows.part(np.array([(name, day) in clicked for name, day in zip(
            rows.enrolment.tolist(), rows.day.tolist(), strict=True)]))  # fmt: skip
        return {"published": self._by_day(kept)}

    def _clicked(self) -> set[tuple[str, int]]:
        """Return who had clicked by when, as far as that is told; the days are those of the published setting."""
        return checks.clicked(self._tables, WEEKS)

    def _cost(self, models: Mapping[Target, Model], training: float) -> dict[str, Any]:
        """Return how long training and scoring take, and how large models are."""
        tables = [self._laboratory.snapshots.table(presentation, 28) for presentation in MAIN.test]
        began = time.perf_counter()
        for model in models.values():
            for table in tables:
                model.score(table)
        count = sum(len(table) for table in tables)
        return {
            "training_s": round(training, 1), "scored": count,
            "scoring_s": round(time.perf_counter() - began, 2),
            "model_bytes": {target.value: len(model.to_bytes()) for target, model in models.items()},
            "parts_s": {name: round(value, 1) for name, value in self._laboratory.seconds.items()},
        }  # fmt: skip
