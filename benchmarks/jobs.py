"""What the load generator is told to do, and what it tells back; plain values that cross a pipe."""

from __future__ import annotations

import base64
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Target:
    """A record store: where its xAPI endpoint is, and who asks."""

    name: str
    host: str
    port: int
    path: str
    authorization: str

    @classmethod
    def from_url(cls, name: str, url: str, login: str) -> Self:
        """Build one from its endpoint, such as `http://127.0.0.1:8080/xapi`, and `user:secret`. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            message = f"{url} is no http:// address; TLS would be measured with the store, so it is left out."
            raise ValueError(message)
        basic = "Basic " + base64.b64encode(login.encode()).decode()
        return cls(name, parts.hostname, parts.port or 80, parts.path.rstrip("/"), basic)

    def head(self, method: str, path: str) -> bytes:
        """Return the start of a request up to where the headers of its body go; `path` is below the endpoint."""
        return (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAuthorization: {self.authorization}\r\n"
            "X-Experience-API-Version: 1.0.3\r\n"
        ).encode()

    def get(self, path: str) -> bytes:
        """Return a GET of an absolute path."""
        return self.head("GET", path) + b"Accept: application/json\r\n\r\n"

    def post(self, body: bytes) -> bytes:
        """Return a POST of statements."""
        head = self.head("POST", f"{self.path}/statements")
        return b"%bContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (head, len(body), body)


@dataclass(frozen=True, slots=True)
class Posts:
    """Send statements `first` to `first + count - 1` of a seed, `batch` at a time; 1 sends them alone."""

    seed: int
    first: int
    count: int
    batch: int


@dataclass(frozen=True, slots=True)
class Gets:
    """Ask for each of these absolute paths once, in this order."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """Ask for one absolute path, then for each page's `more`, to the end or `most` pages."""

    path: str
    most: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """One measurement. A refusal that says when to come again is sent again then, if `retries`."""

    target: Target
    connections: int
    work: Posts | Gets | Walk
    retries: bool = True
    # How long no answer at all may come before the rest counts as unanswered.
    patience_seconds: float = 60.0


@dataclass(slots=True)
class Outcome:
    """What came of a job. Times are nanoseconds, of answers with a 2xx alone, in the order in which they came."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    # Statements for posts, requests otherwise.
    acknowledged: int = 0
    answers: int = 0
    unanswered: int = 0
    body_bytes: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    latency_ns: array[int] = field(default_factory=lambda: array("q"))
    first_byte_ns: array[int] = field(default_factory=lambda: array("q"))
    refused_ns: array[int] = field(default_factory=lambda: array("q"))
    # How many refusals said when to come again, and the longest wait that one asked for.
    with_retry_after: int = 0
    retry_after_most: float = 0.0
    # Some of the ids that were acknowledged, spread over the run.
    sample: list[str] = field(default_factory=list)
    first_refusal: str = ""
    # Of a walk: how many statements came, and whether each was stored before the one ahead of it.
    seen: int = 0
    in_order: bool = True

    @property
    def rate(self) -> float:
        """Return acknowledged statements, or answered requests, a second."""
        return self.acknowledged / self.seconds if self.seconds else 0.0
