"""Small pictures, made by hand."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode
from hashlib import sha256

# Forty pixels square, with what a telephone writes beside them: EXIF, and a comment.
JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAyRXhpZgAATU0AKgAAAAgAAQEPAAIAAAAQAAAAGgAAAABBcHBhcmVpbCBkZSBMP2EA//4AD2ZhaXQgYSBS"
    "ZW5uZXP/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigj"
    "KE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAoACgDASIAAhEBAxEB/8QAFQAB"
    "AQAAAAAAAAAAAAAAAAAAAAP/xAAbEAEAAAcAAAAAAAAAAAAAAAAAMTRxc7Gz4v/EABgBAQEAAwAAAAAAAAAAAAAAAAABAgMF/8QAGBEBAAMBAAAA"
    "AAAAAAAAAAAAAAECMRH/2gAMAwEAAhEDEQA/AITN7Z1msYC8ze2dZrHB1cQAFAAAAXmb2zrNYwF5m9s6zWJMQAFAAAAXmb2zrNYgGq1prPIf/9k="
)
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
