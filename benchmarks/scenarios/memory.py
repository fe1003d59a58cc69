"""What a web worker weighs after every statement of the store went in, and out again page by page."""

from __future__ import annotations

from typing import Any

from benchmarks.meter import resident_mb
from benchmarks.rig import Rig
from benchmarks.scenarios import more


def run(rig: Rig) -> dict[str, Any]:
    """Weigh the heaviest worker; the walk through everything is this run's, or made now."""
    if "more" not in rig.results:
        rig.results["more"] = more.run(rig)
    weight = rig.deployment.weight()
    shown = {
        "statements": rig.store.sent,
        "web_worker_mb": round(weight.now, 1),
        "web_worker_peak_mb": round(weight.peak, 1),
        "web_workers_mb": [round(resident_mb(pid), 1) for pid in rig.deployment.web_pids()[1:]],
        "mongod_mb": round(max(map(resident_mb, rig.deployment.mongod_pids())), 1),
    }
    rig.profile.say(
        f"  heaviest web worker {weight.now:.0f} MB, at its height {weight.peak:.0f} MB; mongod {shown['mongod_mb']} MB"
    )
    return shown
