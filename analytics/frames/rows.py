"""What rows are made of beside facts: what the records say of a slot, an enrolment, a session, a person.

Pure; the docstrings are the dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from analytics.facts import Change, EnrolmentFacts, SlotFact, Standing
from analytics.rates import Figure
from training.records import ExitReason, HalfDay, Modality, Records
from training.records.ids import ActivityId, EnrolmentId, ModuleId, PersonId, ProgrammeId, SessionId, SlotId


@dataclass(frozen=True, slots=True)
class SlotPlace:
    """What the records say of a slot and of who is expected.

    Attributes:
        person_id: Whose, merges followed.
        session_id: In which training session.
        module_id: In which module, where the slot has one.
        half_day: Which half of the day.
        starts_at: When it begins.
        ends_at: When it ends.
        is_cancelled: Whether it was given up, by whoever.
    """

    person_id: PersonId | None
    session_id: SessionId | None
    module_id: ModuleId | None
    half_day: HalfDay | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class EnrolmentPlace:
    """What the records say of an enrolment.

    Attributes:
        programme_id: Which programme the session follows.
        starts_on: The first day of the session.
        ends_on: The last day of the session.
        exit_on: The last day of somebody who has left.
        exit_reason: Why they left.
    """

    programme_id: ProgrammeId | None
    starts_on: date | None
    ends_on: date | None
    exit_on: date | None
    exit_reason: ExitReason | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One training session.

    Attributes:
        session_id: Its name on record.
        programme_id: Which programme it follows.
        programme_title: What that programme is called.
        title: What the session is called.
        starts_on: Its first day.
        ends_on: Its last day.
        modality: How it is held.
        time_zone: In which its days are counted.
        place: Where it is held.
        slot_count: How many half-day slots are on record, cancelled ones included.
        enrolment_count: How many enrolments are on record.
    """

    session_id: SessionId
    programme_id: ProgrammeId
    programme_title: str
    title: str
    starts_on: date
    ends_on: date
    modality: Modality
    time_zone: str
    place: str
    slot_count: int
    enrolment_count: int


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One activity of a programme, at its newest version.

    Attributes:
        programme_id: In which programme.
        module_id: In which module.
        module_title: What that module is called.
        activity_id: Its name on record.
        title: What it is called.
        position: Its place in the programme's order, from 1.
        iri: How LMSs name it, where the programme says so.
        modality: How its module is held.
        estimated_seconds: What trainees are told it takes.
        is_mandatory: Whether it must be done.
    """

    programme_id: ProgrammeId
    module_id: ModuleId
    module_title: str
    activity_id: ActivityId
    title: str
    position: int
    iri: str | None
    modality: Modality
    estimated_seconds: int
    is_mandatory: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person on record. Names are personal data: take them only where they are needed.

    Attributes:
        person_id: Their name on record, merges followed: the other tables have it too.
        first_name: First name.
        last_name: Last name.
    """

    person_id: PersonId
    first_name: str
    last_name: str


class Attended(NamedTuple):
    """One row of `attendance`."""

    fact: SlotFact
    place: SlotPlace


class Enrolled(NamedTuple):
    """One row of `enrolments`."""

    fact: EnrolmentFacts
    place: EnrolmentPlace


class Rated(NamedTuple):
    """One row of `figures`."""

    of: EnrolmentFacts
    figure: Figure


class Stood(NamedTuple):
    """One row of `standings`: `person_id` and `session_id` from the records."""

    fact: Standing
    person_id: PersonId | None
    session_id: SessionId | None


class Changed(NamedTuple):
    """One row of `changes`."""

    of: Standing
    change: Change


def attended(facts: Iterable[SlotFact], records: Records) -> Iterator[Attended]:
    """Yield each slot fact beside what is on record of it."""
    for fact in facts:
        yield Attended(fact, _slot_place(fact.enrolment_id, fact.slot_id, records))


def enrolled(facts: Iterable[EnrolmentFacts], records: Records) -> Iterator[Enrolled]:
    """Yield each enrolment's facts beside what is on record of it."""
    for fact in facts:
        session, enrolment = records.sessions.get(fact.session_id), records.enrolments.get(fact.enrolment_id)
        exit_ = None if enrolment is None else enrolment.exit
        place = EnrolmentPlace(
            programme_id=None if session is None else session.programme_id,
            starts_on=None if session is None else session.starts_on,
            ends_on=None if session is None else session.ends_on,
            exit_on=None if exit_ is None else exit_.on,
            exit_reason=None if exit_ is None else exit_.reason,
        )
        yield Enrolled(fact, place)


def stood(facts: Iterable[Standing], records: Records) -> Iterator[Stood]:
    """Yield each standing with whose it is."""
    for fact in facts:
        enrolment = records.enrolments.get(fact.enrolment_id)
        if enrolment is None:
            yield Stood(fact, None, None)
        else:
            yield Stood(fact, records.survivor(enrolment.person_id), enrolment.session_id)


def _slot_place(enrolment_id: EnrolmentId, slot_id: SlotId, records: Records) -> SlotPlace:
    enrolment, slot = records.enrolments.get(enrolment_id), records.slots.get(slot_id)
    return SlotPlace(
        person_id=None if enrolment is None else records.survivor(enrolment.person_id),
        session_id=None if enrolment is None else enrolment.session_id,
        module_id=None if slot is None else slot.module_id,
        half_day=None if slot is None else slot.half_day,
        starts_at=None if slot is None else slot.starts_at,
        ends_at=None if slot is None else slot.ends_at,
        is_cancelled=slot is not None and slot.cancelled is not None,
    )


def session_rows(records: Records) -> Iterator[SessionRow]:
    """Yield every session, by first day."""
    for session in sorted(records.sessions.values(), key=lambda item: (item.starts_on, item.id)):
        programme = records.programme_of(session.id)
        yield SessionRow(
            session_id=session.id,
            programme_id=session.programme_id,
            programme_title="" if programme is None else programme.title,
            title=session.title,
            starts_on=session.starts_on,
            ends_on=session.ends_on,
            modality=session.modality,
            time_zone=session.time_zone,
            place=session.place,
            slot_count=len(records.slots_of(session.id)),
            enrolment_count=len(records.enrolments_in(session.id)),
        )


def activity_rows(records: Records) -> Iterator[ActivityRow]:
    """Yield every activity of every programme, in the programme's order."""
    for programme_id in sorted(records.programmes):
        for position, (module, activity) in enumerate(records.programmes[programme_id].activities(), start=1):
            yield ActivityRow(
                programme_id=programme_id,
                module_id=module.id,
                module_title=module.title,
                activity_id=activity.id,
                title=activity.title,
                position=position,
                iri=activity.iri,
                modality=module.modality,
                estimated_seconds=activity.estimated_seconds,
                is_mandatory=module.mandatory and activity.mandatory,
            )


def person_rows(records: Records) -> Iterator[PersonRow]:
    """Yield everybody who was not merged into somebody else, by id."""
    for person_id, person in sorted(records.people.items()):
        if person.merged_into is None:
            yield PersonRow(person_id, person.first_name, person.last_name)
