"""One question and its answer over HTTP, with an end to patience and to size."""

from __future__ import annotations

import base64
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from lrs.timestamps.stamp import AuthorityRefused, AuthorityUnreachable

_ANSWER_BYTES_MOST: Final = 4 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_RETRY_SECONDS: Final = 60
# What passes by itself; anything else above 399 is a refusal.
_LATER: Final = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


def exchange(
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    timeout_seconds: float,
    is_local: bool = False,
) -> tuple[bytes, Mapping[str, str]]:
    """GET `url`, or POST `body` to it, and return the answer's body and headers.

    A user name and password in the URL are sent as HTTP Basic. What is not `is_local` goes through the proxies that
    the environment names. Raises AuthorityUnreachable, also when the whole takes longer than `timeout_seconds`, and
    AuthorityRefused.
    """
    deadline = time.monotonic() + timeout_seconds
    address, credentials = _split(url)
    request = urllib.request.Request(address, body, {**(headers or {}), **credentials})  # noqa: S310 - http or https by settings
    handlers = [urllib.request.ProxyHandler({})] if is_local else []
    shown = urlsplit(address).netloc
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=timeout_seconds) as answer:
            return _read(answer, deadline, shown), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error, shown) from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        raise _unreachable(f"{shown} does not answer ({reason}).") from error


def _read(answer: HTTPResponse, deadline: float, shown: str) -> bytes:
    parts, size = [], 0
    # One read may wait for the whole timeout: an answer that drips is cut at the deadline.
    while part := answer.read1(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > _ANSWER_BYTES_MOST:
            raise AuthorityRefused(f"{shown} answers with more than {_ANSWER_BYTES_MOST} bytes.", _RETRY_SECONDS)
        if time.monotonic() > deadline:
            raise _unreachable(f"{shown} does not come to the end of its answer.")
    if answer.length:
        raise _unreachable(f"{shown} cut its answer short.")
    return b"".join(parts)


def _refusal(error: urllib.error.HTTPError, shown: str) -> AuthorityUnreachable | AuthorityRefused:
    message = f"{shown} answers {error.code} {error.reason}."
    if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.code in _LATER:
        return _unreachable(message)
    return AuthorityRefused(message, _RETRY_SECONDS)


def _unreachable(message: str) -> AuthorityUnreachable:
    return AuthorityUnreachable(message, _RETRY_SECONDS)


def _split(url: str) -> tuple[str, dict[str, str]]:
    """Take the user name and password out of a URL."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, {}
    pair = base64.b64encode(unquote(user).encode()).decode()
    return urlunsplit(parts._replace(netloc=host)), {"Authorization": f"Basic {pair}"}
