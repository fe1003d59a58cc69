"""Whether a picture can be printed: a PNG from beginning to end, or a drawing in SVG that fetches and runs nothing."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import groupby
from typing import Final
from xml.etree import ElementTree as ET

_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
# What is decoded is held in memory: a photograph's pixels, not a poster's.
PIXELS_MOST: Final = 4_000_000
_HEADER: Final = 13
_PALETTE: Final = 3
# Samples of a pixel by colour type, and the depths that go with it (PNG, 11.2.2).
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
# The seven passes of an interlaced picture: first column and row, steps.
_PASSES: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_SVG: Final = "{http://www.w3.org/2000/svg}"
_DRAWING: Final = frozenset(
    (
        "svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style",
        "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
        "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern",
    )
)  # fmt: skip
_OUTSIDE: Final = re.compile(r"@import|url\s*\(\s*['\"]?\s*(?!['\"]?#)", re.IGNORECASE)


class _Broken(Exception):
    """What is wrong with a picture."""


def find_png_problem(content: bytes) -> str | None:
    """Say what is wrong with a PNG; None when it is whole: every chunk's checksum holds, and every pixel is there."""
    try:
        _check_png(content)
    except _Broken as broken:
        return str(broken)
    return None


def png_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG that has no problem."""
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def find_svg_problem(content: bytes) -> str | None:
    """Say what is wrong with an SVG; None when it is a drawing and nothing else."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "It is not UTF-8."
    if "<!" in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).replace("<![CDATA[", ""):
        return "It has a document type or entities."
    try:
        root = ET.fromstring(text)  # noqa: S314 - without a document type there are no entities
    except (ET.ParseError, ValueError):
        return "It is not well-formed XML."
    if root.tag != f"{_SVG}svg":
        return "It is no SVG."
    return next(_svg_problems(root), None)


def _svg_problems(root: ET.Element) -> Iterator[str]:
    if not (root.get("viewBox") or (root.get("width") and root.get("height"))):
        yield "It has neither a viewBox nor a width and a height."
    for element in root.iter():
        name = str(element.tag)
        inside = name.startswith(_SVG)
        if inside and name.removeprefix(_SVG) not in _DRAWING:
            yield f"It has a <{name.removeprefix(_SVG)}>: text is to be turned into paths, the rest to be left out."
        for attribute, value in element.attrib.items():
            if attribute.rpartition("}")[2] == "href" and not value.startswith("#"):
                yield "It names something outside itself."
            if attribute.lower().startswith("on"):
                yield "It has a script."
            if _OUTSIDE.search(value):
                yield "It names something outside itself."
        if inside and name.endswith("style") and _OUTSIDE.search(element.text or ""):
            yield "It names something outside itself."


def _check_png(content: bytes) -> None:
    """Check a PNG. 1. Its chunks. 2. Its header. 3. Its pixels."""
    if not content.startswith(_MAGIC):
        raise _Broken("It is no PNG.")
    # 1.
    chunks = list(_chunks(content))
    kinds = [kind for kind, _ in chunks]
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or kinds.count(b"IHDR") != 1:
        raise _Broken("It does not begin and end as a PNG does.")
    if [kind for kind, _ in groupby(kinds)].count(b"IDAT") != 1:
        raise _Broken("Its pixels are missing, or in several places.")
    # 2.
    header = chunks[0][1]
    if len(header) != _HEADER:
        raise _Broken("Its header is broken.")
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, colour, compression, filters, interlace = header[8:13]
    if colour not in _CHANNELS or depth not in _DEPTHS[colour] or compression or filters or interlace > 1:
        raise _Broken("Its header says what no PNG says.")
    if not (width and height) or width * height > PIXELS_MOST:
        raise _Broken(f"It has no pixels, or over {PIXELS_MOST}.")
    if colour == _PALETTE and b"PLTE" not in kinds:
        raise _Broken("Its colours are missing.")
    # 3.
    expected = _raw_length(width, height, _CHANNELS[colour] * depth, is_interlaced=bool(interlace))
    _check_pixels(b"".join(data for kind, data in chunks if kind == b"IDAT"), expected)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_MAGIC)
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        end = at + 12 + length
        if end > len(content):
            raise _Broken("It ends too early.")
        body = content[at + 4 : end - 4]
        if zlib.crc32(body) != int.from_bytes(content[end - 4 : end], "big"):
            raise _Broken("A checksum does not hold.")
        yield body[:4], body[4:]
        at = end


def _raw_length(width: int, height: int, bits: int, *, is_interlaced: bool) -> int:
    """Return how many bytes the pixels take, each row with its filter's byte first."""
    passes = _PASSES if is_interlaced else ((0, 0, 1, 1),)
    total = 0
    for column, row, across, down in passes:
        columns, rows = (width - column + across - 1) // across, (height - row + down - 1) // down
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


def _check_pixels(compressed: bytes, expected: int) -> None:
    stream = zlib.decompressobj()
    try:
        pixels = stream.decompress(compressed, expected + 1)
    except zlib.error as error:
        raise _Broken("Its pixels cannot be unpacked.") from error
    if len(pixels) != expected or not stream.eof:
        raise _Broken("Its pixels are not all there.")
