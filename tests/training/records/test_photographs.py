"""JPEG pictures: whole, of ordinary colours, and without what was written beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.layout.pictures import JPEG, grey_png
from training.rules.photographs import find_jpeg_problem, jpeg_size, picture_alone
from training.rules.pictures import PIXELS_MOST

FRAME = JPEG.index(b"\xff\xc0")


def patched(at: int, value: bytes) -> bytes:
    """The picture with other bytes in its frame's header, which begins with marker and length."""
    return JPEG[: FRAME + at] + value + JPEG[FRAME + at + len(value) :]


def test_a_whole_picture_has_no_problem_and_a_size():
    assert find_jpeg_problem(JPEG) is None
    assert jpeg_size(JPEG) == (40, 40)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xd8", b"\xff\xd8\xff\xd9", grey_png(), JPEG[:-2], JPEG[: len(JPEG) // 2], JPEG + b"\0",
        patched(1, b"\xc3"), patched(4, b"\x0c"), patched(9, b"\x04"), patched(5, b"\0\0"),
        patched(5, b"\xff\xff\xff\xff"), JPEG[:FRAME] + JPEG[FRAME:-2] + JPEG[FRAME:],
    ],
    ids=[
        "empty", "its beginning", "no picture", "png", "no end", "half of it", "something behind it", "lossless",
        "twelve bits", "four colours", "no height", "too many pixels", "two pictures",
    ],
)  # fmt: skip
def test_what_is_no_ordinary_picture_has_a_problem(content: bytes):
    assert find_jpeg_problem(content) is not None
    assert PIXELS_MOST < 0xFFFF**2


def test_what_was_written_beside_the_picture_is_left_out_and_its_pixels_stay():
    alone = picture_alone(JPEG + b"encore")

    assert b"Exif" in JPEG
    assert b"fait a Rennes" in JPEG
    assert b"Exif" not in alone
    assert b"fait a Rennes" not in alone
    assert find_jpeg_problem(alone) is None
    assert alone.startswith(b"\xff\xd8\xff\xe0")
    assert alone.endswith(JPEG[FRAME:])
    assert picture_alone(alone) == alone
    assert picture_alone(grey_png()) == grey_png()


@given(st.integers(0, len(JPEG) - 1), st.binary(max_size=4))
def test_whatever_is_wrong_it_is_said_and_nothing_else_happens(at: int, noise: bytes):
    broken = JPEG[:at] + noise + JPEG[at + 1 :]

    assert find_jpeg_problem(broken) is None or find_jpeg_problem(broken)
    assert len(picture_alone(broken)) <= len(broken)
