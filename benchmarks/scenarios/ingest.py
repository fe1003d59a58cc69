"""POST of batches and of single statements, each against pymongo's writes of the same documents."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.bare import Bare
from benchmarks.figures import Round, Side, comparison, line, of_outcome
from benchmarks.jobs import Job, Posts
from benchmarks.rig import Rig, Store


@dataclass(frozen=True, slots=True)
class Mix:
    """How statements are sent."""

    name: str
    batch: int
    connections: int


MIXES: Final = (
    Mix("batch_50", 50, 16),
    Mix("batch_500", 500, 4),
    Mix("single_16", 1, 16),
    Mix("single_64", 1, 64),
)
# Requests of each connection in a round, at least: at its end some connections are idle before others.
_LEAST_EACH: Final = 8


def run(rig: Rig, *, with_bare: bool = True) -> dict[str, Any]:
    """Measure every mix on a store that already holds the profile's size; `with_bare` a bare view too."""
    for store in rig.stores():
        rig.fill(store, rig.profile.size)
    started_at = rig.store.sent
    with Bare(rig) if with_bare else nullcontext() as bare:
        mixes = {mix.name: measure(rig, mix, bare) for mix in MIXES}
    checks = {store.target.name: rig.verify(store) for store in rig.stores()}
    return {"size": started_at, "mixes": mixes, "checks": checks}


def measure(rig: Rig, mix: Mix, bare: Bare | None = None) -> dict[str, Any]:
    """Measure one mix: rounds of every store and of the ceiling take turns, with equally many statements."""
    count = calibrated(rig, mix, rig.store)
    variant = ceiling_variant(rig, mix, count)
    rig.settle()
    ours, ceiling, least = Side(), Side(), Side()
    others = {store.target.name: Side() for store in rig.others}
    for at in range(rig.profile.rounds):
        if at % 2:
            # Who goes first changes from round to round, so that a drift favours neither.
            ceiling.rounds.append(ceiling_round(rig, mix, count, variant))
        ours.rounds.append(of_outcome(*rig.post(rig.store, count, mix.batch, mix.connections)))
        if not at % 2:
            ceiling.rounds.append(ceiling_round(rig, mix, count, variant))
        if bare is not None:
            least.rounds.append(bare_round(rig, mix, bare, count))
        for store in rig.others:
            others[store.target.name].rounds.append(other_round(rig, mix, store))
    shown: dict[str, Any] = {
        "batch": mix.batch,
        "connections": mix.connections,
        "assidu": ours.summary(),
        "ceiling": {**ceiling.summary(), **variant},
        "ratio": comparison(ours, ceiling),
    }
    if least.rounds:
        shown["bare"] = {**least.summary(), "ratio": comparison(least, ceiling)}
    if others:
        shown["others"] = {name: side.summary() for name, side in others.items()}
    rig.profile.say(line(mix.name, shown))
    return shown


def calibrated(rig: Rig, mix: Mix, store: Store) -> int:
    """Warm up, and return how many statements fill a round's seconds, as whole batches for every connection."""
    step = mix.batch * mix.connections
    outcome, _ = rig.post(store, max(step * 4, 1_000 // step * step), mix.batch, mix.connections)
    outcome, _ = rig.post(store, max(step * 4, int(outcome.rate * 0.5) // step * step), mix.batch, mix.connections)
    return max(step * _LEAST_EACH, int(outcome.rate * rig.profile.seconds) // step * step)


def ceiling_variant(rig: Rig, mix: Mix, count: int) -> dict[str, Any]:
    """Return the fastest way to drive MongoDB for this mix: one process or two, ordered or not."""
    rig.ceiling.level()
    tried = {}
    for processes in (1, 2):
        for ordered in (True, False) if mix.batch > 1 else (True,):
            trial = max(mix.batch * mix.connections * 2, count // 4)
            job = rig.ceiling.inserts(mix.batch, mix.connections, trial, ordered=ordered)
            tried[processes, ordered] = rig.ceiling.insert(job, processes).rate
    rig.ceiling.level()
    best = max(tried, key=lambda key: tried[key])
    return {"processes": best[0], "ordered": best[1]}


def ceiling_round(rig: Rig, mix: Mix, count: int, variant: dict[str, Any]) -> Round:
    """Write as many documents as Assidu took statements, into a collection as full as its own."""
    rig.ceiling.level()
    job = rig.ceiling.inserts(mix.batch, mix.connections, count, ordered=variant["ordered"])
    return rig.ceiling.insert(job, variant["processes"])


def bare_round(rig: Rig, mix: Mix, bare: Bare, count: int) -> Round:
    """Send as many statements to the view that only stores them; they go where the ceiling's do."""
    rig.ceiling.level()
    work = Posts(rig.profile.seed, 0, count, mix.batch)
    return of_outcome(*rig.generator.measure(Job(bare.target, mix.connections, work), bare.meter))


def other_round(rig: Rig, mix: Mix, store: Store) -> Round:
    """Measure another store for about a round's seconds."""
    count = calibrated(rig, mix, store)
    return of_outcome(*rig.post(store, count, mix.batch, mix.connections))
