"""How many SCORM commits one web worker takes, each with fifty interactions, as players post them.

`steady` is a content that is being worked through: every commit repeats all that came before and has one answer more.
`heartbeat` has nothing new but where the learner is; `fresh` has fifty answers that were never sent.
"""

from __future__ import annotations

import base64
import json
import select
import socket
import time
import urllib.request
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection as Pipe
from typing import Any, Final

from benchmarks.deployment import DATABASE, LOGIN, Deployment
from benchmarks.figures import milliseconds
from benchmarks.load import Helper
from benchmarks.responses import Response
from benchmarks.rig import LostStatements, Rig

INTERACTIONS: Final = 50
LEARNERS: Final = 400
CONNECTIONS: Final = 32
# What one web worker must take, of either kind, in commits a second.
FLOOR: Final = 300
_READ_BYTES: Final = 1 << 16
_PATIENCE_SECONDS: Final = 60.0


@dataclass(slots=True)
class Outcome:
    """What came of posting: how long it took, what was answered, how long each answer took."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latency_ns: list[int] = field(default_factory=list)
    first_refusal: str = ""

    @property
    def rate(self) -> float:
        """Return commits a second."""
        return self.statuses[200] / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Posting:
    """Requests of learners, each learner's in order over one connection at a time."""

    host: str
    port: int
    requests: tuple[tuple[bytes, ...], ...]
    connections: int = CONNECTIONS


def run(rig: Rig) -> dict[str, Any]:
    """Measure a deployment of its own with one web worker."""
    rounds = max(2, int(rig.profile.seconds * FLOOR / LEARNERS) + 1)
    shape = replace(rig.profile.shape, workers=1)
    with Deployment(shape, rig.profile.folder) as deployment, Helper(serve) as players:
        launches = [launch(deployment, number) for number in range(LEARNERS)]
        opening = [[commit(number, 1, range(INTERACTIONS))] for number in range(LEARNERS)]
        fresh = measured(deployment, players, launches, opening)
        steady = measured(deployment, players, launches, [
            [commit(number, 2 + at, range(INTERACTIONS), revised=at) for at in range(rounds)]
            for number in range(LEARNERS)
        ])  # fmt: skip
        heartbeat = measured(deployment, players, launches, [
            [commit(number, 2 + rounds + at, range(INTERACTIONS), revised=rounds - 1) for at in range(rounds)]
            for number in range(LEARNERS)
        ])  # fmt: skip
        found = {"interactions": INTERACTIONS, "learners": LEARNERS, "connections": CONNECTIONS}
        there = deployment.client[DATABASE]["statements"].count_documents({})
        # Opening a session and fifty answers each; then an answer a commit; then nothing.
        expected = LEARNERS * (1 + INTERACTIONS + rounds)
        if there != expected:
            message = f"{expected} statements follow from what was committed, and {there} are there"
            raise LostStatements(message)
    for name, shown in (("fresh", fresh), ("steady", steady), ("heartbeat", heartbeat)):
        rig.profile.say(
            f"  {name:<10}{shown['rate']:>8,.0f} commits/s  {shown['latency_ms']} ms  CPU {shown['cpu_ms']} ms"
        )
    return {**found, "fresh": fresh, "steady": steady, "heartbeat": heartbeat, "statements": there}


def measured(
    deployment: Deployment, players: Helper, paths: Sequence[str], bodies: Sequence[Sequence[bytes]]
) -> dict[str, Any]:
    """Have every learner's player post its commits, and return rate, latencies and CPU."""
    target = deployment.target
    requests = tuple(
        tuple(request(target.host, target.port, path, body) for body in each)
        for path, each in zip(paths, bodies, strict=True)
    )
    players.prepare(Posting(target.host, target.port, requests))
    meter = deployment.meter()
    before = meter.read()
    players.go()
    outcome: Outcome = players.result()
    cpu = meter.since(before)
    if outcome.first_refusal:
        message = f"a commit was refused that should be taken: {outcome.first_refusal}"
        raise LostStatements(message)
    count = outcome.statuses[200]
    return {
        "rate": round(outcome.rate, 1),
        "commits": count,
        "bytes": len(bodies[0][0]),
        "latency_ms": milliseconds(outcome.latency_ns),
        "cpu_ms": {name: round(seconds * 1000 / count, 3) for name, seconds in cpu.items()},
    }


