"""Which browser pages may use the record store, and what they may read of its answers."""

from __future__ import annotations

from typing import Final

from lrs.caller import Caller
from lrs.credential import ANY_ORIGIN, normal_origin
from lrs.errors import Forbidden

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
# All that xAPI lets a request carry, and what TinCanJS, xAPIWrapper and cmi5 content add.
REQUEST_HEADERS: Final = (
    "Authorization",
    "Content-Type",
    "Accept",
    "Accept-Language",
    "If-Match",
    "If-None-Match",
    "If-Modified-Since",
    "X-Experience-API-Version",
    "X-Experience-API-Hash",
    "X-Requested-With",
    "X-Request-ID",
    "Updated",
)
RESPONSE_HEADERS: Final = (
    "ETag",
    "Last-Modified",
    "Location",
    "Content-Type",
    "Content-Length",
    "Retry-After",
    "WWW-Authenticate",
    "X-Experience-API-Version",
    "X-Experience-API-Consistent-Through",
    "X-Experience-API-Hash",
    "X-Request-ID",
)
# Two hours is the most that Chromium remembers a preflight.
PREFLIGHT_SECONDS: Final = 7200


def preflight_headers(origin: str | None) -> dict[str, str]:
    """Return the headers that answer a preflight; none when the request is not a browser's.

    A preflight carries no Authorization, so nobody can know whose origins would apply: any origin is told
    to go ahead, and the request itself is refused by `check_origin` when its credential does not allow it.
    """
    if origin is None:
        return {}
    return {
        "Access-Control-Allow-Origin": ANY_ORIGIN,
        "Access-Control-Allow-Methods": ", ".join(METHODS),
        "Access-Control-Allow-Headers": ", ".join(REQUEST_HEADERS),
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }


def response_headers(caller: Caller | None, origin: str | None) -> dict[str, str]:
    """Return the headers that let a page at `origin` read an answer given to `caller`.

    `caller` is None while nobody is known: a 401 or a 400 is readable by any page, for it holds nothing. We
    never send Allow-Credentials: what opens the door is the Authorization header, never a cookie.
    """
    if origin is None:
        return {}
    exposed = {"Access-Control-Expose-Headers": ", ".join(RESPONSE_HEADERS)}
    if caller is None or ANY_ORIGIN in caller.origins:
        return {"Access-Control-Allow-Origin": ANY_ORIGIN, **exposed}
    if normal_origin(origin) in caller.origins:
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin", **exposed}
    return {"Vary": "Origin"}


def check_origin(caller: Caller, origin: str | None) -> None:
    """Refuse a browser page that the credential is not for; raise Forbidden.

    No Origin means no browser: an LMS's server sends none. This keeps a credential that content carries from being
    used by other sites' pages; it cannot keep it from a program, which may claim any origin.
    """
    if origin is None or ANY_ORIGIN in caller.origins or normal_origin(origin) in caller.origins:
        return
    message = "This credential is not for pages of this origin."
    raise Forbidden(message)
