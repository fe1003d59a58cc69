"""`assidu import` of a file against POST of equally many statements in batches of 500."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks.deployment import LOGIN, ROOT, Deployment
from benchmarks.figures import cpu_per, spread
from benchmarks.meter import Cpu, Meter
from benchmarks.rig import LostStatements, Rig, Store
from benchmarks.statements import Campus

# Other statements than those that were posted, so that all are new.
_SEED: Final = 1_000_003
_QUICK: Final = 25_000


def run(rig: Rig) -> dict[str, Any]:
    """Compare the two: in turns into this run's store, or in full each from nought into a store of its own."""
    count, rounds = (rig.profile.large, 1) if rig.profile.full else (_QUICK, rig.profile.rounds)
    posted, imported = [], []
    cpu: Cpu = {"import": 0.0, "mongod": 0.0}
    for at in range(rounds):
        with _place(rig) as (_, store):
            sent, seconds = rig.fill(store, store.sent + count)
            posted.append(sent / seconds)
        with _place(rig) as (deployment, store):
            file = deployment.folder / "statements.jsonl"
            write(file, at * count, count)
            seconds, used = import_file(deployment, file, count)
            file.unlink()
            # They are there too, when the rest is counted.
            store.acknowledged += count
            imported.append(count / seconds)
            cpu = {name: cpu[name] + used[name] for name in cpu}
    shown: dict[str, Any] = {
        "count": count, "rounds": rounds, "post_rate": spread(posted), "import_rate": spread(imported),
        "ratio": spread(mine / other for mine, other in zip(imported, posted, strict=True)),
        "cpu_ms": cpu_per(cpu, count * rounds),
    }  # fmt: skip
    rig.profile.say(
        f"  import {shown['import_rate']['median']:,.0f}/s, POST in batches of 500 "
        f"{shown['post_rate']['median']:,.0f}/s, ratio {shown['ratio']}, cpu {shown['cpu_ms']}"
    )
    return shown


@contextmanager
def _place(rig: Rig) -> Iterator[tuple[Deployment, Store]]:
    """Yield where statements go: this run's store, or in full a new one."""
    if not rig.profile.full:
        yield rig.deployment, rig.store
        return
    with Deployment(rig.profile.shape, rig.profile.folder) as fresh:
        yield fresh, Store(fresh.target, fresh.meter())


def write(file: Path, first: int, count: int) -> None:
    """Write statements one a line."""
    with file.open("wb") as lines:
        for sent in Campus(_SEED).statements(first, count):
            lines.write(sent.body + b"\n")


def import_file(deployment: Deployment, file: Path, count: int) -> tuple[float, Cpu]:
    """Run the command as an operator would; return its seconds, start and all, and the CPU it took."""
    command = [sys.executable, "-m", "assidu", "import", str(file), "--credential", LOGIN[0], "--json"]
    meter = Meter({"mongod": deployment.mongod_pids})
    before, times, began = meter.read(), os.times(), time.perf_counter()
    ran = subprocess.run(command, cwd=ROOT, env=deployment.environment(), capture_output=True, check=False)
    seconds, now = time.perf_counter() - began, os.times()
    if ran.returncode:
        sys.exit(f"assidu import failed: {ran.stderr.decode()[-2000:]}")
    report = json.loads(ran.stdout)
    if report["stored"] != count:
        message = f"of {count} statements in the file the import says: {report}"
        raise LostStatements(message)
    spent = now.children_user + now.children_system - times.children_user - times.children_system
    return seconds, {"import": spent, **meter.since(before)}
