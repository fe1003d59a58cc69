"""Fits every model on earlier presentations and scores later ones: one array of rows for each setting and target."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from analytics.risk.models import Model
from analytics.risk.models.fitting import Kind, fit, fit_all
from analytics.risk.targets import Sample, Target
from benchmarks.dropout.plain import Plain, PlainBoosting, plain_boosting, plain_logistic
from benchmarks.dropout.snapshots import DAYS, Snapshots, keys_of

Array = NDArray[np.float64]
OURS: Final = "ours"
RULE: Final = "rule"
PLAIN_LOGISTIC: Final = "plain logistic"
PLAIN_BOOSTING: Final = "plain boosting"
# On the product's features, beside the plain ones: what the features are worth, and what the model is.
OTHERS: Final = {RULE: Kind.RULE, "logistic": Kind.LOGISTIC, "boosting": Kind.BOOSTING}
SEED: Final = 7


class Split(NamedTuple):
    """What is learnt from, and what is scored."""

    train: tuple[str, ...]
    test: tuple[str, ...]


MAIN: Final = Split(("2013B", "2013J"), ("2014B", "2014J"))
STRICT: Final = (Split(("2013B",), ("2014B",)), Split(("2013B", "2013J"), ("2014J",)))
PUBLISHED: Final = Split(("2013B", "2013J", "2014B"), ("2014J",))
WEEKS: Final = (14, 28, 42, 56)


@dataclass(frozen=True)
class Scored:
    """Rows of test presentations with what happened and what every model said; arrays of shape [n].

    Attributes:
        presentation: Of which presentation each row is.
        day: Of which day.
        enrolment: Of which enrolment.
        person: Of which learner.
        happened: 1.0 or 0.0; rows of which nothing is known are not here.
        scores: What ranks, by model.
        chance: Probabilities of ours, as fitted, whether or not they may be shown.
        shown: The same where they may be shown, else NaN.
    """

    presentation: NDArray[np.str_]
    day: NDArray[np.int64]
    enrolment: NDArray[np.str_]
    person: NDArray[np.str_]
    happened: Array
    scores: Mapping[str, Array]
    chance: Array
    shown: Array

    def __len__(self) -> int:
        return len(self.happened)

    def part(self, rows: NDArray[np.bool_]) -> Scored:
        """Return some of the rows."""
        return Scored(
            self.presentation[rows], self.day[rows], self.enrolment[rows], self.person[rows], self.happened[rows],
            {name: score[rows] for name, score in self.scores.items()}, self.chance[rows], self.shown[rows],
        )  # fmt: skip

    def on(self, day: int, presentation: str | None = None) -> Scored:
        """Return the rows of one day, and of one presentation where it is named."""
        rows = self.day == day
        return self.part(rows if presentation is None else rows & (self.presentation == presentation))


@dataclass
class Laboratory:
    """Snapshots, plain features, and the time that fitting and scoring took."""

    snapshots: Snapshots
    days: Sequence[int] = DAYS
    # Where models are kept between runs; nowhere for None.
    folder: Path | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Work the plain features out once for each presentation and day."""
        self._plain = Plain(self.snapshots.tables)
        self._values: dict[tuple[str, int, bool], Array] = {}

    def samples(self, presentations: Sequence[str], days: Sequence[int] | None = None, *, with_gone: bool = False
                ) -> list[Sample]:  # fmt: skip
        """Return the snapshots of some presentations, in order of time."""
        return [
            self.snapshots.sample(presentation, day, with_gone=with_gone)
            for presentation in presentations
            for day in (self.days if days is None else days)
        ]

    def models(
        self, train: Sequence[str], *, with_gone: bool = False, days: Sequence[int] | None = None, is_anew: bool = False
    ) -> Mapping[Target, Model]:
        """Return our models of all targets; those that were learnt before from the same, unless `is_anew`."""
        name = f"{' '.join(train)}, days {' '.join(map(str, days or self.days))}{', with gone' if with_gone else ''}"
        if not is_anew and (found := self._kept(name)):
            return found
        learnt = self._learnt(train, days, with_gone=with_gone)
        if self.folder is not None:
            for target, model in learnt.items():
                self._file(name, target).write_bytes(model.to_bytes())
        return learnt

    def _kept(self, name: str) -> dict[Target, Model]:
        if self.folder is None or not all(self._file(name, target).is_file() for target in Target):
            return {}
        return {target: Model.from_bytes(self._file(name, target).read_bytes()) for target in Target}

    def _file(self, name: str, target: Target) -> Path:
        assert self.folder is not None  # noqa: S101 - who calls has looked
        return self.folder / f"model of {target.value} from {name}.json"

    def _learnt(self, train: Sequence[str], days: Sequence[int] | None, *, with_gone: bool) -> Mapping[Target, Model]:
        began = time.perf_counter()
        samples = self.samples(train, days, with_gone=with_gone)
        self._note("features", began)
        began = time.perf_counter()
        found = fit_all(samples, seed=SEED)
        self._note(f"fitting ours on {' '.join(train)}", began)
        return found

    def score(
        self, split: Split, target: Target, ours: Model, *, with_gone: bool = False, days: Sequence[int] | None = None,
        others: Sequence[str] = tuple(OTHERS),
    ) -> Scored:  # fmt: skip
        """Return what every model says of the test presentations."""
        days = self.days if days is None else days
        train = self.samples(split.train, days, with_gone=with_gone)
        beside = {name: fit(train, target=target, seed=SEED, kind=OTHERS[name]) for name in others}
        parts = []
        for day in days:
            plain = self._plain_models(split.train, day, target, with_gone=with_gone)
            for presentation in split.test:
                told = self.snapshots.sample(presentation, day, with_gone=with_gone)
                values = self.values(presentation, day, with_gone=with_gone)
                parts.append(_scored(told, target, presentation, day, ours, beside, plain, values))
        return joined(parts)

    def values(self, presentation: str, day: int, *, with_gone: bool = False) -> Array:
        """Return the plain features of the rows of one snapshot."""
        key = (presentation, day, with_gone)
        if key not in self._values:
            table = self.snapshots.table(presentation, day, with_gone=with_gone)
            self._values[key] = self._plain.values(list(keys_of(table)), day)
        return self._values[key]

    def _plain_models(
        self, train: Sequence[str], day: int, target: Target, *, with_gone: bool
    ) -> dict[str, Pipeline | PlainBoosting]:
        """Return the plain models of one day, fitted on that day alone."""
        told = [self.snapshots.sample(presentation, day, with_gone=with_gone) for presentation in train]
        values = np.concatenate([self.values(presentation, day, with_gone=with_gone) for presentation in train])
        happened = np.concatenate([item.outcome[target] for item in told])
        known = ~np.isnan(happened)
        found: dict[str, Pipeline | PlainBoosting] = {
            PLAIN_LOGISTIC: plain_logistic(), PLAIN_BOOSTING: plain_boosting(),
        }  # fmt: skip
        for model in found.values():
            model.fit(values[known], happened[known])
        return found

    def _note(self, what: str, began: float) -> None:
        self.seconds[what] = self.seconds.get(what, 0.0) + time.perf_counter() - began


