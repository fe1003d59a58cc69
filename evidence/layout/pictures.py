"""Pictures as templates take them: files beside them, named by the SHA-256 of their bytes; the QR code as SVG text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import groupby
from typing import Final

import segno

from training.rules.photographs import find_jpeg_problem
from training.rules.pictures import find_png_problem, find_svg_problem

FOLDER: Final = "pictures"
# By what they begin with: what each is called, and what can be wrong with it.
_PIXELS: Final = ((b"\x89PNG", "png", find_png_problem), (b"\xff\xd8", "jpg", find_jpeg_problem))
# Readers undo any of the eight masks. The standard would have all tried and the most even one taken, which takes longer
# than laying out a page.
_MASK: Final = 0


class Pictures:
    """The pictures of one document, by the SHA-256 of their bytes; `shown` gathers the files that its page needs."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures
        self._known: dict[str, str | None] = {}
        self.shown: dict[str, bytes] = {}

    def find(self, digest: str | None) -> str | None:
        """Return where templates find a picture; None when it is missing, broken, or another than it says."""
        if digest is None:
            return None
        if digest not in self._known:
            name = self._name(digest)
            self._known[digest] = None if name is None else f"/{FOLDER}/{name}"
            if name is not None:
                self.shown[name] = self._pictures[digest]
        return self._known[digest]

    def _name(self, digest: str) -> str | None:
        content = self._pictures.get(digest)
        if content is None or sha256(content).hexdigest() != digest:
            return None
        pixels = ((kind, check) for begins, kind, check in _PIXELS if content.startswith(begins))
        kind, check = next(pixels, ("svg", find_svg_problem))
        return None if check(content) is not None else f"{digest}.{kind}"


def qr_code(text: str) -> str:
    """Return a QR code as SVG. Error correction M: a sixth of it may be creased or stamped over."""
    code = segno.make(text, error="m", micro=False, mask=_MASK)
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