def launch(deployment: Deployment, number: int) -> str:
    """Make a launch through the API and return the path its player commits to."""
    wanted = {
        "actor": {"account": {"homePage": "https://lms.example", "name": f"learner-{number}"}},
        "activity": {"id": "https://lms.example/scorm/course/1", "definition": {"name": {"fr": "Module 1"}}},
        "course": {"id": "https://lms.example/scorm/course"},
        # As a player would commit, and faster: what lies below a quarter of it costs no write of its own.
        "requests_per_minute": 1_000,
    }
    target, login = deployment.target, base64.b64encode(":".join(LOGIN).encode()).decode()
    asked = urllib.request.Request(
        f"http://{target.host}:{target.port}/api/v1/scorm/launches", json.dumps(wanted).encode(),
        {"Content-Type": "application/json", "Authorization": f"Basic {login}"},
    )  # fmt: skip
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - the same
        return str(json.load(answer)["commit_path"])


def commit(number: int, sequence: int, places: range, revised: int | None = None) -> bytes:
    """Write one commit of SCORM 2004; the answer at `revised`, and those before it, were changed once."""
    rows = {
        str(at): {
            "id": f"urn:module-1:question-{at}", "type": "choice", "objectives": {},
            "timestamp": "2026-11-21T09:10:11", "weighting": "1",
            "learner_response": f"answer-{'b' if revised is not None and at <= revised else 'a'}",
            "result": "incorrect", "latency": "PT12S", "description": f"Question {at} of the module",
            "correct_responses": {"0": {"pattern": "answer-c"}},
        }
        for at in places
    }  # fmt: skip
    cmi = {
        "completion_status": "incomplete", "success_status": "unknown", "entry": "ab-initio", "exit": "",
        "location": f"page-{sequence}", "mode": "normal", "credit": "credit", "interactions": rows, "objectives": {},
        "score": {"scaled": "", "raw": "", "min": "", "max": ""}, "progress_measure": "",
        "session_time": f"PT{sequence}M", "total_time": "",
        "suspend_data": f"learner={number};page={sequence};" + "visited=1;" * 100,
    }  # fmt: skip
    structured = {"runtimeData": {"cmi": cmi}, "totalTimeSeconds": 0, "commitSequence": sequence}
    return json.dumps(structured, separators=(",", ":")).encode()


def request(host: str, port: int, path: str, body: bytes) -> bytes:
    """Write the request that a player's browser makes."""
    head = (
        f"POST {path}?terminate=false HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: https://lms.example\r\n"
        f"Content-Type: application/json;charset=UTF-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def serve(pipe: Pipe) -> None:
    """Take postings from `pipe` until it closes: a posting, "ready" back, "go", an Outcome back."""
    while True:
        try:
            posting = pipe.recv()
        except EOFError:
            return
        pipe.send("ready")
        pipe.recv()
        pipe.send(post(posting))


def post(posting: Posting) -> Outcome:
    """Post everything, keeping every connection busy, and never two commits of one learner at once."""
    outcome, waiting = Outcome(), deque(iter(each) for each in posting.requests)
    poll, links = select.epoll(), {}
    for _ in range(min(posting.connections, len(waiting))):
        link = socket.create_connection((posting.host, posting.port), timeout=30)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        links[link.fileno()] = _Player(link)
        poll.register(link, select.EPOLLIN)
    began = last = time.perf_counter()
    busy = sum(player.go_on(waiting) for player in links.values())
    while busy and time.perf_counter() - last < _PATIENCE_SECONDS:
        for number, _ in poll.poll(1.0):
            player = links[number]
            if not player.response.feed(memoryview(player.link.recv(_READ_BYTES))):
                continue
            last = time.perf_counter()
            outcome.statuses[player.response.status] += 1
            outcome.latency_ns.append(time.perf_counter_ns() - player.sent_at)
            if player.response.status != 200 and not outcome.first_refusal:
                outcome.first_refusal = f"{player.response.status} {player.response.body[:500]!r}"
            busy -= not player.go_on(waiting)
    outcome.seconds = last - began
    for player in links.values():
        player.link.close()
    return outcome


class _Player:
    """One connection. Learners take turns on it: each posts once, then goes to the end of the queue."""

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self.response = Response(keeps_body=True)
        self.sent_at = 0
        self._learner: Iterator[bytes] | None = None

    def go_on(self, waiting: deque[Iterator[bytes]]) -> bool:
        """Send the next commit of whichever learner is next; False when there is none."""
        if self._learner is not None:
            waiting.append(self._learner)
        while waiting:
            self._learner = waiting.popleft()
            following = next(self._learner, None)
            if following is not None:
                self.response, self.sent_at = Response(keeps_body=True), time.perf_counter_ns()
                self.link.sendall(following)
                return True
        self._learner = None
        return False
