"""What Prometheus reads: requests, statements and the connection pool, summed over the web processes."""

from __future__ import annotations

import threading
from dataclasses import fields
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from pymongo.monitoring import ConnectionPoolListener

from assidu.logs import Line
from lrs.ingest import IngestCounts

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_OUTCOMES: Final = tuple(row.name for row in fields(IngestCounts))
_numbers: Final = attrgetter(*_OUTCOMES)


class Metrics:
    """The counters of this process, and the page that adds up those of its siblings.

    `folder` is where every web process of this host keeps its numbers (prometheus_client's own files,
    named after the process); None when there is only this one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._followed = (0,) * len(_OUTCOMES)
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "assidu_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "assidu_request_seconds",
            "Time from a request's head to its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._received = Counter("assidu_received_bytes", "Bytes of request bodies.", registry=self._registry)
        self._sent = Counter("assidu_sent_bytes", "Bytes of answers' bodies.", registry=self._registry)
        self._statements = Counter(
            "assidu_statements", "Statements received, by what became of them.", ("outcome",), registry=self._registry
        )
        gauge = Gauge(
            "assidu_mongodb_connections",
            "Connections to MongoDB, by state.",
            ("state",),
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self.pool = PoolCount(gauge)
        # What a label's counter is takes longer to find than to count. Routes, methods and statuses are few.
        self._answered = cache(lambda method, route, status: self._requests.labels(method, route, str(status)))
        self._timed = cache(self._seconds.labels)
        self._outcomes = [self._statements.labels(outcome) for outcome in _OUTCOMES]

    def count_request(self, line: Line) -> None:
        """Add one finished request, as `assidu.logs.RequestLog` reports it."""
        self._answered(line["method"], line["route"], line["status"]).inc()
        self._timed(line["route"]).observe(line["seconds"])
        if line["bytes_in"]:
            self._received.inc(line["bytes_in"])
        self._sent.inc(line["bytes_out"])
        self.pool.publish()

    def follow(self, counts: IngestCounts) -> None:
        """Add what ingest has counted since this was last called."""
        now = _numbers(counts)
        if now == self._followed:
            return
        with self._lock:
            for outcome, number, before in zip(self._outcomes, now, self._followed, strict=True):
                if number > before:
                    outcome.inc(number - before)
            self._followed = now

    def page(self) -> bytes:
        """Return the text that Prometheus reads."""
        if self._folder is None:
            return generate_latest(self._registry)
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone, path=str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(everyone)


class PoolCount:
    """Counts connections as they come and go, and publishes the numbers when asked to: a request lends several."""

    def __init__(self, gauge: Gauge) -> None:
        self._lock = threading.Lock()
        self._numbers = [0, 0]
        self._published = [0, 0]
        self._gauges = [gauge.labels("open"), gauge.labels("in_use")]

    def change(self, *, opened: int = 0, lent: int = 0) -> None:
        """Count connections opened and lent, or closed and given back when negative."""
        with self._lock:
            self._numbers[0] += opened
            self._numbers[1] += lent

    def publish(self) -> None:
        """Let the page show the present numbers."""
        with self._lock:
            for at, number in enumerate(self._numbers):
                if number != self._published[at]:
                    self._gauges[at].set(number)
                    self._published[at] = number


class PoolMetrics(ConnectionPoolListener):
    """Keeps the pool's gauge as the driver opens, lends, takes back and closes connections."""

    def __init__(self, metrics: Metrics) -> None:
        self._pool = metrics.pool

    def connection_created(self, event: object) -> None:  # noqa: ARG002
        """Count one more."""
        self._pool.change(opened=1)

    def connection_closed(self, event: object) -> None:  # noqa: ARG002
        """Count one less."""
        self._pool.change(opened=-1)

    def connection_checked_out(self, event: object) -> None:  # noqa: ARG002
        """Count one lent."""
        self._pool.change(lent=1)

    def connection_checked_in(self, event: object) -> None:  # noqa: ARG002
        """Count one given back."""
        self._pool.change(lent=-1)

    def pool_created(self, event: object) -> None:
        """Nothing to count."""

    def pool_ready(self, event: object) -> None:
        """Nothing to count."""

    def pool_cleared(self, event: object) -> None:
        """Nothing to count."""

    def pool_closed(self, event: object) -> None:
        """Nothing to count."""

    def connection_ready(self, event: object) -> None:
        """Nothing to count."""

    def connection_check_out_started(self, event: object) -> None:
        """Nothing to count."""

    def connection_check_out_failed(self, event: object) -> None:
        """Nothing to count."""
