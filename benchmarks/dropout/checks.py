"""What must hold before any figure means anything: equal to the tables, blind to the future, steady under trouble."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from analytics.risk.features import FeatureTable, feature_table
from analytics.risk.history import EventKind, History
from analytics.risk.metrics.ranking import auc
from analytics.risk.models import Model
from analytics.risk.models.fitting import Kind, fit
from analytics.risk.targets import Sample, Target, rows_of, stacked
from benchmarks.dropout.experiment import MAIN, SEED, Laboratory
from benchmarks.dropout.plain import NAMES, SHARED
from benchmarks.dropout.records import enrolment_id
from benchmarks.dropout.replay import Ground, Replay, days_of
from benchmarks.dropout.snapshots import DAYS, Snapshots, instant, keys_of
from benchmarks.dropout.statements import TUTOR_DAYS, UNREGISTERED, Sent
from benchmarks.dropout.tables import Tables

# The smallest course that is whole: it is replayed several times.
COURSE: Final = ("AAA", "2013J")
_DAY_MICROS: Final = 86_400_000_000
_ALIKE: Final = 1e-9
_MARKS: Final = (EventKind.SCORED, EventKind.PASSED, EventKind.FAILED)
_LOOKS: Final = (28, 56, 112)
_DEALS: Final = 20


def equal_to_tables(laboratory: Laboratory, presentations: Sequence[str], days: Sequence[int]) -> dict[str, Any]:
    """Hold features from statements against the same straight from the tables: how many rows differ, by feature."""
    early = Counter(item.key for item in laboratory.snapshots.tables.submissions if item.day < 0)
    rows, differing = 0, dict.fromkeys((*SHARED, "interactions_before_start"), 0)
    for presentation in presentations:
        for day in days:
            table = laboratory.snapshots.table(presentation, day)
            values = laboratory.values(presentation, day)
            rows += len(table)
            for name in SHARED:
                differing[name] += _differ(table.column(name), values[:, NAMES.index(name)])
            # Of whom nothing is told the product says that it does not know. Work handed in early is work too.
            ours = table.column("interactions_before_start")
            clicks = values[:, NAMES.index("clicks_before")]
            before = np.log1p(clicks + np.array([early[key] for key in keys_of(table)], np.float64))
            is_known = ~np.isnan(ours) | (clicks > 0)
            differing["interactions_before_start"] += _differ(ours[is_known], before[is_known])
    return {"rows": rows, "differing": differing}


def leaks(laboratory: Laboratory, presentation: str) -> dict[str, Any]:
    """Look for the future in features: what was known later is changed, labels are permuted, marks are looked for."""
    snapshots = laboratory.snapshots
    whole = snapshots.histories[presentation]
    changed, early, rows = 0, 0, 0
    for day in _LOOKS:
        at = instant(presentation, day)
        table = snapshots.table(presentation, day)
        known = {name: place for place, name in enumerate(table.enrolment_ids)}
        there = [history for history in whole if history.enrolment_id in known]
        spoilt = feature_table([_with_another_future(history, at) for history in whole], at)
        changed += _rows_differing(table, spoilt)
        rows += len(table)
        early += sum(_marks_too_early(history.known_at(at), at) for history in there)
    return {
        "rows": rows, "changed_by_future": changed, "marks_before_their_lag": early,
        "permuted_auc": _permuted(laboratory),
    }  # fmt: skip


def trouble(laboratory: Laboratory, model: Model, presentation: str) -> dict[str, Any]:
    """Return the AUC when statements are lost or late, beside that when all is well; and what is doubted then."""
    snapshots = laboratory.snapshots
    spoil: dict[str, Callable[[History], History]] = {
        "as sent": lambda history: history,
        "10 % lost": lambda history: _thinned(history, 0.1),
        "30 % lost": lambda history: _thinned(history, 0.3),
        "3 days late": lambda history: _late(history, 3),
    }
    found: dict[str, Any] = {}
    for name, change in spoil.items():
        spoilt = Snapshots(
            {presentation: [change(history) for history in snapshots.histories[presentation]]}, snapshots.tables
        )
        found[name] = {}
        for day in _LOOKS:
            told = spoilt.sample(presentation, day)
            found[name][str(day)] = {
                "auc": _auc(model, told), "doubtful": len(told.table.doubtful) / max(1, len(told)),
                "lacking": len(told.table.lacking) / max(1, len(told)),
            }  # fmt: skip
    return found


def new_module(laboratory: Laboratory, module: str, target: Target = Target.AT_RISK) -> dict[str, Any]:
    """Return how a module fares that was in no training: its AUC and level, beside a model that knows it."""
    train = stacked(laboratory.samples(MAIN.train, _LOOKS))
    others = _rows_of(train, [not name.startswith(f"{module}-") for name in train.table.session_ids])
    models = {"known": fit([train], target=target, seed=SEED), "new": fit([others], target=target, seed=SEED)}
    found: dict[str, Any] = {"module": module}
    for name, model in models.items():
        found[name] = {}
        for day in _LOOKS:
            test = stacked([laboratory.snapshots.sample(presentation, day) for presentation in MAIN.test])
            part = _rows_of(test, [session.startswith(f"{module}-") for session in test.table.session_ids])
            happened, said = part.outcome[target], model.believed(part.table)
            known = ~np.isnan(happened) & ~np.isnan(said)
            found[name][str(day)] = {
                "auc": _auc(model, part, target), "rows": int(known.sum()),
                "said": float(said[known].mean()), "happened": float(happened[known].mean()),
            }  # fmt: skip
    return found


def looked_then(tables: Tables, folder: Path | None, say: Callable[[str], None]) -> dict[str, Any]:
    """Replay one course and look at every day: what was found then must be what is later said to have been known.

    Sent twice over, and without anything that tells of withdrawals, it must be the same again.
    """
    module, presentation = COURSE
    part = tables.until(presentation, frozenset({module}))
    stops = days_of([presentation], DAYS)
    ways: dict[str, Callable[[Iterator[Sent]], Iterable[Sent]] | None] = {
        "looked at each day": None, "sent twice": _twice, "without withdrawals told": _without_withdrawals,
    }  # fmt: skip
    last: Sequence[History] = ()
    found: dict[str, Any] = {"course": "-".join(COURSE), "rows": 0}
    for name, spoil in ways.items():
        with Ground(folder=folder) as ground:
            replay = Replay(ground, part, spoil=spoil, say=lambda _: None)
            looks = None if spoil is None else {stops[-1]}
            then = dict(replay.run(stops, looks))
        last = last or then[stops[-1]]
        snapshots = Snapshots({presentation: last}, part)
        differing = 0
        for stop in stops:
            at = instant(*stop)
            found_then = then.get(stop)
            table = (
                Snapshots({presentation: then[stops[-1]]}, part).table(*stop)
                if found_then is None
                else feature_table(found_then, at)
            )
            differing += _rows_differing(snapshots.table(*stop), table)
            found["rows"] += len(table)
        found[name] = differing
        say(f"  {name}: {differing} rows differ")
    return found


def _differ(ours: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> int:
    same = (np.isnan(ours) & np.isnan(theirs)) | (np.abs(ours - theirs) < _ALIKE)
    return int((~same).sum())


def _rows_differing(one: FeatureTable, other: FeatureTable) -> int:
    """Return how many learners have other features in one table than in the other, or are in one alone."""
    places = {name: at for at, name in enumerate(other.enrolment_ids)}
    shared = [(at, places[name]) for at, name in enumerate(one.enrolment_ids) if name in places]
    count = len(one) + len(other) - 2 * len(shared)
    if shared:
        mine, theirs = (np.array(rows) for rows in zip(*shared, strict=True))
        a, b = one.values[mine], other.values[theirs]
        same = (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) < _ALIKE)
        count += int((~same.all(axis=1)).sum())
    return count


def _with_another_future(history: History, at: int) -> History:
    """Return a history of which everything that became known later is another: all failed, much done, nobody left."""
    leaving = history.exit
    return replace(
        history, exit=leaving if leaving is not None and leaving.known <= at else None, outcome=None,
        days=tuple(item if item.known <= at else item._replace(interactions=9_999.0) for item in history.days),
        events=tuple(
            item if item.known <= at else item._replace(kind=EventKind.FAILED, scaled=0.0) for item in history.events
        ),
        earlier=tuple(item for item in history.earlier if item.known <= at),
    )  # fmt: skip


def _marks_too_early(history: History, at: int) -> int:
    """Return how many tutors' marks are known less than their lag after the work was handed in."""
    handed = {item.activity_id: item.at for item in history.events if item.kind is EventKind.SUBMITTED}
    lags = [
        item.known - handed[item.activity_id]
        for item in history.events
        if item.kind in _MARKS and item.activity_id in handed
    ]
    # Machines mark at once: those lags are nothing at all, and nothing may lie between.
    return sum(_DAY_MICROS // 2 < lag < TUTOR_DAYS * _DAY_MICROS for lag in lags) + sum(
        item.known > at for item in history.events
    )


