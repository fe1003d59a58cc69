"""Where a commit belongs among those that came before: the one place that decides about order. Pure.

| | numbered, and the last one too | not numbered |
| --- | --- | --- |
| its very bytes came before | replay | replay |
| another key than the present session's | late if that session is past, else a new one | the same |
| after Terminate | new when ahead, or number 1 without key; else late | new session |
| ahead of the last | newest | newest |
| behind | number 1 without key: the player was loaded again, new; else late | its time went back, no key: new |
| after silence | reopens when ahead | reopens |
"""

from __future__ import annotations

from enum import Enum, auto

from lrs.scorm.commit import Commit
from lrs.scorm.track import PLAYER, Sitting, Track


class Place(Enum):
    """What a commit is to a track."""

    REPLAY = auto()
    NEW = auto()
    NEWEST = auto()
    REOPENING = auto()
    LATE = auto()


def place_of(track: Track, commit: Commit) -> Place:
    """Say where a commit belongs."""
    sitting = track.sitting
    if sitting is None:
        return Place.NEW
    if sitting.knows(commit.digest):
        return Place.REPLAY
    if commit.session != sitting.key and (commit.session or sitting.key):
        is_past = any(past.key == commit.session for past in track.past)
        return Place.LATE if is_past else Place.NEW
    if commit.sequence is not None and sitting.sequence is not None:
        return _by_sequence(sitting, commit, commit.sequence, sitting.sequence)
    if sitting.ended_by == PLAYER or _went_back(sitting, commit):
        return Place.NEW
    return Place.REOPENING if sitting.ended_by else Place.NEWEST


def _by_sequence(sitting: Sitting, commit: Commit, sequence: int, last: int) -> Place:
    if sequence <= last:
        # A player counts from 1 each time that it is loaded.
        return Place.NEW if sequence <= 1 and not commit.session else Place.LATE
    if sitting.ended_by == PLAYER:
        return Place.NEW
    return Place.REOPENING if sitting.ended_by else Place.NEWEST


def _went_back(sitting: Sitting, commit: Commit) -> bool:
    """Say whether a session without a name of its own has less time than it had: then it is another one."""
    before, now = sitting.declared, commit.values.session
    return not commit.session and before is not None and now is not None and now < before
