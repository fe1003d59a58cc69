"""More senders than the store can serve: does latency stay bounded, is the surplus told when to come again?

People ask for a page all the while: those who would sign their attendance must get in.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.figures import milliseconds
from benchmarks.rig import Rig
from benchmarks.visitors import Visitors

# The largest comes twice: memory that grew with the first must not grow with the second.
CONNECTIONS: Final = (16, 64, 256, 1_024, 1_024)
_LEAST_EACH: Final = 4


def run(rig: Rig) -> dict[str, Any]:
    """Post single statements from more and more connections; a refused one comes again when it was told to."""
    rig.fill(rig.store, rig.profile.size)
    levels = []
    warm, _ = rig.post(rig.store, 1_000, 1, 16)
    for connections in CONNECTIONS:
        count = max(_LEAST_EACH * connections, int(warm.rate * rig.profile.seconds * 2))
        with Visitors(rig.store.target.host, rig.store.target.port) as visitors:
            outcome, cpu = rig.post(rig.store, count, 1, connections)
        people = visitors.summary()
        weight = rig.deployment.weight()
        refused = len(outcome.refused_ns)
        level: dict[str, Any] = {
            "connections": connections, "sent": count, "rate": round(outcome.rate, 1),
            "latency_ms": {**milliseconds(outcome.latency_ns), "most": round(max(outcome.latency_ns) / 1e6, 1)},
            "refused": refused, "with_retry_after": outcome.with_retry_after,
            "retry_after_most_s": outcome.retry_after_most, "refused_ms": milliseconds(outcome.refused_ns),
            "unanswered": outcome.unanswered, "people": people,
            "web_worker_mb": round(weight.now, 1), "web_worker_peak_mb": round(weight.peak, 1),
            "cpu_ms": {name: round(value * 1000 / max(1, outcome.acknowledged), 4) for name, value in cpu.items()},
        }  # fmt: skip
        rig.profile.say(
            f"  {connections:>5} connections {outcome.rate:>7,.0f}/s p50 {level['latency_ms']['p50']:.0f} "
            f"p99 {level['latency_ms']['p99']:.0f} most {level['latency_ms']['most']:.0f} ms; {refused} refused "
            f"({outcome.with_retry_after} with Retry-After), {outcome.unanswered} unanswered; {weight.now:.0f} MB; "
            f"of {people['asked']} pages {people['refused']} refused, p95 {people['shown_ms']['p95']:.0f} ms"
        )
        levels.append(level)
    return {"levels": levels, "check": rig.verify(rig.store)}
