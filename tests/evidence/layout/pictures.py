"""Small pictures, made by hand."""

from __future__ import annotations

import struct
import zlib
from hashlib import sha256

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><path d="M0 0h9v3z" fill="#06a"/></svg>'


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def grey_png(width: int = 60, height: int = 20, *, filter_type: int = 0) -> bytes:
    """A grey picture; a `filter_type` over 4 is one that no decoder knows."""
    raw = b"".join(bytes([filter_type]) + bytes((7 * at) % 256 for at in range(width)) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def named(*pictures: bytes) -> dict[str, bytes]:
    return {sha256(picture).hexdigest(): picture for picture in pictures}
