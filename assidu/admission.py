"""Refuses what a web process cannot get to in good time, before it costs anything.

Past saturation more requests at once make each slower and none more. A process therefore serves a fixed number at
once, those that wait for the database included. Some more of systems wait for a place, in the order in which they
came. The surplus is answered `503` with `Retry-After`: an LMS sends again, and whoever looks at a page is shown one
that comes again by itself. Systems that post all at once leave people a few places: whoever signs their attendance
then gets in, past whatever waits.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from assidu.busy import POLICY, busy_page
from lrs.http.application import PREFIX
from lrs.http.cors import response_headers
from lrs.http.errors import problem_body
from lrs.http.incoming import stated_length
from lrs.http.xapi import VERSION_HEADER
from lrs.versions import find_version

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

RETRY_AFTER_SECONDS: Final = 1
# Places that people have beyond those of systems, which come by the hundred when a class ends.
PEOPLE: Final = 8
# How many requests of systems wait for a place, and how long at most: by then they are better told to come again.
WAITING: Final = 128
PATIENCE_SECONDS: Final = 2.0
# A refused body of so many bytes is read to its end, so that the next request can follow it on its connection. What is
# larger is not worth its way here: that connection is closed, and its answer says so.
READ_MOST_BYTES: Final = 64 * 1024
_SYSTEMS: Final = (PREFIX, "/api/", "/oauth/")
_MESSAGE: Final = "Too many requests are being served at once; nothing was done. Send this one again."


class Admission:
    """WSGI middleware: lets `most` requests of systems in at once, and `people` more of people.

    `waiting` more of systems wait for a place, `patience_seconds` at most. `always` are paths that get in whatever
    happens.
    """

    def __init__(
        self,
        application: WSGIApplication,
        most: int,
        always: frozenset[str] = frozenset(),
        *,
        people: int = PEOPLE,
        waiting: int = 0,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._application = application
        self._most = most
        self._people = people
        self._waiting_most = waiting
        self._patience_seconds = patience_seconds
        self._always = always
        self._inside = 0
        self._lock = threading.Lock()
        # Those who wait, the first in front; each is let in by the release of its lock, with the place it then has.
        self._queue: deque[threading.Lock] = deque()

    @property
    def inside(self) -> int:
        """Return how many have a place."""
        return self._inside

    @property
    def waiting(self) -> int:
        """Return how many wait for one."""
        return len(self._queue)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on, or refuse it."""
        path = environ.get("PATH_INFO", "")
        if path in self._always:
            return self._application(environ, start_response)
        if not (self._enter_or_wait() if path.startswith(_SYSTEMS) else self._enter()):
            return _refuse(environ, start_response)
        try:
            parts = self._application(environ, start_response)
        except BaseException:
            self._leave()
            raise
        return _Answer(parts, self._leave)

    def _enter(self) -> bool:
        """Take a place for a person; say whether there was one."""
        with self._lock:
            has_room = self._inside < self._most + self._people
            self._inside += has_room
            return has_room

    def _enter_or_wait(self) -> bool:
        """Take a place for a system, behind those who wait for one already; say whether there was one in time."""
        with self._lock:
            if self._inside < self._most and not self._queue:
                self._inside += 1
                return True
            if len(self._queue) >= self._waiting_most:
                return False
            turn = threading.Lock()
            turn.acquire()
            self._queue.append(turn)
        if turn.acquire(timeout=self._patience_seconds):
            return True
        with self._lock:
            if turn not in self._queue:
                return True  # its turn came between waiting and looking
            self._queue.remove(turn)
            return False

    def _leave(self) -> None:
        with self._lock:
            if self._queue and self._inside <= self._most:
                self._queue.popleft().release()
            else:
                self._inside -= 1


class _Answer:
    """An answer on its way; its request is inside until it has been sent or given up, whichever the server says."""

    def __init__(self, parts: Iterable[bytes], leave: Callable[[], None]) -> None:
        self._parts = parts
        self._leave = leave
        self._is_inside = True

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._parts
        finally:
            self._end()

    def _end(self) -> None:
        if self._is_inside:
            self._is_inside = False
            self._leave()

    def close(self) -> None:
        """Let go of the answer."""
        self._end()
        close = getattr(self._parts, "close", None)
        if close is not None:
            close()


def _refuse(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    page = busy_page(environ)
    body = problem_body(status, _MESSAGE) if page is None else page
    headers = [
        ("Content-Type", "application/json" if page is None else "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Retry-After", str(RETRY_AFTER_SECONDS)),
    ]
    if page is not None:
        headers += [("Content-Security-Policy", POLICY), ("Cache-Control", "no-store")]
    if not _is_body_done(environ):
        headers.append(("Connection", "close"))
    version = find_version(environ.get("HTTP_X_EXPERIENCE_API_VERSION", ""))
    if version is not None:
        headers.append((VERSION_HEADER, version))
    # Who asks is not known: a page of any origin may read this, as it may a 401.
    headers += response_headers(None, environ.get("HTTP_ORIGIN")).items()
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]


def _is_body_done(environ: WSGIEnvironment) -> bool:
    """Read what is left of a refused request where that is little; say whether another may follow it."""
    if environ.get("SERVER_PROTOCOL", "").startswith("HTTP/2"):
        return True  # each request has a stream of its own
    left = stated_length(environ)
    if left is None:
        return not environ.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" not in environ
    if left > READ_MOST_BYTES:
        return False
    try:
        while left and (piece := environ["wsgi.input"].read(left)):
            left -= len(piece)
    except OSError:
        return False
    return not left
