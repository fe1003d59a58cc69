"""Made-up sessions of which it is known why learners leave: what models should find, and how little they may."""

from __future__ import annotations

import numpy as np

from analytics.risk.features import FeatureTable
from analytics.risk.targets import Fate, Sample, sample

NAMES = ("idle_days", "due_missed_share", "score_mean", "interactions_rank", "half_days_missed_share")
LENGTH = 100


def session(
    name: str,
    *,
    count: int = 300,
    days: tuple[int, ...] = (10, 40),
    seed: int = 0,
    strength: float = 1.0,
    names: tuple[str, ...] = NAMES,
    level: float = -1.2,
) -> list[Sample]:
    """Return a sample for each day: who idles and misses work leaves, or fails; `strength` nought makes it chance."""
    random = np.random.default_rng([seed, sum(name.encode())])
    # The same learner is much the same on every day.
    own = random.normal(size=(count, len(names)))
    odds = strength * (1.4 * own[:, 0] + 1.1 * own[:, 1] - 0.7 * own[:, 2]) + level
    drops = random.random(count) < 1 / (1 + np.exp(-odds))
    leaves = drops & (random.random(count) < 0.6)
    on = random.integers(1, LENGTH, count)
    fates = {
        f"{name}-{row}": Fate(int(on[row]), int(on[row]), has_completed=False)
        if leaves[row]
        else Fate(LENGTH, None, has_completed=not bool(drops[row]))
        for row in range(count)
    }
    return [_day(name, day, own, names, fates, random) for day in days]


def _day(name, day, own, names, fates, random) -> Sample:
    rows = [row for row in range(len(own)) if (fates[f"{name}-{row}"].left_on_day or LENGTH + 1) > day]
    values = own[rows] + 0.3 * random.normal(size=(len(rows), len(names)))
    values = scaled(values)
    values[random.random(values.shape) < 0.05] = np.nan
    ids = tuple(f"{name}-{row}" for row in rows)
    people = tuple(f"person-{item}" for item in ids)
    shape = len(rows)
    table = FeatureTable(ids, people, (name,) * shape, np.full(shape, day), np.full(shape, LENGTH), names, values)
    return sample(table, fates)


def scaled(values):
    """Return standard normal numbers as what features look like: days, shares, ranks."""
    share = 1 / (1 + np.exp(-values))
    found = share.copy()
    found[:, 0] = np.round(20 * share[:, 0])
    return found


def sessions(number: int = 4, **how) -> list[Sample]:
    """Return all days of several sessions, in order of time."""
    return [item for at in range(number) for item in session(f"s{at}", seed=at, **how)]
