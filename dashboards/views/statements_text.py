"""JSON set out to be read, every character of it as it was sent. Pure."""

from __future__ import annotations

import re
from typing import Final

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
