"""Reads HTTP/1.1 answers as they arrive, looking only at what a load generator must know."""

from __future__ import annotations

from typing import Final

_HEAD_END: Final = b"\r\n\r\n"
_HEAD_MOST_BYTES: Final = 64 * 1024
_NO_BODY: Final = frozenset((204, 304))
_REFUSED: Final = frozenset((429, 503))


class BadAnswer(Exception):
    """What came is no HTTP answer."""


class Response:
    """One answer, given piece by piece to `feed` until that says it is complete.

    Bodies are counted; they are kept only when `keeps_body`, as plain bytes whatever their transfer encoding.
    """

    __slots__ = ("_chunk", "_chunked", "_kept", "_left", "_pending", "body_bytes", "closes", "keeps_body",
                 "retry_after", "status")  # fmt: skip

    def __init__(self, *, keeps_body: bool = False) -> None:
        self.keeps_body = keeps_body
        self.status = 0
        self.closes = False
        self.retry_after: float | None = None
        self.body_bytes = 0
        # What came of the head, or of a chunk's size line, and is not whole yet.
        self._pending = b""
        # Bytes of the body to come; None until the answer ends with its connection.
        self._left: int | None = 0
        self._chunked = False
        # Bytes of the chunk to come, with the two that end it; 0 where a size line is due, -1 in the trailer.
        self._chunk = 0
        self._kept: list[bytes] = []

    @property
    def body(self) -> bytes:
        """Return the body, when it is kept."""
        return b"".join(self._kept)

    def feed(self, data: memoryview) -> bool:
        """Take what arrived; return True once the answer is whole. Raises BadAnswer."""
        if self.status:
            return self._feed_body(data)
        pending = self._pending + bytes(data[:_HEAD_MOST_BYTES])
        end = pending.find(_HEAD_END)
        if end < 0:
            if len(pending) > _HEAD_MOST_BYTES:
                raise BadAnswer("The head does not end.")
            self._pending = pending
            return False
        rest = data[end + len(_HEAD_END) - len(self._pending) :]
        self._pending = b""
        self._read_head(pending[:end])
        if self.status < 200:
            # An interim answer: the real one follows.
            self.status = 0
            return bool(rest) and self.feed(rest)
        return self._feed_body(rest)

    def feed_end(self) -> bool:
        """Say that the connection ended; return True if that is how this answer was meant to end."""
        return bool(self.status) and self._left is None and not self._chunked

    def _read_head(self, head: bytes) -> None:
        if not head.startswith(b"HTTP/1.") or not head[9:12].isdigit():
            raise BadAnswer("The answer does not begin as HTTP/1.1 does.")
        self.status = int(head[9:12])
        lower = head.lower() + b"\r\n"
        self.closes = head.startswith(b"HTTP/1.0") or b"close" in _value(lower, b"connection")
        if self.status in _REFUSED:
            after = _value(lower, b"retry-after")
            self.retry_after = float(after) if after.isdigit() else None
        length = _value(lower, b"content-length")
        if self.status in _NO_BODY:
            self._left = 0
        elif b"chunked" in _value(lower, b"transfer-encoding"):
            self._chunked = True
        elif length.isdigit():
            self._left = int(length)
        else:
            self._left, self.closes = None, True

    def _feed_body(self, data: memoryview) -> bool:
        if self._chunked:
            return self._feed_chunks(data)
        self._take(data)
        if self._left is None:
            return False
        self._left -= len(data)
        if self._left < 0:
            raise BadAnswer("More came than Content-Length said.")
        return self._left == 0

    def _feed_chunks(self, data: memoryview) -> bool:
        at = 0
        while at < len(data):
            if self._chunk > 0:
                # The last two bytes are the line end of the chunk, not of the body.
                taken = min(self._chunk, len(data) - at)
                self._take(data[at : at + min(taken, max(0, self._chunk - 2))])
                self._chunk -= taken
                at += taken
                continue
            line, at = self._line(data, at)
            if line is None:
                return False
            if self._chunk < 0:
                if not line:
                    return True
                continue
            try:
                size = int(line.partition(b";")[0], 16)
            except ValueError as error:
                raise BadAnswer("A chunk has no size.") from error
            self._chunk = size + 2 if size else -1
        return False

    def _line(self, data: memoryview, at: int) -> tuple[bytes | None, int]:
        """Return the next line and where it ends, or None while its end has not come."""
        window = bytes(data[at : at + 256])
        joined = self._pending + window
        end = joined.find(b"\r\n")
        if end < 0:
            self._pending = joined
            return None, at + len(window)
        used = end + 2 - len(self._pending)
        self._pending = b""
        return joined[:end], at + used

    def _take(self, data: memoryview) -> None:
        self.body_bytes += len(data)
        if self.keeps_body and data:
            self._kept.append(bytes(data))


def _value(lower: bytes, name: bytes) -> bytes:
    """Return the value of a header from a head in small letters, empty when it is not there."""
    start = lower.find(b"\r\n" + name + b":")
    if start < 0:
        return b""
    start += len(name) + 3
    return lower[start : lower.find(b"\r\n", start)].strip()
