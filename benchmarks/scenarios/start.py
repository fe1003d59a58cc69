"""How long `scripts/run` takes to its first accepted statement, and what the idle web processes weigh."""

from __future__ import annotations

import base64
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.deployment import LOGIN, ROOT
from benchmarks.meter import resident_mb
from benchmarks.rig import Profile
from benchmarks.statements import Campus

HEADERS: Final = {
    "Authorization": "Basic " + base64.b64encode(":".join(LOGIN).encode()).decode(),
    "X-Experience-API-Version": "2.0.0",
    "Content-Type": "application/json",
}
_PATIENCE_SECONDS: Final = 300


def run(profile: Profile) -> dict[str, Any]:
    """Start everything again and again over one folder; the first start is not counted: it makes the database."""
    starts, weights = [], []
    with tempfile.TemporaryDirectory(prefix="assidu-start-", dir=profile.folder) as folder:
        for turn in range((5 if profile.full else 3) + 1):
            seconds, heaviest = one_start(Path(folder))
            if turn:
                starts.append(seconds)
                weights.append(heaviest)
    profile.say(
        f"  to an accepted statement: median {statistics.median(starts):.1f} s, worst {max(starts):.1f} s; "
        f"idle web process {max(weights):.0f} MB"
    )
    return {
        "seconds": [round(value, 2) for value in starts],
        "median_s": round(statistics.median(starts), 2),
        "worst_s": round(max(starts), 2),
        "idle_web_mb": round(max(weights), 1),
    }


def one_start(folder: Path) -> tuple[float, float]:
    """Start everything, post one statement, weigh the web processes a little later, and stop."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ASSIDU_API_KEY": LOGIN[0], "ASSIDU_API_SECRET": LOGIN[1]}
    command = [str(ROOT / "scripts" / "run"), "--no-demo", "--port", str(port), "--data", str(folder)]
    body = next(Campus().statements(0, 1)).body
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while post(port, body) != 200:
            if process.poll() is not None or time.monotonic() - started > _PATIENCE_SECONDS:
                sys.exit("scripts/run did not come up; run it by hand to see why")
            time.sleep(0.02)
        seconds = time.monotonic() - started
        time.sleep(3)
        return seconds, max(resident_mb(pid) for pid in web_processes(port))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def post(port: int, body: bytes) -> int:
    """Post one statement and return the status, 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST", "/xapi/statements", body, HEADERS)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def web_processes(port: int) -> list[int]:
    """Return the processes that serve `port`, told from others by their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            ours = f"ASSIDU_PORT={port}".encode() in (folder / "environ").read_bytes()
        except OSError:
            continue
        if ours and words.endswith(b"web\0"):
            found.append(int(folder.name))
    return found