def _scored(
    told: Sample, target: Target, presentation: str, day: int, ours: Model, beside: Mapping[str, Model],
    plain: Mapping[str, Pipeline | PlainBoosting], values: Array,
) -> Scored:  # fmt: skip
    happened = told.outcome[target]
    said = ours.score(told.table)
    scores = {OURS: said.margin}
    scores |= {name: model.score(told.table).margin for name, model in beside.items()}
    scores |= {name: model.predict_proba(values)[:, 1] for name, model in plain.items()}
    # Whoever gets no score is last in every list: nobody calls them because of one.
    scores = {name: np.where(np.isnan(score), -np.inf, score) for name, score in scores.items()}
    count = len(happened)
    whole = Scored(
        np.full(count, presentation), np.full(count, day), np.array(told.table.enrolment_ids),
        np.array(told.table.person_ids), happened, scores, ours.believed(told.table), said.probability,
    )  # fmt: skip
    return whole.part(~np.isnan(happened))


def joined(parts: Sequence[Scored]) -> Scored:
    """Return all rows of several as one."""
    return Scored(
        np.concatenate([part.presentation for part in parts]),
        np.concatenate([part.day for part in parts]),
        np.concatenate([part.enrolment for part in parts]),
        np.concatenate([part.person for part in parts]),
        np.concatenate([part.happened for part in parts]),
        {name: np.concatenate([part.scores[name] for part in parts]) for name in parts[0].scores},
        np.concatenate([part.chance for part in parts]),
        np.concatenate([part.shown for part in parts]),
    )
