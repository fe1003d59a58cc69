"""The address that a unit is launched by (cmi5 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

import orjson

from lrs.cmi5.terms import Terms


def launch_address(url: str, terms: Terms, *, endpoint: str, fetch: str) -> str:
    """Return a unit's address with the parameters of its launch behind those that it has.

    >>> with_parameters("https://a.example/x?a=1#top", {"b": "é &"})
    'https://a.example/x?a=1&b=%C3%A9%20%26#top'
    """
    return with_parameters(url, {
        "endpoint": endpoint,
        "fetch": fetch,
        "actor": orjson.dumps({"objectType": "Agent", **terms.actor}).decode(),
        "registration": str(terms.registration),
        "activityId": terms.activity,
    })  # fmt: skip


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """Return an address with more parameters, each value encoded whole."""
    parts = urlsplit(url)
    added = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))
