"""Web, worker or database killed at random moments under load: nothing acknowledged is lost, no batch half stored."""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

KILLS = 51
BATCH = 5
SENDERS = 4
KEY, SECRET = "tueur", "un-secret-pour-les-essais-de-panne-seulement"
HEADERS = {
    "Authorization": "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode(),
    "X-Experience-API-Version": "1.0.3",
    "Content-Type": "application/json",
}
# What a target's command line holds. `web` is granian's parent or one of its workers, whichever chance takes.
TARGETS = {"web": "assidu web", "worker": "assidu worker", "mongod": "bin/mongod"}


@dataclass
class Ledger:
    """What the senders were told."""

    acknowledged: list[list[str]] = field(default_factory=list)
    unknown: list[list[str]] = field(default_factory=list)
    refused: list[tuple[int, bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self) -> int:
        with self.lock:
            return len(self.acknowledged)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The whole of Assidu as a person starts it, on a free port with its own data."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "assidu", "run", "--no-demo", "--port", str(port), "--data", str(tmp_path / "var")]
    environment = {**os.environ, "ASSIDU_API_KEY": KEY, "ASSIDU_API_SECRET": SECRET}
    with (tmp_path / "run.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait(lambda: _status(port, "GET", "/readyz") == 200, 60, "the house never became ready")
        yield process, port
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()


@pytest.mark.timeout(420)
def test_fifty_kills_at_random_moments_lose_nothing_acknowledged_and_store_no_half_batch(
    house: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, port = house
    ledger, stop = Ledger(), threading.Event()
    senders = [threading.Thread(target=_send, args=(port, ledger, stop, seed)) for seed in range(SENDERS)]
    for sender in senders:
        sender.start()
    kills: dict[str, int] = dict.fromkeys(TARGETS, 0)
    try:
        for turn in range(KILLS):
            target = list(TARGETS)[turn % len(TARGETS)]
            time.sleep(random.uniform(0.0, 0.5))
            # Statements are accepted again long before a worker is: it is waited for, and its absence is a failure.
            _wait(lambda words=TARGETS[target]: _kill(process.pid, words), 40, f"{target} never came back")
            kills[target] += 1
            before = ledger.count()
            _wait(lambda before=before: ledger.count() > before + 1, 40, f"nothing was accepted after killing {target}")
    finally:
        stop.set()
        for sender in senders:
            sender.join()

    stored = _everything(port)

    assert sum(kills.values()) >= 50, kills
    assert min(kills.values()) >= 15, kills
    assert not ledger.refused, ledger.refused[:3]
    lost = [batch for batch in ledger.acknowledged if not stored.keys() >= set(batch)]
    assert not lost, f"{len(lost)} of {len(ledger.acknowledged)} acknowledged batches are not whole"
    half = [batch for batch in ledger.unknown if 0 < len(stored.keys() & set(batch)) < BATCH]
    assert not half, f"{len(half)} of {len(ledger.unknown)} unanswered batches are half stored"
    sent = {statement_id for batch in (*ledger.acknowledged, *ledger.unknown) for statement_id in batch}
    assert stored.keys() <= sent
    assert len(set(stored.values())) == len(stored), "two statements share one `stored`"
    print(f"\nkills {kills}; {len(ledger.acknowledged)} batches acknowledged, {len(ledger.unknown)} left unanswered")


def _send(port: int, ledger: Ledger, stop: threading.Event, seed: int) -> None:
    """Post batches; when one is not answered, send it again like an LMS, or, one time in three, leave it."""
    chance = random.Random(seed)
    while not stop.is_set():
        batch = [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(BATCH)]
        body = json.dumps([_statement(statement_id) for statement_id in batch])
        while True:
            status, answer = _post(port, body)
            if status == 200:
                with ledger.lock:
                    ledger.acknowledged.append(batch)
                break
            if status not in (0, 500, 502, 503):
                with ledger.lock:
                    ledger.refused.append((status, answer[:300]))
                break
            if stop.is_set() or chance.random() < 1 / 3:
                with ledger.lock:
                    ledger.unknown.append(batch)
                break
            time.sleep(0.1)


def _statement(statement_id: str) -> dict[str, object]:
    return {
        "id": statement_id,
        "actor": {"account": {"homePage": "https://lms.exemple.invalid", "name": "1"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://lms.exemple.invalid/page/1"},
    }


def _post(port: int, body: str) -> tuple[int, bytes]:
    """Return the status and body, or 0 when no whole answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/xapi/statements", body, HEADERS)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def _status(port: int, method: str, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _everything(port: int) -> dict[str, str]:
    """Follow `more` from the first statement to the last: id to `stored`."""
    found: dict[str, str] = {}
    path = "/xapi/statements?ascending=true&limit=500"
    while path:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers=HEADERS)
        response = connection.getresponse()
        page = json.loads(response.read())
        assert response.status == 200, page
        connection.close()
        found.update((item["id"], item["stored"]) for item in page["statements"])
        path = page["more"]
    return found


def _kill(parent: int, words: str) -> bool:
    """SIGKILL a process of the house that the words describe; say whether there was one."""
    found = [pid for pid in _descendants(parent) if words in _command_line(pid)]
    if not found:
        return False
    with suppress(ProcessLookupError):
        os.kill(random.choice(found), signal.SIGKILL)
        return True
    return False


def _descendants(parent: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, queue = [], [parent]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def _command_line(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def _wait(condition: object, seconds: float, message: str) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.05)
    pytest.fail(message)
