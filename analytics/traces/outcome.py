"""What a statement's result says: verdicts, scores, progress, and where a video stands."""

from __future__ import annotations

from typing import Final

from analytics.traces.member import Json, number, text
from analytics.traces.segments import parse_segments
from analytics.traces.trace import Play, Role

_CMI5: Final = "https://w3id.org/xapi/cmi5/"
_VIDEO: Final = "https://w3id.org/xapi/video/extensions/"
_TIME: Final = _VIDEO + "time"
_LENGTH: Final = _VIDEO + "length"
_SEGMENTS: Final = _VIDEO + "played-segments"
_HUNDREDTHS: Final = _CMI5 + "result/extensions/progress"
_SHARE: Final = _VIDEO + "progress"
# Roles whose statement may judge the whole activity.
VERDICTS: Final = frozenset(
    (Role.CLOSED, Role.COMPLETED, Role.UNCOMPLETED, Role.PASSED, Role.FAILED, Role.SCORED, Role.WAIVED)
)


def verdict(role: Role, result: Json) -> tuple[bool | None, bool | None]:
    """Return success and completion as this statement decides them for the whole activity.

    A session that closes with `completion` false was only left early: nothing is taken back by that.
    """
    success, completion = result.get("success"), result.get("completion")
    if role is Role.UNCOMPLETED:
        return None, False
    if role is Role.WAIVED:
        return None, None
    if role is Role.COMPLETED:
        completion = completion is not False
    elif completion is not True:
        completion = None
    if role is Role.PASSED:
        success = True
    elif role is Role.FAILED:
        success = False
    return success if isinstance(success, bool) else None, completion


def scaled_score(score: Json) -> float | None:
    """Return the score from -1 to 1, worked out from the raw one where need be."""
    scaled = number(score.get("scaled"))
    if scaled is not None:
        return scaled
    raw, low, high = (number(score.get(name)) for name in ("raw", "min", "max"))
    if raw is None or high is None or high <= (low or 0.0):
        return None
    return (raw - (low or 0.0)) / (high - (low or 0.0))


def progress_share(role: Role, score: Json, outcome: Json) -> float | None:
    """Return how far, from 0 to 1: cmi5 counts in hundredths, video in ones, SCORM writes it as a score."""
    if outcome:
        hundredths = number(outcome.get(_HUNDREDTHS))
        if hundredths is not None:
            return hundredths / 100
        share = number(outcome.get(_SHARE))
        if share is not None:
            return share
    return number(score.get("scaled")) if role is Role.PROGRESSED else None


def is_video(outcome: Json, extensions: Json) -> bool:
    """Say whether a video player speaks."""
    return _TIME in outcome or _SEGMENTS in outcome or _LENGTH in extensions


def video_play(outcome: Json, extensions: Json) -> Play:
    """Return where a video stands, and what of it was played."""
    speed = text(extensions.get(_VIDEO + "speed")).rstrip("xX")
    try:
        pace = float(speed)
    except ValueError:
        pace = 1.0
    return Play(
        position=number(outcome.get(_TIME)),
        length=number(extensions.get(_LENGTH)),
        # A pace of nothing would play for ever, and one beyond any player is no pace.
        speed=pace if 0.1 <= pace <= 16 else 1.0,  # noqa: PLR2004 - what players offer
        segments=parse_segments(text(outcome.get(_SEGMENTS))),
    )
