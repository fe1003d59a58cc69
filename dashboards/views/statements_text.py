"""Statements for people to read: what one is about, and its JSON set out as it was sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

# A text, a mark, or whatever else stands between marks and white space: numbers stay as they were written.
_PIECES: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def set_out(text: str) -> str:
    r"""Set JSON out over lines: only white space between its pieces is added or taken away.

    >>> print(set_out('{"a":1.50, "b":["x, y",{ }]}'))
    {
      "a": 1.50,
      "b": [
        "x, y",
        {}
      ]
    }
    """
    parts: list[str] = []
    depth, before = 0, ""
    for piece in _PIECES.findall(text):
        if piece in "]}":
            depth -= 1
            if before not in "[{":
                parts.append("\n" + "  " * depth)
        elif before in ("[", "{", ","):
            parts.append("\n" + "  " * depth)
        parts.append(": " if piece == ":" else piece)
        depth += piece in "[{"
        before = piece
    return "".join(parts)


def named(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return what an activity is called, by language tag; a question without a name is called by what it asks.

    >>> named({"description": {"fr": "Que faire ?"}})
    {'fr': 'Que faire ?'}
    """
    return dict(definition.get("name") or definition.get("description") or {})
