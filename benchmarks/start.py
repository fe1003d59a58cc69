"""How long `scripts/run` takes to its first accepted statement, and what the idle processes weigh.

Floors: a warm start accepts a statement within 10 s; an idle web worker stays under 150 MB.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEY, SECRET = "mesure", "un-secret-pour-mesurer-seulement"
HEADERS = {
    "Authorization": "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode(),
    "X-Experience-API-Version": "2.0.0",
    "Content-Type": "application/json",
}
STATEMENT = json.dumps(
    {
        "actor": {"account": {"homePage": "https://lms.exemple.invalid", "name": "1"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://lms.exemple.invalid/page/1"},
    }
)


def main() -> int:
    """Measure, print a table, and return 1 when a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="warm starts to time, after one that is not counted")
    runs = parser.parse_args().runs
    starts, weights = [], []
    with tempfile.TemporaryDirectory(prefix="assidu-start-") as folder:
        for turn in range(runs + 1):
            seconds, heaviest = one_start(Path(folder))
            if turn:
                starts.append(seconds)
                weights.append(heaviest)
    load = os.getloadavg()[0]
    print(f"warm start to an accepted statement: median {statistics.median(starts):.1f} s, worst {max(starts):.1f} s")
    print(f"heaviest idle web process: {max(weights):.0f} MB")
    print(f"{runs} runs on {os.cpu_count()} cores, load average {load:.1f} at the end")
    return 0 if max(starts) < 10 and max(weights) < 150 else 1


def one_start(folder: Path) -> tuple[float, float]:
    """Start everything, post one statement, weigh the web processes a little later, and stop."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ASSIDU_API_KEY": KEY, "ASSIDU_API_SECRET": SECRET}
    command = [str(ROOT / "scripts" / "run"), "--no-demo", "--port", str(port), "--data", str(folder)]
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while post(port) != 200:
            if process.poll() is not None or time.monotonic() - started > 300:
                sys.exit("scripts/run did not come up; run it by hand to see why")
            time.sleep(0.02)
        seconds = time.monotonic() - started
        time.sleep(3)
        return seconds, max(weigh(pid) for pid in web_processes(port))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def post(port: int) -> int:
    """Post one statement and return the status, 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST", "/xapi/statements", STATEMENT, HEADERS)
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


def weigh(pid: int) -> float:
    """Return a process's resident memory, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


if __name__ == "__main__":
    sys.exit(main())
