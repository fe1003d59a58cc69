"""Whether a JPEG can be printed, and one without what is not its picture: where it was taken, with what, by whom.

A JPEG is a chain of segments (ITU-T T.81, B.1); only what says how pixels are written is looked at, not the pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from training.rules.pictures import PIXELS_MOST

_BEGINS: Final = b"\xff\xd8"
_END: Final = 0xD9
_SCAN: Final = 0xDA
# Baseline, extended and progressive pictures; the others are lossless, hierarchical or arithmetically coded.
_FRAMES: Final = (0xC0, 0xC1, 0xC2)
_OTHER_FRAMES: Final = frozenset((0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF))
_BITS: Final = 8
_FRAME_LEAST: Final = 6
# Within pixels these stand behind 0xFF: a stuffed byte, another 0xFF, the eight restarts.
_FILL: Final = 0xFF
_WITHIN_SCAN: Final = frozenset((0x00, _FILL, *range(0xD0, 0xD8)))
# Grey, and three colours; four are those of a printing press.
_COMPONENTS: Final = (1, 3)
# JFIF, colour profile, and Adobe's, which says how colours are written; the other ones are about the photograph.
_ABOUT_COLOURS: Final = frozenset((0xE0, 0xE2, 0xEE))
_APPLICATIONS: Final = range(0xE0, 0xF0)
_COMMENT: Final = 0xFE


class _Broken(Exception):
    """What is wrong with a picture."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """One segment with its marker: `data` is all of it, a scan's pixels included."""

    marker: int
    data: bytes
    end: int

    @property
    def body(self) -> bytes:
        return self.data[4:]


def find_jpeg_problem(content: bytes) -> str | None:
    """Say what is wrong with a JPEG; None when it is one picture from beginning to end."""
    try:
        segments = list(_segments(content))
        _size(segments)
        if segments[-1].end != len(content):
            return "Something follows its end."
    except _Broken as broken:
        return str(broken)
    return None


def jpeg_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a JPEG that has no problem."""
    return _size(list(_segments(content)))


def picture_alone(content: bytes) -> bytes:
    """Return a JPEG without what its camera and its programs wrote beside the picture, and without what follows it.

    What is no JPEG is returned as it is: rules say what is wrong with it.
    """
    try:
        segments = list(_segments(content))
    except _Broken:
        return content
    return _BEGINS + b"".join(segment.data for segment in segments if not _is_beside(segment.marker))


def _is_beside(marker: int) -> bool:
    return marker == _COMMENT or (marker in _APPLICATIONS and marker not in _ABOUT_COLOURS)


def _segments(content: bytes) -> Iterator[_Segment]:
    """Yield the segments up to the end of the picture."""
    if not content.startswith(_BEGINS):
        raise _Broken("It is no JPEG.")
    at = len(_BEGINS)
    while True:
        begins = at
        if content[at : at + 1] != b"\xff":
            raise _Broken("It ends too early, or is broken.")
        while content[at : at + 1] == b"\xff":
            at += 1
        marker = content[at] if at < len(content) else 0
        at += 1
        if marker == _END:
            yield _Segment(marker, b"\xff\xd9", at)
            return
        length = int.from_bytes(content[at : at + 2], "big")
        if length < 2 or at + length > len(content):  # noqa: PLR2004 - its own two bytes count
            raise _Broken("It ends too early, or is broken.")
        at += length
        if marker == _SCAN:
            at = _after_scan(content, at)
        yield _Segment(marker, b"\xff" + content[begins:at].lstrip(b"\xff"), at)


def _after_scan(content: bytes, at: int) -> int:
    """Return where the pixels of a scan end: at a marker that is no stuffed byte and no restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise _Broken("It ends too early, or is broken.")
        follows = content[at + 1]
        if follows not in _WITHIN_SCAN:
            return at
        at += 1 if follows == _FILL else 2


def _size(segments: list[_Segment]) -> tuple[int, int]:
    frames = [segment for segment in segments if segment.marker in _FRAMES]
    if any(segment.marker in _OTHER_FRAMES for segment in segments):
        raise _Broken("Its pixels are written in a way that few programs read.")
    if len(frames) != 1 or not any(segment.marker == _SCAN for segment in segments):
        raise _Broken("Its pixels are missing, or there are several pictures.")
    body = frames[0].body
    if len(body) < _FRAME_LEAST or body[0] != _BITS:
        raise _Broken("Its header says what no ordinary JPEG says.")
    height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    if body[5] not in _COMPONENTS:
        raise _Broken("Its colours are those of a printing press: red, green and blue are wanted, or grey.")
    if not (width and height) or width * height > PIXELS_MOST:
        raise _Broken(f"It has no pixels, or over {PIXELS_MOST}.")
    return width, height
