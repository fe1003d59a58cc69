"""The load generator: one process, one epoll loop, requests prepared beforehand.

It must not take from the store the CPU that it measures: a small request costs it a few dozen microseconds.
"""

from __future__ import annotations

import gc
import heapq
import json
import re
import resource
import select
import socket
import time
from collections.abc import Iterator
from itertools import pairwise
from multiprocessing.connection import Connection as Pipe
from typing import Final

from benchmarks.jobs import Gets, Job, Outcome, Posts, Walk
from benchmarks.responses import BadAnswer, Response
from benchmarks.statements import Campus

_SAMPLE: Final = 200
_READ_BYTES: Final = 1 << 20
# What only the store writes; the statements sent have no such member.
_STORED: Final = re.compile(rb'"stored":\s*"([^"]+)"')
_REFUSED: Final = frozenset((429, 503))


class _Request:
    """One request, and the ids of the statements that it carries."""

    __slots__ = ("data", "ids")

    def __init__(self, data: bytes, ids: tuple[str, ...] = ()) -> None:
        self.data = data
        self.ids = ids


class _Link:
    """One keep-alive connection with at most one request under way."""

    __slots__ = ("first_byte", "request", "response", "sent_at", "socket", "unsent")

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.request: _Request | None = None
        self.response = Response()
        self.unsent: memoryview | None = None
        self.sent_at = 0
        self.first_byte = 0


