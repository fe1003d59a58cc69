"""A dozen plain features straight from the tables, and plain models on them: what everything else is held against.

This shares no code with the product: no statement, no fact, no history. Where a plain feature means the same as one of
the product's, both must be equal for everybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks.dropout.tables import Assessment, Key, Tables

Array = NDArray[np.float64]

# Of the product's features of the same name every row must be the same.
SHARED: Final = (
    "registration_lead_days", "planned_hours", "due_missed", "due_missed_share", "due_missed_in_a_row",
    "due_last_missed", "handed_in_days_early", "handed_in_late_share", "score_mean", "score_lowest", "failed",
    "next_due_in_days", "elapsed_share",
)  # fmt: skip
_OWN: Final = ("clicks", "clicks_last", "click_days", "clicks_before", "handed_in", "previous_attempts", "module")
NAMES: Final = (*SHARED, *_OWN)
_TUTOR_DAYS: Final = 14
_PASS: Final = 40
_EARLY_MOST: Final = 60
_HOURS_A_CREDIT: Final = 10


class _Work(NamedTuple):
    """What one learner did of one assessment: the day it was handed in, the score, and the day that was known."""

    day: int
    score: float | None
    known: int


@dataclass
class Plain:
    """Works plain features out, for any enrolment and day."""

    tables: Tables
    _work: dict[Key, dict[int, _Work]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        """Sort submissions and clicks by enrolment."""
        for item in self.tables.submissions:
            marked = item.day + (_TUTOR_DAYS if self.tables.assessments[item.assessment_id].type == "TMA" else 0)
            self._work[item.key][item.assessment_id] = _Work(item.day, item.score, marked)
        self._clicks: dict[Key, list[tuple[int, int, int | None]]] = defaultdict(list)
        for row in self.tables.cumulative:
            self._clicks[row.key].append((row.day, row.clicks, row.days))
        # Of those who have counts, eight weeks are one of them.
        for row in self.tables.week8:
            if row.key not in self._clicks:
                self._clicks[row.key] = [(row.day, row.clicks, None)]
        # What somebody clicked before they registered is told of nobody.
        self._before = {row.key: row.clicks for row in self.tables.before if self._registered(row.key) < 0}
        self._modules = {name: at for at, name in enumerate(sorted({module for module, _ in self.tables.lengths}))}
        self._due = {course: self.tables.due(course) for course in self.tables.lengths}
        if self.tables.daily is not None:
            self._count_daily()

    def row(self, key: Key, day: int) -> list[float]:
        """Return the plain features of one enrolment at the end of a day, in the order of `NAMES`."""
        student = self.tables.students[key]
        done = {name: work for name, work in self._work[key].items() if work.day <= day}
        registered = student.registered_day
        values = {
            "registration_lead_days": -registered if registered is not None and registered <= day else np.nan,
            "planned_hours": student.credits * _HOURS_A_CREDIT,
            "elapsed_share": day / (self.tables.lengths[key.course] + 1),
            "handed_in": len(done),
            "previous_attempts": student.previous_attempts,
            "module": self._modules[key.module],
            **_calendar(self._due[key.course], done, day),
            **_scores(done, day),
            **self._effort(key, day),
        }
        return [float(values[name]) for name in NAMES]

    def values(self, keys: list[Key], day: int) -> Array:
        """Return the plain features of many, of shape [n, len(NAMES)]."""
        return np.array([self.row(key, day) for key in keys], dtype=np.float64).reshape(-1, len(NAMES))

    def _registered(self, key: Key) -> int:
        student = self.tables.students.get(key)
        return 0 if student is None else student.registered_day or 0

    def _effort(self, key: Key, day: int) -> Mapping[str, float]:
        told = sorted((item for item in self._clicks.get(key, ()) if item[0] <= day), key=itemgetter(0))
        before = float(self._before.get(key, 0))
        if not told:
            # Of learners with several enrolments nothing is told before day 56; of the others, that there was nothing.
            is_known = self.tables.enrolments_of[key.student] == 1
            nothing = 0.0 if is_known and day else np.nan
            return {"clicks": nothing, "clicks_last": nothing, "click_days": nothing, "clicks_before": before}
        last, earlier = told[-1], told[-2] if len(told) > 1 else (0, before, None)
        days = np.nan if last[2] is None else float(last[2])
        return {
            "clicks": last[1], "clicks_last": last[1] - earlier[1], "click_days": days, "clicks_before": before,
        }  # fmt: skip

    def _count_daily(self) -> None:
        """Of the whole set, count up to the same days as the tables given do."""
        daily = self.tables.daily
        assert daily is not None  # noqa: S101 - who calls has looked
        for upto in (14, 28, 42, 56, 84, 112, 168):
            some = daily.day <= upto
            clicks = np.bincount(daily.key[some], daily.clicks[some], len(daily.keys))
            pairs = np.unique(np.stack([daily.key[some], daily.day[some]]), axis=1)
            days = np.bincount(pairs[0], minlength=len(daily.keys))
            for at in np.flatnonzero(clicks):
                self._clicks[daily.keys[at]].append((upto, int(clicks[at]), int(days[at])))
        early = daily.day < 0
        before = np.bincount(daily.key[early], daily.clicks[early], len(daily.keys))
        self._before = {daily.keys[at]: int(before[at]) for at in np.flatnonzero(before)}


def _calendar(due: list[Assessment], done: Mapping[int, _Work], day: int) -> dict[str, float]:
    """Return what the calendar says by the end of a day: work due before it, and the next."""
    past = [item for item in due if item.due_day is not None and item.due_day < day]
    missed = [item.id not in done for item in past]
    ahead = [item.due_day - day for item in due if item.due_day is not None and item.due_day >= day]
    early = [
        float(np.clip(item.due_day - done[item.id].day, -_EARLY_MOST, _EARLY_MOST))
        for item in due
        if item.due_day is not None and item.id in done
    ]
    in_a_row = next((at for at, is_missed in enumerate(reversed(missed)) if not is_missed), len(missed))
    return {
        "due_missed": sum(missed) if past else np.nan,
        "due_missed_share": sum(missed) / len(past) if past else np.nan,
        "due_missed_in_a_row": in_a_row if past else np.nan,
        "due_last_missed": missed[-1] if past else np.nan,
        "next_due_in_days": min(ahead, default=np.nan),
        "handed_in_days_early": float(np.mean(early)) if early else np.nan,
        "handed_in_late_share": float(np.mean([value < 0 for value in early])) if early else np.nan,
    }


def _scores(done: Mapping[int, _Work], day: int) -> dict[str, float]:
    scores = [work.score for work in done.values() if work.score is not None and work.known <= day]
    return {
        "score_mean": float(np.mean(scores)) / 100 if scores else np.nan,
        "score_lowest": min(scores) / 100 if scores else np.nan,
        "failed": sum(score < _PASS for score in scores) if scores else np.nan,
    }


def plain_logistic() -> Pipeline:
    """Return a logistic regression on plain features, the module as one of them."""
    encode = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_pipeline(_Modules(encode), StandardScaler(), LogisticRegression(C=0.3, max_iter=2000))


def plain_boosting() -> PlainBoosting:
    """Return gradient boosting on plain features, the module as one of them."""
    return PlainBoosting()


class PlainBoosting:
    """Boosting on those plain features that take two values: on the first day nothing is due, and nothing marked."""

    def fit(self, values: Array, wanted: Array) -> PlainBoosting:
        """Learn from rows of plain features."""
        self._used = [at for at in range(values.shape[1]) if _varies(values[:, at])]
        module = NAMES.index("module")
        self._model = HistGradientBoostingClassifier(
            learning_rate=0.06, max_iter=200, max_leaf_nodes=15, min_samples_leaf=40, l2_regularization=1.0,
            categorical_features=[self._used.index(module)] if module in self._used else None,
            random_state=0, early_stopping=False,
        ).fit(values[:, self._used], wanted)  # fmt: skip
        return self

    def predict_proba(self, values: Array) -> Array:
        """Return the probability of nought and of one."""
        return np.asarray(self._model.predict_proba(values[:, self._used]))


class _Modules:
    """Unknown values by the median with a flag beside them, amounts by their logarithm, modules one by one."""

    def __init__(self, encode: OneHotEncoder) -> None:
        self._encode = encode
        self._impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)

    def fit(self, values: Array, _: object = None) -> _Modules:
        """Learn medians and modules."""
        self._impute.fit(_tamed(values))
        self._encode.fit(values[:, [NAMES.index("module")]])
        return self

    def transform(self, values: Array) -> Array:
        """Return what the regression is given."""
        modules = self._encode.transform(values[:, [NAMES.index("module")]])
        return np.hstack([self._impute.transform(_tamed(values)), modules])

    def fit_transform(self, values: Array, wanted: object = None) -> Array:
        """Learn, and return what the regression is given."""
        return self.fit(values, wanted).transform(values)


def _varies(column: Array) -> bool:
    return len(np.unique(column[~np.isnan(column)])) > 1


def _tamed(values: Array) -> Array:
    some = np.delete(values, NAMES.index("module"), axis=1)
    amounts = [NAMES.index(name) for name in ("clicks", "clicks_last", "clicks_before")]
    some[:, amounts] = np.log1p(np.maximum(some[:, amounts], 0.0))
    return some
