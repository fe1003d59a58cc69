"""CPU and memory of processes, from /proc. Linux only, as are the measurements."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

# Seconds of CPU, user and system together, for each part: client, web, mongod.
Cpu = dict[str, float]
_LISTEN = "0A"
_TICK = os.sysconf("SC_CLK_TCK")


class Meter:
    """Reads how much CPU each named group of processes has used."""

    def __init__(self, groups: Mapping[str, Callable[[], Iterable[int]]] | None = None) -> None:
        self._groups = dict(groups or {})

    def read(self) -> Cpu:
        """Return CPU seconds since the processes began, those of their ended children included."""
        return {name: sum(map(cpu_seconds, pids())) for name, pids in self._groups.items()}

    def since(self, before: Cpu) -> Cpu:
        """Return CPU seconds used since `before` was read."""
        return {name: seconds - before[name] for name, seconds in self.read().items()}


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a process and of its ended children; 0 when it has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # utime, stime, cutime, cstime: the 14th to 17th field, of which the first two are cut off above.
    return sum(map(int, fields[11:15])) / _TICK


def descendants(pid: int) -> list[int]:
    """Return a process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(folder.name))
    found = [pid]
    for parent in found:
        found.extend(children.get(parent, ()))
    return found


def listening(port: int) -> list[int]:
    """Return the processes of this machine that listen on a TCP port, and all below them; none if it is elsewhere."""
    inodes = {
        f"socket:[{fields[9]}]"
        for table in ("tcp", "tcp6")
        for fields in map(str.split, Path("/proc/net", table).read_text().splitlines()[1:])
        if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port
    }
    found: set[int] = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) in inodes:
                found.update(descendants(int(link.parts[2])))
        except OSError:
            continue
    return sorted(found)


def resident_mb(pid: int) -> float:
    """Return resident memory now, in MB."""
    return _status_mb(pid, "VmRSS")


def peak_mb(pid: int) -> float:
    """Return the most memory that was ever resident, in MB."""
    return _status_mb(pid, "VmHWM")


def _status_mb(pid: int, name: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    # "kB" there are units of 1024 bytes.
    return int(status.partition(f"{name}:")[2].split()[0]) * 1024 / 1e6
