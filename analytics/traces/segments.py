"""The played parts of a video, as the video profile writes them."""

from __future__ import annotations

from math import isfinite

from analytics.time.intervals import union


def parse_segments(text: str) -> tuple[tuple[float, float], ...]:
    """Return the parts of a video that were played, in seconds of the video, each once and in order.

    Players write `start[.]end[,]start[.]end` (video profile 1.0.3, played-segments). A part that cannot be read, or
    runs backwards, shows nothing and is left out.

    >>> parse_segments("0[.]12.5[,]10[.]20[,]30[.]x")
    ((0.0, 20.0),)
    """
    parts: list[tuple[float, float]] = []
    for piece in text.split("[,]") if text else ():
        start, _, end = piece.partition("[.]")
        try:
            part = (float(start), float(end))
        except ValueError:
            continue
        if part[0] >= 0 and isfinite(part[1]):
            parts.append(part)
    return tuple(union(parts))
