"""Refuses what a web process cannot get to in good time, before it costs anything.

Past saturation more requests at once make each slower and none more. A process therefore serves a fixed number at
once, those that wait for the database included, and answers the surplus `503` with `Retry-After`: an LMS sends again,
and whoever looks at a page is shown one that comes again by itself. Systems that post all at once leave people a few
places: whoever signs their attendance then gets in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from assidu.busy import POLICY, busy_page
from lrs.http.cors import response_headers
from lrs.http.errors import problem_body
from lrs.http.xapi import VERSION_HEADER
from lrs.versions import find_version

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

RETRY_AFTER_SECONDS: Final = 1
# Places that people have beyond those of systems, which come by the hundred when a class ends.
PEOPLE: Final = 8
_SYSTEMS: Final = ("/xapi", "/api/", "/oauth/")
_MESSAGE: Final = "Too many requests are being served at once; nothing was done. Send this one again."


class Admission:
    """WSGI middleware: lets `most` requests of systems in at once, and `people` more of people.

    `always` are paths that get in whatever happens.
    """

    def __init__(
        self, application: WSGIApplication, most: int, always: frozenset[str] = frozenset(), people: int = PEOPLE
    ) -> None:
        self._application = application
        self._most = most
        self._people = people
        self._always = always
        self._inside = 0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on, or refuse it."""
        path = environ.get("PATH_INFO", "")
        if path in self._always:
            return self._application(environ, start_response)
        most = self._most if path.startswith(_SYSTEMS) else self._most + self._people
        with self._lock:
            is_full = self._inside >= most
            if not is_full:
                self._inside += 1
        if is_full:
            return _refuse(environ, start_response)
        try:
            parts = self._application(environ, start_response)
        except BaseException:
            self._leave()
            raise
        return _Answer(parts, self._leave)

    def _leave(self) -> None:
        with self._lock:
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
    version = find_version(environ.get("HTTP_X_EXPERIENCE_API_VERSION", ""))
    if version is not None:
        headers.append((VERSION_HEADER, version))
    # Who asks is not known: a page of any origin may read this, as it may a 401.
    headers += response_headers(None, environ.get("HTTP_ORIGIN")).items()
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
