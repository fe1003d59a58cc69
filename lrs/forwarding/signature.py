"""How a webhook proves whom it is from: the headers of Standard Webhooks (standardwebhooks.com), HMAC-SHA256."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

# What secrets of Standard Webhooks begin with; the rest is base64.
PREFIX: Final = "whsec_"
SCHEME: Final = "v1"


def signed_headers(event_id: str, seconds: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """Return the three headers. `seconds` is when this is sent, since 1970; one signature for each valid secret.

    The receiver compares with any of them: so a secret is changed without an event refused.
    """
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"{SCHEME},{sign(event_id, seconds, body, secret)}" for secret in secrets),
    }


def sign(event_id: str, seconds: int, body: bytes, secret: str) -> str:
    """Return the base64 of HMAC-SHA256 over `id.timestamp.body`."""
    message = f"{event_id}.{seconds}.".encode() + body
    return base64.b64encode(hmac.new(key_of(secret), message, hashlib.sha256).digest()).decode()


def make_secret(random: str) -> str:
    """Return a secret as receivers' libraries take it; `random` has at least 256 bits and at most 64 characters."""
    return PREFIX + base64.b64encode(random.encode()).decode()


def key_of(secret: str) -> bytes:
    """Return the key that a secret stands for; raises ValueError for what is none."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        message = "a webhook's secret is base64"
        raise ValueError(message) from error
