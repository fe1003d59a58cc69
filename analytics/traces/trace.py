"""The trace of one statement."""

from __future__ import annotations

from enum import IntEnum
from uuid import UUID

import msgspec


class Role(IntEnum):
    """What a statement's verb means for facts; which verb has which is data (`vocabulary.json`).

    Traces are kept with these numbers: they may be added to, never changed.
    """

    OTHER = 0
    OPENED = 1
    CLOSED = 2
    LOGGED_OUT = 3
    JOINED = 4
    LEFT = 5
    PLAYED = 6
    HALTED = 7
    PROGRESSED = 8
    ANSWERED = 9
    COMPLETED = 10
    UNCOMPLETED = 11
    PASSED = 12
    FAILED = 13
    SCORED = 14
    WAIVED = 15
    ABANDONED = 16
    ATTENDED = 17
    ABSENT = 18
    VOIDED = 19
    REPORTED = 20
    ASSISTED = 21
    SUBMITTED = 22
    SUMMARISED = 23
    REGISTERED = 24


class Mark(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What one line of an attendance sheet says of a trainee and a half-day.

    `seconds` None is the whole half-day. `is_signed` says that the mark carries evidence of a signature,
    `is_measured` that readers of badges noted both coming and going; a sheet on paper that somebody typed is neither.
    `is_justified` speaks of what was missed. `status` is the sheet's own word for it, where it gives one.
    """

    half_day: str
    is_present: bool
    seconds: float | None = None
    is_justified: bool = False
    is_signed: bool = False
    status: str = ""
    reason: str = ""
    is_measured: bool = False


class Play(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a video player says: where it stands, how long the video is, how fast it plays, what was played so far."""

    position: float | None = None
    length: float | None = None
    speed: float = 1.0
    segments: tuple[tuple[float, float], ...] = ()


class Answer(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What was answered to a question: the response as the sender writes it, cut; the sender's verdict, if any."""

    response: str = ""
    success: bool | None = None


class Period(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Which days a summary of activity is of, both included, as ordinals; on how many of them there was any."""

    first_day: int
    last_day: int
    active_days: float | None = None


class Trace(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One statement, as facts see it.

    `stored` and `timestamp` are microseconds since 1970. `agents` are identifier texts
    (`lrs.statements.keys.identifier_text`) of the actor, or of the members of a Group. `activity` is the object when it
    is an Activity; `around` its parents, then its groupings. `is_act` says that the actor did something at `timestamp`:
    marks, grades and what a system or another person reports do not show them at work.

    `success` and `completion` are verdicts on the whole activity: an answer to a question has none, and
    `completion` is false only where it is taken back. `declared_seconds` is the sender's `result.duration`. `answer` is
    one to a question, which is then the `activity`, in what is `around` it. `interactions` is how many things were
    done where one statement tells of several, in the `period` that a summary is of. `is_asking` says that a trainee
    turned to whoever helps.
    """

    statement_id: UUID
    stored: int
    timestamp: int
    role: Role
    agents: tuple[str, ...] = ()
    is_act: bool = False
    activity: str = ""
    around: tuple[str, ...] = ()
    registration: UUID | None = None
    platform: str = ""
    session: str = ""
    attempt: str = ""
    is_classroom: bool = False
    declared_seconds: float | None = None
    scaled: float | None = None
    success: bool | None = None
    completion: bool | None = None
    progress: float | None = None
    play: Play | None = None
    mark: Mark | None = None
    voids: UUID | None = None
    is_duplicate: bool = False
    answer: Answer | None = None
    interactions: float | None = None
    period: Period | None = None
    is_asking: bool = False
