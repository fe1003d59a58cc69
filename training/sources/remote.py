"""Another record store, asked page by page through its xAPI API: politely, and with an end to everything."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from urllib.parse import quote, urlencode, urljoin, urlsplit

import msgspec
import orjson

from lrs.clock import Clock
from lrs.errors import InvalidRequest, Overloaded, Problem
from lrs.forwarding.answers import parse_retry_after
from lrs.outgoing.line import Answer, Line, Unanswered
from lrs.statements.multipart import Part, media_type, parse_multipart
from training.sources.source import Login, Remote

ANSWER_MOST: Final = 64 * 1024 * 1024
TRIES: Final = 5
_WAIT_MOST_SECONDS: Final = 60
# What passes by itself: too many requests, and a server that is busy or restarting.
_PASSING: Final = frozenset((408, 425, 429, 500, 502, 503, 504))
_OK: Final = 200
_DENIED: Final = {401: "unauthorized", 403: "forbidden"}
_UNAUTHORISED: Final = tuple(_DENIED)
_REDIRECTS: Final = range(300, 400)
_ODD: Final = {404: "not_found", 405: "not_found", 410: "not_found"}
_GONE: Final = (400, 404, 410)
_THROUGH: Final = "x-experience-api-consistent-through"
Sleep = Callable[[float], None]


class _Result(msgspec.Struct):
    """What `GET statements` answers; each statement as the text that it is."""

    statements: list[msgspec.Raw]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its statements letter for letter, attachments, where the next is, and through when it is all there is.

    `more` is empty on the last one; `through` is empty where the other side does not say.
    """

    statements: tuple[bytes, ...]
    parts: tuple[Part, ...]
    more: str
    through: str


class PageGone(Exception):
    """The other side does not know this page any more; begin again where the last one ended."""


class RemoteDenied(InvalidRequest):
    """The other side does not let us read: nothing helps but another credential. `word` says which way."""

    def __init__(self, message: str, problems: Iterable[Problem] = (), word: str = "unauthorized") -> None:
        super().__init__(message, problems)
        self.word = word


class RemoteOdd(InvalidRequest):
    """What the other side answers is none of what a record store answers. `word` says what."""

    def __init__(self, message: str, problems: Iterable[Problem] = (), word: str = "not_statements") -> None:
        super().__init__(message, problems)
        self.word = word


class RemoteAway(Overloaded):
    """The other side cannot now. `word` says why, `wanted` for how many seconds it asks to be left alone."""

    def __init__(self, message: str, word: str, wanted: int | None) -> None:
        super().__init__(message, 1 if wanted is None else max(1, wanted))
        self.word = word
        self.wanted = wanted


class _Passing(Exception):
    """It did not work out this time."""

    def __init__(self, word: str, wanted: int | None = None) -> None:
        super().__init__(word)
        self.word = word
        self.wanted = wanted