class Generator:
    """Carries out one job: built with all requests ready, then run once."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.outcome = Outcome()
        # The next one is the last of the list.
        self._ready = list(_prepare(job))[::-1]
        self._walked = 0
        # After any instant, as text.
        self._oldest = b"~"
        self._epoll = select.epoll()
        self._links: dict[int, _Link] = {}
        # Links that were told to come again later: when, which, with what.
        self._later: list[tuple[int, int, _Link, _Request]] = []
        self._under_way = 0
        self._buffer = memoryview(bytearray(_READ_BYTES))
        self._keeps_body = isinstance(job.work, Walk)
        self._every = max(1, len(self._ready) // _SAMPLE)
        for _ in range(min(job.connections, len(self._ready))):
            self._connect()

    def run(self) -> Outcome:
        """Send everything, read every answer, and say how it went."""
        gc.collect()
        gc.disable()
        outcome, epoll = self.outcome, self._epoll
        cpu, began = time.process_time(), time.perf_counter_ns()
        patience = int(self.job.patience_seconds * 1e9)
        last = began
        for number in list(self._links):
            self._send_next(number)
        while self._under_way or self._later:
            now = time.perf_counter_ns()
            if now - last > patience:
                break
            for number, event in epoll.poll(self._timeout(now)):
                last = time.perf_counter_ns()
                if event & select.EPOLLOUT:
                    self._go_on_sending(number)
                if event & ~select.EPOLLOUT:
                    self._read(number, last)
            if self._later:
                self._send_again()
        outcome.seconds = (last - began) / 1e9
        outcome.cpu_seconds = time.process_time() - cpu
        gc.enable()
        outcome.unanswered += self._under_way + len(self._later) + len(self._ready)
        for link in self._links.values():
            link.socket.close()
        epoll.close()
        return outcome

    def _timeout(self, now: int) -> float:
        return max(0.0, min(1.0, (self._later[0][0] - now) / 1e9)) if self._later else 1.0

    def _connect(self) -> int:
        link = _Link(self.job.target.host, self.job.target.port)
        number = link.socket.fileno()
        self._links[number] = link
        self._epoll.register(number, select.EPOLLIN)
        return number

    def _send_next(self, number: int) -> None:
        if self._ready:
            self._send(number, self._ready.pop())

    def _send_again(self) -> None:
        now = time.perf_counter_ns()
        while self._later and self._later[0][0] <= now:
            link, request = heapq.heappop(self._later)[2:]
            number = link.socket.fileno()
            # It may have been closed while it waited, and another opened under its number.
            self._send(number if self._links.get(number) is link else self._connect(), request)

    def _send(self, number: int, request: _Request) -> None:
        link = self._links[number]
        link.request, link.response, link.first_byte = request, Response(keeps_body=self._keeps_body), 0
        self._under_way += 1
        link.sent_at = time.perf_counter_ns()
        try:
            sent = link.socket.send(request.data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._lose(number)
            return
        if sent < len(request.data):
            link.unsent = memoryview(request.data)[sent:]
            self._epoll.modify(number, select.EPOLLIN | select.EPOLLOUT)

    def _go_on_sending(self, number: int) -> None:
        link = self._links.get(number)
        if link is None or link.unsent is None:
            return
        try:
            link.unsent = link.unsent[link.socket.send(link.unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self._lose(number)
            return
        if not link.unsent:
            link.unsent = None
            self._epoll.modify(number, select.EPOLLIN)

    def _read(self, number: int, now: int) -> None:
        link = self._links.get(number)
        if link is None:
            return
        try:
            count = link.socket.recv_into(self._buffer)
            if link.request is None:
                # The store closed an idle connection, or sent what nobody asked for.
                self._lose(number)
                return
            if not link.first_byte:
                link.first_byte = now
            is_whole = link.response.feed(self._buffer[:count]) if count else link.response.feed_end()
        except BlockingIOError:
            return
        except (OSError, BadAnswer):
            self._lose(number)
            return
        if is_whole:
            self._finish(number, link, time.perf_counter_ns())
        elif not count:
            self._lose(number)

    def _lose(self, number: int) -> None:
        """Give up a connection: whether its request was carried out, nobody knows."""
        link = self._drop(number)
        if link.request is not None:
            self._under_way -= 1
            self.outcome.unanswered += 1
            if self._ready:
                self._send_next(self._connect())

    def _drop(self, number: int) -> _Link:
        link = self._links.pop(number)
        self._epoll.unregister(number)
        link.socket.close()
        return link

    def _finish(self, number: int, link: _Link, now: int) -> None:
        request, response, outcome = link.request, link.response, self.outcome
        if request is None:
            return
        link.request = None
        self._under_way -= 1
        outcome.answers += 1
        outcome.statuses[response.status] += 1
        outcome.body_bytes += response.body_bytes
        if response.closes:
            self._drop(number)
            number = self._connect()
            link = self._links[number]
        if 200 <= response.status < 300:
            outcome.latency_ns.append(now - link.sent_at)
            outcome.first_byte_ns.append(link.first_byte - link.sent_at)
            outcome.acknowledged += len(request.ids) or 1
            if request.ids and outcome.answers % self._every == 0:
                outcome.sample.append(request.ids[outcome.answers % len(request.ids)])
            self._follow(response)
        else:
            outcome.refused_ns.append(now - link.sent_at)
            if response.retry_after is not None:
                outcome.with_retry_after += 1
                outcome.retry_after_most = max(outcome.retry_after_most, response.retry_after)
            if self.job.retries and response.status in _REFUSED:
                again = now + int((response.retry_after or 1.0) * 1e9)
                heapq.heappush(self._later, (again, outcome.answers, link, request))
                return
            outcome.first_refusal = outcome.first_refusal or f"{response.status} {response.body[:500]!r}"
        self._send_next(number)

    def _follow(self, response: Response) -> None:
        work = self.job.work
        if isinstance(work, Walk):
            self._walked += 1
            self._note_seen(response.body)
            more = find_more(response.body)
            if more and self._walked < work.most:
                self._ready.append(_Request(self.job.target.get(more)))

    def _note_seen(self, page: bytes) -> None:
        stored = _STORED.findall(page)
        self.outcome.seen += len(stored)
        falling = all(later > earlier for later, earlier in pairwise([self._oldest, *stored]))
        self.outcome.in_order = self.outcome.in_order and falling
        self._oldest = stored[-1] if stored else self._oldest


def find_more(body: bytes) -> str:
    """Return the `more` link of a page, empty at the end of the walk.

    >>> find_more(b'{"statements":[],"more":"/xapi/statements/more/abc"}')
    '/xapi/statements/more/abc'
    """
    start = body.rfind(b'],"more":"')
    tail = body[start + 10 :] if start >= 0 else b""
    # Most stores write it last; where it is not the very last member, the page is read in full.
    if tail.endswith(b'"}') and b'"' not in tail[:-2] and b"\\" not in tail:
        return tail[:-2].decode()
    return str(json.loads(body).get("more", ""))


def _prepare(job: Job) -> Iterator[_Request]:
    work, target = job.work, job.target
    if isinstance(work, Posts):
        ids, bodies = [], []
        for sent in Campus(work.seed).statements(work.first, work.count):
            if work.batch == 1:
                yield _Request(target.post(sent.body), (sent.statement_id,))
                continue
            ids.append(sent.statement_id)
            bodies.append(sent.body)
            if len(ids) == work.batch:
                yield _Request(target.post(b"[" + b",".join(bodies) + b"]"), tuple(ids))
                ids, bodies = [], []
        if ids:
            yield _Request(target.post(b"[" + b",".join(bodies) + b"]"), tuple(ids))
    elif isinstance(work, Gets):
        made = {path: target.get(path) for path in set(work.paths)}
        yield from (_Request(made[path]) for path in work.paths)
    else:
        yield _Request(target.get(work.path))


def serve(pipe: Pipe) -> None:
    """Take jobs from `pipe` until it closes: a job, "ready" back, "go", an Outcome back."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        generator = Generator(job)
        pipe.send("ready")
        pipe.recv()
        pipe.send(generator.run())
