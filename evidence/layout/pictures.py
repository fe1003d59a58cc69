"""Pictures as templates take them: SVG text, whatever they were."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import groupby
from typing import Any

import segno

from training.rules.pictures import find_png_problem, find_svg_problem, png_size

_SVG_BEGINS = (b"<", b"\xef\xbb\xbf<")


class Pictures:
    """The pictures of one document, by the SHA-256 of their bytes; None for what is missing or broken: pages say so."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures
        self._known: dict[str, dict[str, Any] | None] = {}

    def find(self, digest: str | None) -> dict[str, Any] | None:
        """Return a picture as `svg`; None when it cannot be shown.

        A picture whose bytes are not those of its digest is not shown either.
        """
        if digest is None or digest not in self._pictures:
            return None
        if digest not in self._known:
            content = self._pictures[digest]
            self._known[digest] = _shown(content) if sha256(content).hexdigest() == digest else None
        return self._known[digest]


def _shown(content: bytes) -> dict[str, Any] | None:
    if content.startswith(_SVG_BEGINS):
        return {"svg": content.decode()} if find_svg_problem(content) is None else None
    if find_png_problem(content) is not None:
        return None
    width, height = png_size(content)
    return {"svg": _wrapped(content, width, height)}


def _wrapped(png: bytes, width: int, height: int) -> str:
    """Return an SVG that holds a PNG: templates are given text alone, and SVG carries base64."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{b64encode(png).decode()}"/></svg>'
    )


def qr_code(text: str) -> str:
    """Return a QR code as SVG. Error correction M: a sixth of it may be creased or stamped over."""
    code = segno.make(text, error="m", micro=False)
    side = len(code.matrix)
    path = "".join(
        f"M{at} {row}h{length}v1h-{length}z" for row, line in enumerate(code.matrix) for at, length in _runs(line)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 {side} {side}">'
        f'<path d="{path}"/></svg>'
    )


def _runs(line: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield where each run of dark modules begins, and how long it is."""
    at = 0
    for dark, modules in groupby(line):
        length = len(list(modules))
        if dark:
            yield at, length
        at += length
