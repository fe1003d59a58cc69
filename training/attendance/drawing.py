"""A drawn signature: a small PNG, as a canvas writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from lrs.errors import InvalidRequest, Problem

MEDIA_TYPE: Final = "image/png"
# A canvas of a telephone's width, black on white, is a few kibibytes.
MOST_BYTES: Final = 200 * 1024
SIDE_MOST: Final = 4096
_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
_HEADER: Final = 13
_ACCEPTED: Final = f"a PNG of at most {MOST_BYTES // 1024} KiB and {SIDE_MOST} pixels a side"


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture and its SHA-256. No pressure, no speed: how somebody writes would be biometric (RGPD art. 9)."""

    content: bytes = field(repr=False)
    sha256: str


def parse_drawing(content: bytes) -> Drawing:
    """Check that these bytes are a PNG from beginning to end, without decoding it; raises InvalidRequest."""
    if len(content) > MOST_BYTES:
        _refuse("The drawing is too large.")
    if not content.startswith(_MAGIC):
        _refuse("The drawing is no PNG.")
    at = len(_MAGIC)
    kinds: list[bytes] = []
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        if not kinds and (kind != b"IHDR" or length != _HEADER):
            break
        if not kinds:
            width, height = (int.from_bytes(content[at + 8 + 4 * side : at + 12 + 4 * side], "big") for side in (0, 1))
            if not (1 <= width <= SIDE_MOST and 1 <= height <= SIDE_MOST):
                _refuse("The drawing has impossible sides.")
        kinds.append(kind)
        at += 12 + length
        if kind == b"IEND":
            break
    if not kinds or kinds[-1] != b"IEND" or at != len(content) or b"IDAT" not in kinds:
        _refuse("The drawing is a broken PNG.")
    return Drawing(content, sha256(content).hexdigest())


def _refuse(message: str) -> None:
    raise InvalidRequest(message, [Problem("/drawing", message, _ACCEPTED)])
