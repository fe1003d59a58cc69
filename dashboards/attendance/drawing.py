"""A drawing, as a page's script sends it."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Final

from lrs.errors import InvalidRequest, Problem

# 600 by 200 points of strokes are some ten kilobytes.
LONGEST: Final = 150_000
# A drawing, and what else a form of these pages has.
FORM_BYTES: Final = LONGEST * 2
_PREFIX: Final = "data:image/png;base64,"
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def parse_drawing(text: str) -> bytes | None:
    """Return the PNG of a `data:` address, None for no drawing; raises InvalidRequest.

    >>> parse_drawing("") is None
    True
    """
    if not text:
        return None
    try:
        drawing = b64decode(text.removeprefix(_PREFIX), validate=True) if len(text) <= LONGEST else b""
    except (binascii.Error, ValueError):
        drawing = b""
    if not (text.startswith(_PREFIX) and drawing.startswith(_SIGNATURE)):
        problem = Problem("/drawing", "This is not a drawing of the page's.", f"a PNG, {LONGEST} characters at most")
        raise InvalidRequest("The drawing cannot be read.", [problem])
    return drawing
