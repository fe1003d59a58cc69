"""One connection to one host, asked again and again: pinned to an address that may be asked, with an end to everything.

The name is looked up here and the connection goes to the address that was checked: a name that leads elsewhere a moment
later (DNS rebinding) leads nowhere. No redirect is followed and no proxy is used; TLS certificates are verified
against the name.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from typing import Final, Literal

from lrs.outgoing.places import Network, Place, Refused, check_address, parse_place

_CHUNK: Final = 64 * 1024
_CONNECT_SECONDS: Final = 8.0

# (host, port) to the numeric addresses that it has; raises OSError.
Lookup = Callable[[str, int], list[str]]
Why = Literal["unknown_host", "no_connection", "tls", "timeout", "cut", "too_long", "not_http"]


class Unanswered(Exception):
    """There was no whole answer. `why` is a word for programs; nothing in it is from whoever did not answer."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers by lower-case name, body up to the limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def look_up(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a name."""
    return list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


class Line:
    """Asks one host at a time; a second question to the same one goes through the same connection. For one thread."""

    def __init__(
        self, network: Network, *, timeout_seconds: float = 20.0, answer_bytes_most: int = 1024 * 1024,
        tls: ssl.SSLContext | None = None, lookup: Lookup = look_up,
    ) -> None:  # fmt: skip
        self._network = network
        self._timeout = timeout_seconds
        self._most = answer_bytes_most
        self._tls = tls
        self._lookup = lookup
        self._open: tuple[Place, HTTPConnection] | None = None

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Send one request and return its answer, whatever its status. Raises Refused and Unanswered.

        A kept connection that the other side has closed meanwhile is opened again, once: what is sent here bears
        being sent twice.
        """
        place = parse_place(url, self._network)
        deadline = time.monotonic() + self._timeout
        kept = self._kept(place)
        if kept is not None:
            try:
                return self._exchange(kept, place, method, headers, body, deadline)
            except Unanswered as failure:
                self.close()
                if failure.why != "cut":
                    raise
        fresh = self._connect(place, deadline)
        self._open = (place, fresh)
        try:
            return self._exchange(fresh, place, method, headers, body, deadline)
        except Unanswered:
            self.close()
            raise

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _kept(self, place: Place) -> HTTPConnection | None:
        if self._open is None:
            return None
        known, connection = self._open
        same = (known.is_secure, known.host, known.port) == (place.is_secure, place.host, place.port)
        if same and connection.sock is not None:
            return connection
        self.close()
        return None

    def _connect(self, place: Place, deadline: float) -> HTTPConnection:
        """Connect to an address of the host that may be asked, the first that answers; raises Refused, Unanswered."""
        seconds = min(_CONNECT_SECONDS, max(0.1, deadline - time.monotonic()))
        failure: Exception = Unanswered("no_connection")
        for address in self._allowed(place):
            try:
                plain = socket.create_connection((address, place.port), timeout=seconds)
            except TimeoutError:
                failure = Unanswered("timeout")
                continue
            except OSError:
                continue
            return self._spoken(place, plain, deadline)
        raise failure

    def _allowed(self, place: Place) -> list[str]:
        try:
            found = self._lookup(place.host, place.port)
        except (OSError, UnicodeError) as error:
            raise Unanswered("unknown_host") from error
        allowed: list[str] = []
        refusal: Refused | None = None
        for address in found:
            try:
                check_address(ip_address(address.partition("%")[0]), self._network, is_secure=place.is_secure)
            except Refused as error:
                refusal = error
            else:
                allowed.append(address)
        if not allowed and refusal is not None:
            raise refusal
        if not allowed:
            raise Unanswered("unknown_host")
        return allowed

    def _spoken(self, place: Place, plain: socket.socket, deadline: float) -> HTTPConnection:
        """Return a connection that speaks HTTP over an open socket, within TLS where the address says so."""
        if not place.is_secure:
            connection = HTTPConnection(place.host, place.port)
            connection.sock = plain
            return connection
        context = self._tls or ssl.create_default_context()
        try:
            wrapped = context.wrap_socket(plain, server_hostname=place.host, do_handshake_on_connect=False)
        except OSError as error:
            plain.close()
            raise Unanswered("tls") from error
        try:
            with _ended(wrapped, deadline):
                wrapped.do_handshake()
        except OSError as error:
            wrapped.close()
            raise Unanswered("timeout" if time.monotonic() >= deadline else "tls") from error
        secure = HTTPSConnection(place.host, place.port, context=context)
        secure.sock = wrapped
        return secure

    def _exchange(
        self, connection: HTTPConnection, place: Place, method: str, headers: Mapping[str, str],
        body: bytes | None, deadline: float,
    ) -> Answer:  # fmt: skip
        """Send and read; every way in which that can fail ends as Unanswered."""
        assert connection.sock is not None  # noqa: S101 - `_connect` gave it one
        connection.sock.settimeout(max(0.1, deadline - time.monotonic()))
        try:
            with _ended(connection.sock, deadline):
                connection.putrequest(method, place.target, skip_host=True, skip_accept_encoding=True)
                connection.putheader("Host", place.authority)
                for name, value in headers.items():
                    connection.putheader(name, value)
                if body is not None:
                    connection.putheader("Content-Length", str(len(body)))
                connection.endheaders(body)
                response = connection.getresponse()
                answer = Answer(
                    response.status, {name.lower(): value for name, value in response.getheaders()},
                    self._read(response),
                )  # fmt: skip
        except (OSError, HTTPException, ValueError) as error:
            raise Unanswered(_why(error, deadline)) from error
        if response.will_close:
            self.close()
        return answer

    def _read(self, response: HTTPResponse) -> bytes:
        parts, size = [], 0
        while part := response.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > self._most:
                raise Unanswered("too_long")
        if response.length:
            raise ConnectionAbortedError
        # Else the connection thinks that something of this answer is still to come.
        response.close()
        return b"".join(parts)


def _why(error: Exception, deadline: float) -> Why:
    if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
        return "timeout"
    return "cut" if isinstance(error, ConnectionError) else "not_http"


@contextmanager
def _ended(plain: socket.socket, deadline: float) -> Iterator[None]:
    """Shut a socket down at the deadline: a side that sends a byte now and then would hold it for ever.

    Raises TimeoutError when that was done: an answer that is cut off in its headers would pass for a whole one.
    """
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        try:
            plain.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is closed already

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if is_over.is_set():
        raise TimeoutError
