"""The addresses of pages: what they begin with, and what a query string says. Pure."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

PREFIX: Final = "/dashboards/"
_MOST_CHARACTERS: Final = 4_000


def arguments(search: str) -> dict[str, str]:
    """Return what a query string says; nothing of one that is longer than any link of ours."""
    text = search.lstrip("?")
    return dict(parse_qsl(text)) if len(text) <= _MOST_CHARACTERS else {}


def below_prefix(pathname: str) -> str:
    """Return what stands below `/dashboards/` in the path of an address."""
    return pathname.removeprefix(PREFIX.rstrip("/")).strip("/")
