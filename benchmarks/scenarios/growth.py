"""Ingest and pages on a small store and on a large one: what a year of statements costs."""

from __future__ import annotations

from typing import Any

from benchmarks.rig import Rig
from benchmarks.scenarios import ingest, pages


def run(rig: Rig) -> dict[str, Any]:
    """Measure both at the profile's size, unless this run has just done so, then at ten times that or more."""
    small_pages = rig.results.get("pages") or pages.run(rig, with_bare=False)
    small_ingest = rig.results.get("ingest") or ingest.run(rig, with_bare=False)
    large = rig.profile.large if rig.profile.full else rig.profile.size * 10
    rig.profile.say(f"  filling to {large:,}")
    count, seconds = rig.fill(rig.store, large)
    rig.profile.say(f"  {count:,} statements in batches of 500 at {count / max(seconds, 0.001):,.0f}/s")
    large_pages = pages.run(rig, with_bare=False)
    large_ingest = ingest.run(rig, with_bare=False)
    return {
        "sizes": {"pages": [small_pages["size"], large_pages["size"]],
                  "ingest": [small_ingest["size"], large_ingest["size"]]},
        "fill": {"count": count, "rate": round(count / seconds, 1) if seconds else 0},
        "pages": {name: _pages(small_pages["queries"][name], large_pages["queries"][name])
                  for name in large_pages["queries"]},
        "ingest": {name: _ingest(small_ingest["mixes"][name], large_ingest["mixes"][name])
                   for name in large_ingest["mixes"]},
    }  # fmt: skip


def _pages(small: dict[str, Any], large: dict[str, Any]) -> dict[str, Any]:
    p50 = {side: [item[side]["latency_ms"]["p50"] for item in (small, large)] for side in ("assidu", "ceiling")}
    return {**p50, "times": round(p50["assidu"][1] / p50["assidu"][0], 3), "large": large}


def _ingest(small: dict[str, Any], large: dict[str, Any]) -> dict[str, Any]:
    rates = {side: [item[side]["rate"] for item in (small, large)] for side in ("assidu", "ceiling")}
    return {**rates, "times": round(rates["assidu"][1] / rates["assidu"][0], 3), "large": large}
