"""A small xAPI client: posts a batch, waits when the store asks to, and says clearly when it is refused."""

from __future__ import annotations

import threading
from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from random import Random
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from assidu.demo.statements import Sender
from lrs.errors import AssiduError
from lrs.versions import Version

_OK: Final = 200
# What passes by itself: a rate limit, a store that is busy or restarting, a proxy without one.
_PASSING: Final = frozenset((429, 502, 503, 504))
_SHOWN: Final = 600


class FeedRefused(AssiduError):
    """The store will not take a batch; the message says where, why and what it answered."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Statements of one sender, as one body."""

    sender: Sender
    version: Version
    body: bytes
    count: int
    sent_on: date


class LrsClient:
    """Keeps one connection for each thread that posts."""

    def __init__(self, base_url: str, *, patience_seconds: float = 60.0, timeout_seconds: float = 60.0) -> None:
        self._url = urlsplit(base_url)
        if self._url.scheme not in ("http", "https") or not self._url.hostname:
            raise FeedRefused(f"{base_url!r} is not a record store's address, such as http://127.0.0.1:8080/xapi.")
        self._patience = patience_seconds
        self._timeout = timeout_seconds
        self._local = threading.local()
        self._opened: list[HTTPConnection] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self.retries = 0

    def post(self, batch: Batch, credential: tuple[str, str]) -> None:
        """Post a batch until it is acknowledged; raise FeedRefused if it is refused or nobody answers in time."""
        deadline = monotonic() + self._patience
        pause = 0.1
        while True:
            status, answer, wanted = self._try(batch, credential)
            if status == _OK:
                return
            if status is not None and status not in _PASSING:
                refused = f"{batch.count} statements of {batch.sender} were refused with {status}"
                raise FeedRefused(f"{refused}: {answer[:_SHOWN]}")
            if monotonic() >= deadline:
                why = f"still answers {status}" if status else f"does not answer ({answer})"
                raise FeedRefused(f"{self._url.geturl()} {why} after {self._patience:.0f} s; run again to go on.")
            with self._lock:
                self.retries += 1
            jitter = Random().uniform(0.5, 1.0)  # noqa: S311 - a pause, not a secret
            if self._stopped.wait(wanted if wanted is not None else pause * jitter):
                raise FeedRefused("The feed was stopped.")
            pause = min(pause * 2, 3.0)

    def stop(self) -> None:
        """Wait for nothing any more; what is being sent is still sent to its end."""
        self._stopped.set()

    def close(self) -> None:
        """Close every connection; nobody may be posting any more."""
        for connection in self._opened:
            connection.close()

    def _try(self, batch: Batch, credential: tuple[str, str]) -> tuple[int | None, str, float | None]:
        """Return the status, the body and how long the store asks to wait; no status when it can't be reached."""
        connection = self._connection()
        headers = {
            "Authorization": "Basic " + b64encode(":".join(credential).encode()).decode(),
            "Content-Type": "application/json",
            "X-Experience-API-Version": batch.version.value,
        }
        try:
            connection.request("POST", self._url.path.rstrip("/") + "/statements", batch.body, headers)
            response = connection.getresponse()
            answer = response.read()
        except (HTTPException, OSError) as error:
            connection.close()  # the next request opens it again
            return None, type(error).__name__, None
        return response.status, answer.decode("utf-8", "replace"), _seconds(response.getheader("Retry-After"))

    def _connection(self) -> HTTPConnection:
        connection: HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
            connection = kind(self._url.hostname or "", self._url.port, timeout=self._timeout)
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        return connection


def _seconds(header: str | None) -> float | None:
    """Read Retry-After when it is a number of seconds; a date is treated as absent."""
    return float(header) if header is not None and header.isdecimal() else None
