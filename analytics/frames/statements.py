"""Statements as rows: what each says, flat. Whoever acted is named by `person_id`, never by an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import msgspec

from analytics.traces import Role
from analytics.traces.vocabulary import roles
from lrs.errors import InvalidRequest
from lrs.statements.keys import identifier_text
from lrs.statements.times import parse_duration_seconds
from lrs.store.statements import StoredStatement
from training.records import Records
from training.records.ids import EnrolmentId, PersonId

_OTHER: Final = (Role.OTHER, True)


class ObjectType(StrEnum):
    """What a statement is about."""

    ACTIVITY = "Activity"
    AGENT = "Agent"
    GROUP = "Group"
    STATEMENT_REF = "StatementRef"
    SUB_STATEMENT = "SubStatement"


@dataclass(slots=True)  # not frozen: that alone would cost a tenth of the reading
class StatementRow:
    """One statement of the log, voided ones and those that void them included.

    Attributes:
        position: Its place in the organisation's log, from 0.
        statement_id: Its id.
        stored: When it was stored, in microseconds since 1970; the order of the log.
        timestamp: When it says that it happened, in microseconds since 1970.
        verb: The verb's IRI.
        role: What the verb means for facts.
        person_id: Who acted, by the records as they are now; empty for somebody who is not on record.
        enrolment_id: In which enrolment, by its registration; empty when no record has that.
        object_type: What kind of thing it is about.
        activity: The activity's IRI; empty when it is about something else.
        registration: The registration that the sender gave.
        platform: The platform that the sender gave.
        success: The result's success.
        completion: The result's completion.
        scaled: The result's scaled score, from -1 to 1.
        duration_seconds: The result's duration, as the sender declares it.
        credential: Whose credential stored it.
        is_voided: Whether it was voided by now.
        is_voiding: Whether it voids another.
        duplicate_of: The statement that it repeats, where its sender sent the same twice.
        actor: The actor's identifier. Personal data: on request only.
        body: The exact JSON. Personal data: on request only.
    """

    position: int
    statement_id: UUID
    stored: int
    timestamp: int
    verb: str
    role: Role
    person_id: PersonId | None
    enrolment_id: EnrolmentId | None
    object_type: ObjectType
    activity: str | None
    registration: UUID | None
    platform: str | None
    success: bool | None
    completion: bool | None
    scaled: float | None
    duration_seconds: float | None
    credential: str
    is_voided: bool
    is_voiding: bool
    duplicate_of: UUID | None
    actor: str | None
    body: str


class _Verb(msgspec.Struct, frozen=True):
    id: str


class _Object(msgspec.Struct, frozen=True):
    id: str | None = None
    objectType: str = "Activity"  # noqa: N815 - xAPI's name


class _Score(msgspec.Struct, frozen=True):
    scaled: float | None = None


class _Result(msgspec.Struct, frozen=True):
    success: bool | None = None
    completion: bool | None = None
    score: _Score = _Score()
    duration: str | None = None


class _Context(msgspec.Struct, frozen=True):
    registration: str | None = None
    platform: str | None = None


class _Statement(msgspec.Struct, frozen=True):
    """What a row needs of a statement; the rest is skipped unread."""

    verb: _Verb
    actor: dict[str, Any]
    object: _Object
    result: _Result = _Result()
    context: _Context = _Context()


_DECODER: Final = msgspec.json.Decoder(_Statement)


def statement_rows(entries: Iterable[StoredStatement], records: Records) -> Iterator[StatementRow]:
    """Yield a row for each entry of the log."""
    for entry in entries:
        told = _DECODER.decode(entry.body)
        registration = _registration(told.context.registration)
        enrolment = None if registration is None else records.enrolment_of(registration)
        actor = identifier_text(told.actor)
        kind = ObjectType(told.object.objectType)
        yield StatementRow(
            position=entry.position,
            statement_id=entry.statement_id,
            stored=entry.stored,
            timestamp=entry.timestamp,
            verb=told.verb.id,
            role=roles().get(told.verb.id, _OTHER)[0],
            person_id=None if actor is None else records.person_of(actor),
            enrolment_id=None if enrolment is None else enrolment.id,
            object_type=kind,
            activity=told.object.id if kind is ObjectType.ACTIVITY else None,
            registration=registration,
            platform=told.context.platform,
            success=told.result.success,
            completion=told.result.completion,
            scaled=told.result.score.scaled,
            duration_seconds=_seconds(told.result.duration),
            credential=entry.credential,
            is_voided=entry.is_voided,
            is_voiding=entry.is_voiding,
            duplicate_of=entry.duplicate_of,
            actor=actor,
            body=entry.body.decode(),
        )


@lru_cache(maxsize=4096)
def _registration(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


@lru_cache(maxsize=4096)
def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else parse_duration_seconds(text)
    except InvalidRequest:
        return None
