"""What a measurement was made on and with; nothing that tells whose machine it is."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from benchmarks.deployment import ROOT
from benchmarks.rig import Profile

_PACKAGES: Final = ("granian", "flask", "pymongo", "orjson", "jsonschema-rs")


def describe() -> dict[str, Any]:
    """Return cores, processor, memory, versions, date and commit."""
    return {
        "cores": os.cpu_count(),
        "processor": _after("/proc/cpuinfo", "model name"),
        "memory_gb": round(int((_after("/proc/meminfo", "MemTotal") or "0").split()[0]) / 1e6, 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        # Two builds of one version may differ by a tenth.
        "python": f"{platform.python_version()} ({platform.python_compiler()})",
        "packages": {name: _version(name) for name in _PACKAGES},
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
    }


def described(profile: Profile) -> dict[str, Any]:
    """Return what was measured and for how long."""
    return {
        "full": profile.full, "size": profile.size, "rounds": profile.rounds, "seconds": profile.seconds,
        "web_workers": profile.shape.workers, "web_threads": profile.shape.threads,
        "mongod_cache_mib": profile.shape.cache_mib,
    }  # fmt: skip


def _after(file: str, name: str) -> str:
    """Return the value of the first line of `file` that starts with `name`."""
    try:
        lines = Path(file).read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    """Return the commit measured, with a plus sign when the files differ from it."""
    try:
        short = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        changed = subprocess.run(
            ["git", "status", "--porcelain", "-uno"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return short.stdout.strip() + ("+" if changed.stdout.strip() else "")
