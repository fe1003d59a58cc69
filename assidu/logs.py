"""One JSON object a line; one line a request, with no personal data in it."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import orjson
import structlog

from lrs.clock import Clock

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# Where the application leaves, in the WSGI environment, what only it knows of a request.
ROUTE: Final = "assidu.route"
ORGANISATION: Final = "assidu.organisation"
CREDENTIAL: Final = "assidu.credential"
REQUEST_ID: Final = "assidu.request_id"
# What is told of one request; its names are those of the log.
Line: TypeAlias = dict[str, Any]
# The id of the request that this thread serves, or served last: it stands in whatever is logged meanwhile.
served: Final[ContextVar[str]] = ContextVar("served")


def configure_logging(level: str, form: str) -> None:
    """Send this process's logs, ours and the libraries', to standard error. Call once, at start."""
    shared: list[Any] = [
        _add_request,
        structlog.processors.add_log_level,
        structlog.processors.MaybeTimeStamper(fmt="iso", utc=True, key="at"),
    ]
    final: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_to_json)]
        if form == "json"
        # The usual one prints what local variables hold, and those hold people.
        else [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        # Our own lines are written as they are made: the way through the standard library costs more than all else.
        processors=[*shared, *final],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # pymongo's own debug lines hold commands, and those hold people.
    logging.getLogger("pymongo").setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)


def _to_json(event: dict[str, Any], default: Callable[[Any], Any]) -> str:
    return orjson.dumps(event, default=default).decode()


def _add_request(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if (request_id := served.get(None)) is not None:
        event.setdefault("request_id", request_id)
    return event


class RequestLog:
    """WSGI middleware: times each request and reports it once its answer has been handed over.

    `report` gets the finished line's fields. The path is left out on purpose: it may hold a person's
    address in its query, or ids. The route's pattern says what was asked without saying of whom.
    `headers` are what an answer carries unless it says otherwise itself; the request's id it carries always.
    """

    def __init__(
        self,
        application: WSGIApplication,
        report: Callable[[Line], None],
        clock: Clock,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._application = application
        self._report = report
        self._clock = clock
        self._headers = [(name.lower(), (name, value)) for name, value in headers.items()]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on."""
        started = time.monotonic()
        seen: dict[str, Any] = {"status": 500, "whole": False}

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:  # noqa: ANN401 - exc_info
            names = {name.lower() for name, _ in headers}
            seen["status"] = int(status[:3])
            seen["whole"] = "content-length" in names
            usual = [header for name, header in self._headers if name not in names]
            if request_id := environ.get(REQUEST_ID):
                usual.append(("X-Request-ID", request_id))
            return start_response(status, [*headers, *usual], *rest)

        parts = self._application(environ, start)
        if seen["whole"]:
            # Its length is known, so it is all there: one block is sent faster than a stream of one.
            try:
                body = b"".join(parts)
            finally:
                _close(parts)
            self._finish(environ, seen["status"], len(body), started)
            return [body]
        return self._stream(environ, parts, seen, started)

    def _stream(
        self, environ: WSGIEnvironment, parts: Iterable[bytes], seen: dict[str, Any], started: float
    ) -> Iterator[bytes]:
        sent = 0
        try:
            for part in parts:
                sent += len(part)
                yield part
        finally:
            _close(parts)
            self._finish(environ, seen["status"], sent, started)

    def _finish(self, environ: WSGIEnvironment, status: int, sent: int, started: float) -> None:
        length = environ.get("CONTENT_LENGTH") or "0"
        self._report(
            {
                "at": self._clock.now_micros(),
                "request_id": environ.get(REQUEST_ID, ""),
                "method": environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "other",
                "route": environ.get(ROUTE) or "none",
                "status": status,
                "seconds": round(time.monotonic() - started, 6),
                "bytes_in": int(length) if length.isascii() and length.isdigit() else 0,
                "bytes_out": sent,
                "organisation": environ.get(ORGANISATION),
                "credential": environ.get(CREDENTIAL),
            }
        )


# What a metric may be labelled with: a sender that invents methods must not grow our memory.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


def _close(parts: Iterable[bytes]) -> None:
    close = getattr(parts, "close", None)
    if close is not None:
        close()
