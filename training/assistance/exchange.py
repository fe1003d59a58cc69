"""One exchange between a trainee and whoever helps them, and what is asked to be logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from training.records.ids import EnrolmentId


class Kind(StrEnum):
    """What happened: MESSAGE and REPLY were written to the trainee, QUESTION came from them.

    POSTPONED is no exchange: somebody decided to look again on a later day.
    """

    MESSAGE = "message"
    TALK = "talk"
    QUESTION = "question"
    REPLY = "reply"
    POSTPONED = "postponed"

    @property
    def is_outgoing(self) -> bool:
        """Whether somebody turned to the trainee."""
        return self in (Kind.MESSAGE, Kind.TALK, Kind.REPLY)


class Channel(StrEnum):
    """By which way."""

    EMAIL = "email"
    PLATFORM = "platform"
    TELEPHONE = "telephone"
    VIDEO = "video"
    MEETING = "meeting"
    OTHER = "other"


class Outcome(StrEnum):
    """What came of turning to somebody; facts, no opinion of them."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    RESUMES = "resumes"
    ARRANGED = "arranged"
    REFERRED = "referred"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be logged of one enrolment.

    `key` is one act's own: the same again is the same exchange, however often it is sent. `at` is when it took place,
    None for now. `reasons` are the names of the reasons that led to it. `replies_to` is the question that it answers.
    `delivery` is what was known of the letter. `until` is the first day on which a POSTPONED one is looked at again.
    """

    kind: Kind
    key: str
    channel: Channel = Channel.OTHER
    subject: str = ""
    text: str = ""
    at: datetime | None = None
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()
    replies_to: UUID | None = None
    delivery: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One statement of the log. `at` is when it took place, `recorded_at` when it was stored.

    `author` is the name that was given with it, `recorded_by` the account; `text_sha256` names its text.
    """

    statement_id: UUID
    enrolment_id: EnrolmentId
    number: int
    kind: Kind
    key: str
    channel: Channel
    subject: str
    at: datetime
    recorded_at: datetime
    recorded_by: str
    author: str
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()
    replies_to: UUID | None = None
    delivery: str = ""
    until: date | None = None
    text_sha256: str = ""
    is_voided: bool = False
