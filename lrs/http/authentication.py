"""From an Authorization header to a Caller."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from werkzeug.datastructures import Headers

from lrs.caller import Caller
from lrs.courses.cmi5_launching import PREFIX
from lrs.errors import Unauthenticated
from lrs.services import Services

# What every 401 carries in WWW-Authenticate (RFC 7617, RFC 6750): both ways in.
CHALLENGE: Final = 'Basic realm="Assidu", charset="UTF-8", Bearer realm="Assidu"'
_MISSING: Final = "This needs an LRS credential: HTTP Basic, or a bearer token from /oauth/token."


def authenticate(headers: Headers | Mapping[str, str], services: Services) -> Caller:
    """Return who sent these headers; raise Unauthenticated for no credential, a broken one or an unknown one."""
    scheme, _, value = headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == "basic":
        known = services.credentials.recall(value)
        if known is not None:
            return known
        key, secret = parse_basic(value)
        if key.startswith(PREFIX):
            return services.cmi5.launcher.authenticate(key, secret)
        return services.credentials.authenticate_basic(key, secret, value)
    if scheme.lower() == "bearer":
        return services.credentials.authenticate_bearer(value.strip())
    raise Unauthenticated(_MISSING)


def parse_basic(value: str) -> tuple[str, str]:
    """Read the part of a Basic header after the scheme: key and secret; raise Unauthenticated.

    >>> parse_basic("YWs6czpr")
    ('ak', 's:k')
    """
    try:
        decoded = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        message = "The Basic credential is not base64 of UTF-8 text."
        raise Unauthenticated(message) from error
    user, colon, password = decoded.partition(":")
    if not colon:
        message = "The Basic credential has no colon between key and secret."
        raise Unauthenticated(message)
    return user, password
