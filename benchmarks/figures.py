"""The arithmetic of a measurement: percentiles, rounds, ratios. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.jobs import Outcome
from benchmarks.meter import Cpu


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of them do not exceed; 0 of none.

    >>> percentile([4, 1, 3, 2], 0.5), percentile([4, 1, 3, 2], 0.99)
    (2, 4)
    """
    if not values:
        return 0
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def milliseconds(times_ns: Sequence[int]) -> dict[str, float]:
    """Return p50, p95 and p99 in milliseconds."""
    return {f"p{share}": round(percentile(times_ns, share / 100) / 1e6, 3) for share in (50, 95, 99)}


@dataclass(slots=True)
class Round:
    """One round of one side: a rate, its latencies, and the CPU it took for each operation."""

    rate: float
    operations: int
    latency_ns: Sequence[int]
    cpu: Cpu
    first_byte_ns: Sequence[int] = ()
    body_bytes: int = 0


@dataclass(slots=True)
class Side:
    """All rounds of one side of a comparison."""

    rounds: list[Round] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Return the figures that are kept: the median rate, latencies of all rounds together, CPU."""
        rates = [item.rate for item in self.rounds]
        operations = sum(item.operations for item in self.rounds) or 1
        parts = {name for item in self.rounds for name in item.cpu}
        shown: dict[str, Any] = {
            "rate": round(statistics.median(rates), 1),
            "rate_least": round(min(rates), 1),
            "rate_most": round(max(rates), 1),
            "latency_ms": milliseconds([value for item in self.rounds for value in item.latency_ns]),
            "cpu_ms": {
                name: round(sum(item.cpu.get(name, 0.0) for item in self.rounds) * 1000 / operations, 4)
                for name in sorted(parts)
            },
            "operations": operations,
        }
        first = [value for item in self.rounds for value in item.first_byte_ns]
        if first:
            shown["first_byte_ms"] = milliseconds(first)
        return shown


def comparison(ours: Side, ceiling: Side) -> dict[str, Any]:
    """Return the ratio of the rounds, each to the one beside it: its median, least and most."""
    ratios = [mine.rate / other.rate for mine, other in zip(ours.rounds, ceiling.rounds, strict=True) if other.rate]
    return spread(ratios)


def spread(values: Iterable[float]) -> dict[str, float]:
    """Return median, least and most."""
    kept = list(values)
    if not kept:
        return {}
    return {"median": round(statistics.median(kept), 3), "least": round(min(kept), 3), "most": round(max(kept), 3)}


def of_outcome(outcome: Outcome, cpu: Cpu) -> Round:
    """Return the round that a job of the load generator was."""
    return Round(
        outcome.rate, outcome.acknowledged, outcome.latency_ns, cpu, outcome.first_byte_ns, outcome.body_bytes
    )  # fmt: skip


def cpu_per(cpu: Mapping[str, float], operations: int) -> dict[str, float]:
    """Return milliseconds of CPU for each operation."""
    return {name: round(seconds * 1000 / max(1, operations), 4) for name, seconds in cpu.items()}


def line(name: str, shown: Mapping[str, Any]) -> str:
    """Return what a comparison found, for a terminal: Assidu, the ceiling, other stores."""
    told = [f"  {name:<17}{_side_text(shown['assidu'])}"]
    if "ceiling" in shown:
        ratio = shown["ratio"]
        told.append(f"{'ceiling':>17}  {_side_text(shown['ceiling'])}")
        if "bare" in shown:
            told.append(f"{'bare view':>17}  {_side_text(shown['bare'])}  {shown['bare']['ratio']['median']:.0%}")
        told[0] += f"  {ratio['median']:.0%} of the ceiling ({ratio['least']:.0%}–{ratio['most']:.0%})"
    told += [f"{other:>17}  {_side_text(side)}" for other, side in shown.get("others", {}).items()]
    return "\n".join(told)


def _side_text(side: Mapping[str, Any]) -> str:
    latency = " ".join(f"{name} {value:.1f}" for name, value in side["latency_ms"].items())
    cpu = " + ".join(f"{value:.3f} {name}" for name, value in side["cpu_ms"].items())
    first = f"  first byte p50 {side['first_byte_ms']['p50']:.1f}" if "first_byte_ms" in side else ""
    return f"{side['rate']:>9,.0f}/s  {latency} ms{first}  CPU {cpu} ms"