class RemoteStore:
    """Reads statements. Raises InvalidRequest for what an administrator must mend, RemoteAway for what passes.

    It is asked up to `tries` times, with pauses in between; whoever comes again later anyway asks once.
    """

    def __init__(
        self, line: Line, remote: Remote, secret: str, clock: Clock, *, sleep: Sleep = time.sleep, tries: int = TRIES
    ) -> None:
        self._line = line
        self._remote = remote
        self._secret = secret
        self._clock = clock
        self._sleep = sleep
        self._tries = tries
        self._token = ""

    def close(self) -> None:
        """End the connection."""
        self._line.close()

    def first(self, since: str) -> Page:
        """Return the first page of what was stored after an instant, oldest first."""
        asked = {"ascending": "true", "limit": str(self._remote.page), "attachments": "true"}
        if since:
            asked["since"] = since
        return self._page(f"{self._remote.endpoint}/statements?{urlencode(asked)}")

    def next(self, more: str) -> Page:
        """Return the page that another one named; raises PageGone."""
        url = urljoin(self._remote.endpoint + "/", more)
        if urlsplit(url)[:2] != urlsplit(self._remote.endpoint)[:2]:
            _refuse("The other record store names a page at another host.", "pages at its own address", "other_host")
        return self._page(url, is_more=True)

    def _page(self, url: str, *, is_more: bool = False) -> Page:
        answer = self._ask(url)
        if is_more and answer.status in _GONE:
            raise PageGone
        if answer.status in _UNAUTHORISED:
            message = f"The other record store does not let us read (HTTP {answer.status})."
            problem = Problem("/remote/key", message, "a credential that may read statements")
            raise RemoteDenied(message, [problem], _DENIED[answer.status])
        if answer.status != _OK:
            word = "redirected" if answer.status in _REDIRECTS else _ODD.get(answer.status, f"http_{answer.status}")
            _refuse(f"The other record store answers HTTP {answer.status}.", "200 with statements", word)
        return self._read(answer)

    def _read(self, answer: Answer) -> Page:
        kind = answer.headers.get("content-type", "")
        body, parts = answer.body, tuple[Part, ...]()
        if media_type(kind)[0] == "multipart/mixed":
            multipart = parse_multipart(kind, body)
            body, parts = multipart.statements, tuple(multipart.parts)
        try:
            found = msgspec.json.decode(body, type=_Result)
        except msgspec.MsgspecError as error:
            message = "What the other record store answers is no list of statements."
            raise RemoteOdd(message, [Problem("/remote/endpoint", message, "its xAPI address")]) from error
        statements = tuple(bytes(item) for item in found.statements)
        return Page(statements, parts, found.more, answer.headers.get(_THROUGH, ""))

    def _ask(self, url: str) -> Answer:
        """Ask, again after a while where that helps."""
        for attempt in range(self._tries):
            try:
                return self._asked(url)
            except _Passing as failure:
                if attempt == self._tries - 1:
                    message = f"The other record store does not answer ({failure.word})."
                    message += " What was stored stays; pull again to go on."
                    raise RemoteAway(message, failure.word, failure.wanted) from failure
                seconds = 2**attempt if failure.wanted is None else failure.wanted
                self._sleep(min(seconds, _WAIT_MOST_SECONDS))
        raise AssertionError(self._tries)

    def _asked(self, url: str) -> Answer:
        """Ask once; a bearer token that is refused is asked for anew."""
        for _ in range(2):
            headers = self._headers()
            answer = self._line_asked("GET", url, headers)
            if answer.status not in _UNAUTHORISED or not self._token:
                break
            self._token = ""
        return answer

    def _line_asked(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        try:
            answer = self._line.ask(method, url, headers, body)
        except Unanswered as failure:
            raise _Passing(failure.why) from failure
        if answer.status in _PASSING:
            wanted = parse_retry_after(answer.headers.get("retry-after"), self._clock.now_micros())
            raise _Passing(f"http_{answer.status}", wanted)
        return answer

    def _headers(self) -> dict[str, str]:
        if self._remote.login is Login.OAUTH and not self._token:
            self._token = self._fetch_token()
        signed = f"Bearer {self._token}" if self._token else _basic(self._remote.key, self._secret)
        return {
            "Authorization": signed,
            "X-Experience-API-Version": self._remote.version,
            "Accept": "application/json, multipart/mixed",
            "User-Agent": "Assidu",
        }

    def _fetch_token(self) -> str:
        """Ask for a token by client credentials (RFC 6749, 4.4)."""
        form = {"grant_type": "client_credentials"}
        if self._remote.scope:
            form["scope"] = self._remote.scope
        headers = {
            "Authorization": _basic(quote(self._remote.key, safe=""), quote(self._secret, safe="")),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "User-Agent": "Assidu",
        }
        answer = self._line_asked("POST", self._remote.token_endpoint, headers, urlencode(form).encode())
        token: Any = None
        if answer.status == _OK:
            try:
                token = orjson.loads(answer.body).get("access_token")
            except (orjson.JSONDecodeError, AttributeError):
                token = None
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            message = f"The other side gives no token (HTTP {answer.status})."
            problem = Problem("/remote/token_endpoint", message, "client credentials it knows")
            raise RemoteDenied(message, [problem], "token_refused")
        return token


def _basic(user: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


def _refuse(message: str, accepted: str, word: str) -> NoReturn:
    raise RemoteOdd(message, [Problem("/remote/endpoint", message, accepted)], word)