def _permuted(laboratory: Laboratory) -> float:
    """Return the mean AUC of models that were fitted on outcomes dealt out anew among enrolments.

    One alone says little: whatever it learnt by chance, all features say much the same of a learner, so that it ranks
    well or badly as a whole.
    """
    train = stacked(laboratory.samples(MAIN.train, (56,)))
    test = stacked([laboratory.snapshots.sample(presentation, 56) for presentation in MAIN.test])
    random = np.random.default_rng(SEED)
    found = []
    for _ in range(_DEALS):
        order = random.permutation(len(train))
        dealt = replace(
            train, outcome={target: values[order] for target, values in train.outcome.items()},
            leaves_in=train.leaves_in[order], followed=train.followed[order],
        )  # fmt: skip
        found.append(_auc(fit([dealt], target=Target.AT_RISK, seed=SEED, kind=Kind.LOGISTIC), test))
    return float(np.mean(found))


def _auc(model: Model, told: Sample, target: Target = Target.AT_RISK) -> float:
    happened, margin = told.outcome[target], model.score(told.table).margin
    known = ~np.isnan(happened)
    return auc(happened[known], np.where(np.isnan(margin[known]), -np.inf, margin[known]))


def _rows_of(told: Sample, keep: Sequence[bool]) -> Sample:
    return rows_of(told, np.flatnonzero(np.array(keep)))


