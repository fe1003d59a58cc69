"""Following `more` from the newest statement to the oldest: what a page costs far down, and what web holds then."""

from __future__ import annotations

from array import array
from typing import Any, Final

from benchmarks.figures import milliseconds, percentile
from benchmarks.jobs import Job, Walk
from benchmarks.rig import LostStatements, Rig

LIMIT: Final = 100
_POINTS: Final = 100


def run(rig: Rig) -> dict[str, Any]:
    """Walk through all of the store on one connection; every statement must come, and each once."""
    rig.fill(rig.store, rig.profile.size)
    rig.settle()
    before = rig.deployment.weight()
    path = f"{rig.store.target.path}/statements?limit={LIMIT}"
    outcome, cpu = rig.generator.measure(Job(rig.store.target, 1, Walk(path)), rig.store.meter)
    there = rig.deployment.statements.count_documents({})
    if outcome.seen != there or not outcome.in_order:
        message = f"the walk saw {outcome.seen} statements of {there}, in order: {outcome.in_order}"
        raise LostStatements(message)
    after = rig.deployment.weight()
    times, pages = outcome.latency_ns, len(outcome.latency_ns)
    tenth = max(1, pages // 10)
    parts = {"start": times[:tenth], "middle": times[pages // 2 - tenth // 2 :][:tenth], "end": times[-tenth:]}
    shown: dict[str, Any] = {
        "statements": there, "pages": pages, "seconds": round(outcome.seconds, 1),
        "latency_ms": {name: milliseconds(part) for name, part in parts.items()},
        "end_to_start": round(percentile(parts["end"], 0.5) / percentile(parts["start"], 0.5), 3),
        "curve_ms": curve(times),
        "cpu_ms": {name: round(value * 1000 / pages, 3) for name, value in cpu.items()},
        "web_mb": {"before": round(before.now, 1), "after": round(after.now, 1), "peak": round(after.peak, 1)},
    }  # fmt: skip
    rig.profile.say(
        f"  {pages:,} pages, p50 at the start {shown['latency_ms']['start']['p50']} ms, middle "
        f"{shown['latency_ms']['middle']['p50']} ms, end {shown['latency_ms']['end']['p50']} ms; "
        f"web worker {before.now:.0f} MB before, {after.now:.0f} MB after"
    )
    return shown


def curve(times: array[int]) -> list[float]:
    """Return the medians of a hundred equal parts of the walk, in milliseconds."""
    step = max(1, len(times) // _POINTS)
    return [round(percentile(times[at : at + step], 0.5) / 1e6, 3) for at in range(0, len(times), step)]
