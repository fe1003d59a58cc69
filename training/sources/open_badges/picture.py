"""What is baked into a badge's picture (Open Badges 2.0 Baking): the chunk `openbadges` of a PNG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final, NoReturn

from lrs.errors import InvalidRequest, Problem

MARK: Final = b"\x89PNG\r\n\x1a\n"
_KEYWORD: Final = b"openbadges"
_CHUNKS_MOST: Final = 10_000
TEXT_MOST: Final = 1024 * 1024


def is_picture(data: bytes) -> bool:
    """Say whether bytes look like a PNG."""
    return data.startswith(MARK)


def unbake(data: bytes) -> bytes:
    """Return what is baked into a PNG; raises InvalidRequest for one that is damaged, or has nothing baked in."""
    for kind, content in _chunks(data):
        if kind == b"iTXt" and content.startswith(_KEYWORD + b"\0"):
            return _international(content[len(_KEYWORD) + 1 :])
        if kind == b"tEXt" and content.startswith(_KEYWORD + b"\0"):
            return content[len(_KEYWORD) + 1 :]
    return _refuse("Nothing is baked into this picture.")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(MARK)
    for _ in range(_CHUNKS_MOST):
        if at + 12 > len(data):
            return
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        content, check = data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        if len(content) != length or len(check) != 4 or zlib.crc32(kind + content) != int.from_bytes(check):  # noqa: PLR2004 - PNG's
            _refuse("This picture is damaged.")
        yield kind, content
        at += 12 + length


def _international(content: bytes) -> bytes:
    """Return the text of an iTXt chunk behind its keyword (PNG 11.3.4.5)."""
    if len(content) < 2:  # noqa: PLR2004 - flag and method
        _refuse("This picture is damaged.")
    is_packed, rest = content[0], content[2:]
    parts = rest.split(b"\0", 2)
    if len(parts) != 3:  # noqa: PLR2004 - language, keyword again, text
        _refuse("This picture is damaged.")
    if not is_packed:
        return parts[2]
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(parts[2], TEXT_MOST)
    except zlib.error as error:
        _refuse("This picture is damaged.", error)
    if reader.unconsumed_tail:
        _refuse("What is baked in is too long.")
    return text


def _refuse(message: str, cause: Exception | None = None) -> NoReturn:
    accepted = "a badge as its issuer gives it: PNG with the assertion baked in, or the assertion's JSON"
    raise InvalidRequest(message, [Problem("line 1", message, accepted)]) from cause
