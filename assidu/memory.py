"""How much memory this process may count on: the machine's, or what its container allows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# Where Linux says what a container may use: control groups of version 2, then of version 1.
LIMITS: Final = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
# What is assumed where nothing tells: a small machine.
_UNKNOWN_BYTES: Final = 4 * 1024**3


def memory_bytes(limits: Sequence[Path] = LIMITS) -> int:
    """Return the memory in bytes; `limits` are the files that may lower it."""
    return min([_machine_bytes(), *(bytes_ for path in limits if (bytes_ := _limit(path)))])


def _machine_bytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return _UNKNOWN_BYTES


def _limit(path: Path) -> int | None:
    """Return the limit that a file states; None where there is no such file, or no limit ("max")."""
    try:
        stated = path.read_text().strip()
    except OSError:
        return None
    return int(stated) if stated.isdigit() else None