def _thinned(history: History, share: float) -> History:
    """Return a history of which a share of the statements never came; the same ones each time."""
    chance = random.Random(f"{SEED}:{history.enrolment_id}:{share}")  # noqa: S311 - protects nothing
    return replace(
        history,
        days=tuple(item for item in history.days if chance.random() >= share),
        events=tuple(item for item in history.events if chance.random() >= share),
    )


def _late(history: History, days: int) -> History:
    """Return a history of which everything came some days later than it came."""
    more = days * _DAY_MICROS
    return replace(
        history,
        days=tuple(item._replace(known=item.known + more) for item in history.days),
        events=tuple(item._replace(known=item.known + more) for item in history.events),
    )


def _twice(told: Iterator[Sent]) -> Iterator[Sent]:
    everything = list(told)
    yield from everything
    # Again, in another order, a moment later.
    yield from reversed(everything)


def _without_withdrawals(told: Iterator[Sent]) -> Iterator[Sent]:
    return (sent for sent in told if orjson.loads(sent.body)["verb"]["id"] != UNREGISTERED)


def clicked(tables: Tables, days: Sequence[int]) -> set[tuple[str, int]]:
    """Return which enrolments had any click by which of some days, as far as the tables tell."""
    found: set[tuple[str, int]] = set()
    for row in (*tables.cumulative, *tables.before, *tables.week8):
        if row.clicks:
            found.update((enrolment_id(row.key), day) for day in days if day >= row.day)
    if tables.daily is not None:
        first = np.full(len(tables.daily.keys), np.iinfo(np.int32).max)
        np.minimum.at(first, tables.daily.key, tables.daily.day)
        found.update((enrolment_id(key), day) for key, at in zip(tables.daily.keys, first, strict=True)
                     for day in days if day >= at)  # fmt: skip
    return found
