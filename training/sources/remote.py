"""Another record store, asked page by page through its xAPI API: politely, and with an end to everything."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from urllib.parse import quote, urlencode, urljoin, urlsplit

import msgspec
import orjson

from lrs.errors import InvalidRequest, Overloaded, Problem
from lrs.outgoing.line import Answer, Line, Unanswered
from lrs.statements.multipart import Part, media_type, parse_multipart
from training.sources.source import Login, Remote

ANSWER_MOST: Final = 64 * 1024 * 1024
_TRIES: Final = 5
_WAIT_MOST_SECONDS: Final = 60
# What passes by itself: too many requests, and a server that is busy or restarting.
_PASSING: Final = frozenset((429, 500, 502, 503, 504))
_OK: Final = 200
_UNAUTHORISED: Final = (401, 403)
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


class RemoteStore:
    """Reads statements. Raises InvalidRequest for what an administrator must mend, Overloaded for what passes."""

    def __init__(self, line: Line, remote: Remote, secret: str, sleep: Sleep = time.sleep) -> None:
        self._line = line
        self._remote = remote
        self._secret = secret
        self._sleep = sleep
        self._token = ""

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
            _refuse("The other record store names a page at another host.", "pages at its own address")
        return self._page(url, is_more=True)

    def _page(self, url: str, *, is_more: bool = False) -> Page:
        answer = self._ask(url)
        if is_more and answer.status in _GONE:
            raise PageGone
        if answer.status in _UNAUTHORISED:
            message = f"The other record store does not let us read (HTTP {answer.status})."
            raise InvalidRequest(message, [Problem("/remote/key", message, "a credential that may read statements")])
        if answer.status != _OK:
            _refuse(f"The other record store answers HTTP {answer.status}.", "200 with statements")
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
            raise InvalidRequest(message, [Problem("/remote/endpoint", message, "its xAPI address")]) from error
        statements = tuple(bytes(item) for item in found.statements)
        return Page(statements, parts, found.more, answer.headers.get(_THROUGH, ""))

    def _ask(self, url: str) -> Answer:
        """Ask, again after a while where that helps; a bearer token that is refused is asked for once more."""
        for attempt in range(_TRIES):
            try:
                answer = self._line.ask("GET", url, self._headers())
            except Unanswered as failure:
                self._wait(attempt, None, failure.why)
                continue
            if answer.status in _UNAUTHORISED and self._token and not attempt:
                self._token = ""
                continue
            if answer.status not in _PASSING:
                return answer
            self._wait(attempt, answer.headers.get("retry-after"), f"HTTP {answer.status}")
        return _unanswered("many refusals")

    def _wait(self, attempt: int, wanted: str | None, why: str) -> None:
        if attempt == _TRIES - 1:
            _unanswered(why)
        seconds = int(wanted) if wanted is not None and wanted.isdecimal() else 2**attempt
        self._sleep(min(seconds, _WAIT_MOST_SECONDS))

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
        answer = self._line.ask("POST", self._remote.token_endpoint, headers, urlencode(form).encode())
        token: Any = None
        if answer.status == _OK:
            try:
                token = orjson.loads(answer.body).get("access_token")
            except (orjson.JSONDecodeError, AttributeError):
                token = None
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            message = f"The other side gives no token (HTTP {answer.status})."
            raise InvalidRequest(message, [Problem("/remote/token_endpoint", message, "client credentials it knows")])
        return token


def _basic(user: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


def _unanswered(why: str) -> NoReturn:
    message = f"The other record store does not answer ({why}). What was stored stays; pull again to go on."
    raise Overloaded(message)


def _refuse(message: str, accepted: str) -> NoReturn:
    raise InvalidRequest(message, [Problem("/remote/endpoint", message, accepted)])
