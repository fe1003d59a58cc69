"""How we show another record store who we are: HTTP Basic, or a bearer token by OAuth client credentials."""

from __future__ import annotations

import base64
import time
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson

from lrs.clock import Clock
from lrs.forwarding.answers import Meaning, judge_store
from lrs.forwarding.outlet import Outlet, SignIn
from lrs.outgoing.line import Line
from lrs.sending.outlets import Outlets

# A token is not used to its last second: a request takes some.
_MARGIN_SECONDS: Final = 30.0
_USUAL_SECONDS: Final = 300
_TOKEN_MOST: Final = 8_192


class Denied(Exception):
    """No token was given out. `passes` by itself, perhaps after `retry_after` seconds; or somebody must mend it."""

    def __init__(self, reason: str, *, passes: bool = False, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passes = passes
        self.retry_after = retry_after


class SigningIn:
    """Knows the tokens that this thread was given."""

    def __init__(self, outlets: Outlets, clock: Clock, line: Line) -> None:
        self._outlets = outlets
        self._clock = clock
        self._line = line
        # Token, and until when by the monotonic clock it may be used.
        self._tokens: dict[str, tuple[str, float]] = {}

    def headers(self, outlet: Outlet) -> dict[str, str]:
        """Return the header that says who we are; raises Denied, Unanswered, Refused, KeyUnreadable."""
        settings = outlet.forward
        if settings.sign_in is SignIn.NONE:
            return {}
        if settings.sign_in is SignIn.BASIC:
            return {"Authorization": _basic(settings.user, self._secret(outlet))}
        known = self._tokens.get(outlet.id)
        if known is None or known[1] <= time.monotonic():
            known = self._tokens[outlet.id] = self._token(outlet)
        return {"Authorization": f"Bearer {known[0]}"}

    def forget(self, outlet: Outlet) -> bool:
        """Forget a token that is refused; say whether there was one."""
        return self._tokens.pop(outlet.id, None) is not None

    def _secret(self, outlet: Outlet) -> str:
        found = self._outlets.open_secrets(outlet)
        if not found:
            raise Denied("secret_missing")
        return found[0]

    def _token(self, outlet: Outlet) -> tuple[str, float]:
        """Ask for a token (RFC 6749, 4.4)."""
        settings = outlet.forward
        wanted = {"grant_type": "client_credentials", **({"scope": settings.scope} if settings.scope else {})}
        headers = {
            # Names and secrets are form-encoded before they are put together (RFC 6749, 2.3.1).
            "Authorization": _basic(quote(settings.user, safe=""), quote(self._secret(outlet), safe="")),
            "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "User-Agent": "Assidu",
        }  # fmt: skip
        # Of its own: the connection to the record store stays open.
        answer = self._line.ask("POST", settings.token_url, headers, urlencode(wanted).encode())
        judged = judge_store(answer.status, answer.headers.get("retry-after"), self._clock.now_micros())
        if judged.meaning in (Meaning.LATER, Meaning.FAILED):
            raise Denied(f"token_http_{answer.status}", passes=True, retry_after=judged.retry_after)
        if judged.meaning is not Meaning.TAKEN:
            raise Denied("token_refused")
        token, seconds = _parsed(answer.body)
        return token, time.monotonic() + max(0.0, seconds - _MARGIN_SECONDS)


def _basic(user: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


def _parsed(body: bytes) -> tuple[str, float]:
    """Return a token and for how many seconds it is valid; raises Denied for what is none."""
    try:
        value: Any = orjson.loads(body)
        token, seconds = value["access_token"], value.get("expires_in", _USUAL_SECONDS)
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise Denied("token_unreadable") from None
    is_token = isinstance(token, str) and token.isascii() and token.isprintable() and 0 < len(token) <= _TOKEN_MOST
    if not is_token:
        raise Denied("token_unreadable")
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return token, float(seconds) if is_number else float(_USUAL_SECONDS)
