"""Reads a file of JSON lines in constant memory, plain or gzipped, and remembers what has gone by."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self, cast

_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank. `digest` is the SHA-256 of the content up to and with it.

    So a digest says at once which line of which content this is: the same content read again gives the same
    digests, and what is appended to a file later changes none of the earlier ones.
    """

    number: int
    raw: bytes
    digest: bytes
    is_too_long: bool


class Source:
    """A file, or a stream that is read once."""

    def __init__(self, path: Path | None, stream: BinaryIO | None = None) -> None:
        """Read `path`, or `stream` when there is none; either may be gzipped, which its first bytes tell."""
        self.path = path
        self.size = path.stat().st_size if path is not None else None
        self._raw: BinaryIO = path.open("rb") if path is not None else stream or io.BytesIO()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.path is not None:
            self._raw.close()

    @property
    def bytes_read(self) -> int:
        """Return how much of the file has been read, for a progress bar."""
        return self._raw.tell() if self.path is not None else 0

    def lines(self, limit_bytes: int) -> Iterator[Line]:
        """Yield the lines; of one longer than `limit_bytes` only the beginning is kept.

        Raises EOFError, gzip.BadGzipFile or zlib.error where a gzipped file is cut off or broken.
        """
        if self.path is not None:
            self._raw.seek(0)
        content = self._unpacked()
        seen = sha256()
        number = 0
        while piece := content.readline(limit_bytes + 2):
            number += 1
            is_too_long = len(piece.rstrip(b"\r\n")) > limit_bytes
            kept = piece.removeprefix(_BOM) if number == 1 else piece
            kept = kept.strip(b" \t\r\n")
            seen.update(kept)
            while is_too_long and piece and not piece.endswith(b"\n"):
                piece = content.readline(limit_bytes)
                seen.update(piece)
            seen.update(b"\n")
            if kept:
                yield Line(number, kept, seen.digest(), is_too_long)

    def _unpacked(self) -> BinaryIO:
        buffered = self._raw if isinstance(self._raw, io.BufferedReader) else io.BufferedReader(self._raw)  # type: ignore[type-var]
        is_gzip = buffered.peek(len(_GZIP)).startswith(_GZIP)
        return cast("BinaryIO", gzip.GzipFile(fileobj=buffered) if is_gzip else buffered)
