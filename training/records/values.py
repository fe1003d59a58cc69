"""Numbers with limits, as annotations that reading, writing and OpenAPI all follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that a number may be, both included."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Length:
    """The most characters that a text may have, where that is not the usual."""

    most: int


# Ten thousand hours: five years of full-time training.
Seconds = Annotated[int, Bounds(0, 36_000_000)]
# A hundred million euros.
Cents = Annotated[int, Bounds(0, 10_000_000_000)]
# xAPI's scaled score, of which training only asks for the positive half.
Share = Annotated[float, Bounds(0, 1)]
Count = Annotated[int, Bounds(0, 1_000_000)]
# Pictures of 64 KiB, in base64.
PictureText = Annotated[str, Length(87_384)]
VersionNumber = Annotated[int, Bounds(1, 1_000_000_000)]
