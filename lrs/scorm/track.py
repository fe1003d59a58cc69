"""What is remembered of one learner in one SCO: little enough to be read and written at every commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from lrs.clock import Micros
from lrs.scorm.answers import DIGEST_BYTES, NOTHING_KNOWN, Known
from lrs.scorm.spans import Hundredths
from lrs.scorm.values import UNKNOWN, Edition, Standing
from lrs.scorm.vocabulary import BASE

# Commits of a session that are known again. One that is sent again is among the last few.
_RECENT_MOST: Final = 32
# Sessions whose late commits are known as theirs.
_PAST_MOST: Final = 4
_NO_TIME: Final = Hundredths(0)
PLAYER: Final = "player"
SILENCE: Final = "silence"
RELOAD: Final = "reload"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session, from Initialize to Terminate.

    `key` is the player's own name for it, if it has one. `began` is when its first commit came, or the first since it
    was reopened; `reported` is how much of its declared time a statement has said already. `ended_by` is empty while
    it is open.
    """

    number: int
    key: str
    began: Micros
    last: Micros
    sequence: int | None = None
    declared: Hundredths | None = None
    reported: Hundredths = _NO_TIME
    ended_by: str = ""
    recent: bytes = b""

    def knows(self, digest: bytes) -> bool:
        """Say whether this commit came before."""
        return any(self.recent[at : at + DIGEST_BYTES] == digest for at in range(0, len(self.recent), DIGEST_BYTES))

    def remembered(self, digest: bytes) -> bytes:
        """Return the digests of its last commits with one more."""
        return (self.recent + digest)[-_RECENT_MOST * DIGEST_BYTES :]


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier session that has a name: of which attempt, and what was sent of its answers when it was left."""

    key: str
    attempt: int
    number: int
    known: Known


@dataclass(frozen=True, slots=True)
class Track:
    """One learner in one SCO. `known` is what was sent of its interactions."""

    edition: Edition
    attempt: int = 0
    sitting: Sitting | None = None
    past: tuple[Past, ...] = ()
    is_suspended: bool = False
    standing: Standing = UNKNOWN
    known: Known = NOTHING_KNOWN
    objectives: dict[str, Standing] = field(default_factory=dict)
    total: Hundredths | None = None
    state: bytes = b""

    def with_past(self) -> tuple[Past, ...]:
        """Return the earlier sessions that have a name, the present one added."""
        if self.sitting is None or not self.sitting.key:
            return self.past
        present = Past(self.sitting.key, self.attempt, self.sitting.number, self.known)
        return (*self.past, present)[-_PAST_MOST:]


def attempt_id(track: bytes, number: int) -> UUID:
    """Return the id of an attempt; those of all its statements follow from it."""
    return uuid5(NAMESPACE_URL, f"{BASE}scorm/{track.hex()}/attempts/{number}")


def session_id(attempt: UUID, number: int) -> UUID:
    """Return the id of a session."""
    return uuid5(attempt, f"sessions/{number}")


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Track)


def pack(track: Track) -> bytes:
    """Write a track down."""
    return _ENCODER.encode(track)


def unpack(packed: bytes) -> Track:
    """Read a track again."""
    return _DECODER.decode(packed)
