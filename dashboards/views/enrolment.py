"""One learner's file in one training session, as it stands or as it stood at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from analytics.anomalies import Anomaly
from analytics.derivation import PersonFacts
from analytics.facts import Confidence, DayFact, EnrolmentFacts, Presence, SlotFact, Standing
from dashboards.views.enrolment_records import RecordsThen, read_records
from dashboards.views.lens import Lens
from evidence.completeness.enrolments import Completeness
from evidence.completeness.item import Item
from evidence.issuing.document import IssuedDocument
from evidence.store.archive import Archive
from lrs.clock import Micros, to_datetime
from lrs.errors import InvalidRequest, Problem
from training.access import STAFF, Role
from training.assistance import Exchange, Logbook
from training.records.enrolment import Enrolment
from training.records.modality import Modality
from training.records.person import Person
from training.records.programme import Programme
from training.records.session import TrainingSession
from training.rights import Rights, RightsRequest

_SECOND: Final = 1_000_000
# Whoever teaches sees who comes and who works, not what it costs and who pays.
_SEE_FUNDING: Final = frozenset((Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """One local day: the five times side by side, in seconds, each cut once.

    `estimated_seconds` is what the activities touched that day are announced to take: not to be added up over days.
    """

    day: date
    planned_seconds: int
    estimated_seconds: int
    connected_seconds: int
    active_seconds: int
    credited_seconds: int
    statement_count: int
    first_at: Micros | None
    last_at: Micros | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfDayLine:
    """One half-day: when it was held, who was to teach it, and what is known of the trainee in it."""

    slot_id: str
    day: date
    half_day: str
    starts_at: datetime | None
    ends_at: datetime | None
    module: str
    modality: Modality
    is_cancelled: bool
    presence: Presence
    is_due: bool
    planned_seconds: int
    credited_seconds: int
    justified_seconds: int
    logged_seconds: int
    confidence: Confidence | None
    statement_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    """One activity of the programme: what is announced, where the learner stands, what time it took so far."""

    activity_id: str
    title: str
    module: str
    modality: Modality
    is_mandatory: bool
    estimated_seconds: int
    connected_seconds: int
    active_seconds: int
    credited_seconds: int
    statement_count: int
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentFile:
    """One learner's file. Everything but `documents` and `asked` is of `as_of`; `asked` is empty for the past.

    `facts` is None before anything is known of the enrolment. `documents` are those issued by `as_of`, with what
    became of them since. `funder` is empty where the viewer is not shown who pays; `enrolment.funding` is None then.
    """

    as_of: int
    is_past: bool
    enrolment: Enrolment
    person: Person
    session: TrainingSession
    session_title: str
    programme: Programme | None
    funder: str
    facts: EnrolmentFacts | None
    days: tuple[DayLine, ...]
    half_days: tuple[HalfDayLine, ...]
    activities: tuple[ActivityLine, ...]
    anomalies: tuple[Anomaly, ...]
    documents: tuple[IssuedDocument, ...]
    asked: tuple[Item, ...]
    exchanges: tuple[Exchange, ...]
    requests: tuple[RightsRequest, ...]


def enrolment_file(lens: Lens, enrolment_id: str, as_of: int | None = None) -> EnrolmentFile:
    """Return one learner's file, as kept or as of an instant in microseconds since 1970.

    Raises NotFound for an enrolment outside the scope, or that was not on record then; InvalidRequest for an instant
    to come.
    """
    now_known = lens.enrolment(enrolment_id)
    if as_of is not None and as_of > lens.now:
        message = "Nobody knows yet how things will stand then."
        raise InvalidRequest(message, [Problem("/as_of", message, "an instant that is over")])
    found = read_records(lens, now_known, as_of)
    part = lens.enrolment_part(enrolment_id, as_of)
    facts = part.enrolments[0] if part.enrolments else None
    sees_funding = lens.viewer.role in _SEE_FUNDING
    enrolment = found.enrolment if sees_funding else replace(found.enrolment, funding=None)
    funding = enrolment.funding
    funder = None if funding is None else lens.records.funders.get(funding.funder_id)
    documents = [item for item in lens.documents_of(enrolment_id) if as_of is None or item.issued_at <= as_of]
    return EnrolmentFile(
        as_of=part.as_of if facts is None else facts.as_of,
        is_past=as_of is not None,
        enrolment=enrolment,
        person=found.person,
        session=found.session,
        session_title=found.session.title or (found.programme.title if found.programme else "") or found.session.id,
        programme=found.programme,
        funder="" if funder is None else funder.name or funder.id,
        facts=facts,
        days=days_of(part.days),
        half_days=tuple(_half_day(fact, found) for fact in part.slots),
        activities=_activities(found, part),
        anomalies=part.anomalies,
        documents=tuple(documents),
        asked=() if as_of is not None else asked_of(lens, now_known),
        exchanges=tuple(item for item in _exchanges(lens, now_known) if item.at <= _until(lens, as_of)),
        requests=_requests(lens, found.person, as_of),
    )


def _until(lens: Lens, as_of: int | None) -> datetime:
    return to_datetime(lens.now if as_of is None else Micros(as_of))


def _exchanges(lens: Lens, enrolment: Enrolment) -> list[Exchange]:
    """Return what was written and said to help the learner, in order of time."""
    logbook = Logbook(lens.services)
    return logbook.exchanges(lens.viewer.organisation, [enrolment.id])[enrolment.id]


def _requests(lens: Lens, person: Person, as_of: int | None) -> tuple[RightsRequest, ...]:
    """Return what somebody has asked about their own data: that is between them and those who answer for it."""
    if lens.viewer.role not in STAFF:
        return ()
    names = [name for name in lens.records.people if lens.records.survivor(name) == person.id]
    rights = Rights(lens.services.store, lens.services.clock, lens.services.ids)
    found = rights.of_people(lens.viewer.organisation, names)
    return tuple(item for item in found if as_of is None or item.opened_at <= as_of)


def asked_of(lens: Lens, enrolment: Enrolment) -> tuple[Item, ...]:
    """Return where each document stands that the funder asks for of an enrolment within."""
    services = lens.services
    archive = Archive(services.store, services.clock, lens.sources.trail)
    completeness = Completeness(services, archive)
    known = lens.sources.facts.person(lens.viewer.organisation, lens.enrolment(enrolment.id).person_id)
    return tuple(completeness.of(lens.viewer.organisation, lens.records, enrolment, known))


def days_of(facts: Iterable[DayFact]) -> tuple[DayLine, ...]:
    """Return a line for each day, in order: times added up in microseconds and cut to seconds once."""
    by_day: dict[date, list[DayFact]] = {}
    for fact in facts:
        by_day.setdefault(fact.day, []).append(fact)
    return tuple(_day(day, by_day[day]) for day in sorted(by_day))


def _day(day: date, facts: list[DayFact]) -> DayLine:
    firsts = [fact.first_at for fact in facts if fact.first_at is not None]
    lasts = [fact.last_at for fact in facts if fact.last_at is not None]
    return DayLine(
        day=day,
        planned_seconds=sum(fact.planned_seconds for fact in facts),
        estimated_seconds=sum(fact.estimated_seconds for fact in facts),
        connected_seconds=sum(fact.connected_micros for fact in facts) // _SECOND,
        active_seconds=sum(fact.active_micros for fact in facts) // _SECOND,
        credited_seconds=sum(fact.credited_micros for fact in facts) // _SECOND,
        statement_count=sum(fact.statement_count for fact in facts),
        first_at=Micros(min(firsts)) if firsts else None,
        last_at=Micros(max(lasts)) if lasts else None,
    )


def _half_day(fact: SlotFact, found: RecordsThen) -> HalfDayLine:
    slot = found.slots.get(fact.slot_id)
    module = None if slot is None or found.programme is None else found.programme.find_module(slot.module_id or "")
    return HalfDayLine(
        slot_id=fact.slot_id,
        day=fact.day,
        half_day="" if slot is None else slot.half_day.value,
        starts_at=None if slot is None else slot.starts_at,
        ends_at=None if slot is None else slot.ends_at,
        module="" if module is None else module.title or module.id,
        modality=fact.modality,
        is_cancelled=slot is not None and slot.cancelled is not None,
        presence=fact.presence,
        is_due=fact.is_due,
        planned_seconds=fact.planned_seconds,
        credited_seconds=fact.credited_micros // _SECOND,
        justified_seconds=fact.justified_micros // _SECOND,
        logged_seconds=fact.logged_micros // _SECOND,
        confidence=fact.confidence,
        statement_count=len(fact.statement_ids),
    )


def _activities(found: RecordsThen, part: PersonFacts) -> tuple[ActivityLine, ...]:
    """Return every activity of the programme, in its order, whether it was begun or not."""
    if found.programme is None:
        return ()
    standings: Mapping[str, Standing] = {item.activity_id: item for item in part.standings}
    days: dict[str, list[DayFact]] = {}
    for fact in part.days:
        if fact.activity_id is not None:
            days.setdefault(fact.activity_id, []).append(fact)
    return tuple(
        ActivityLine(
            activity_id=activity.id,
            title=activity.title or activity.id,
            module=module.title or module.id,
            modality=module.modality,
            is_mandatory=activity.mandatory and module.mandatory,
            estimated_seconds=activity.estimated_seconds,
            connected_seconds=sum(fact.connected_micros for fact in days.get(activity.id, ())) // _SECOND,
            active_seconds=sum(fact.active_micros for fact in days.get(activity.id, ())) // _SECOND,
            credited_seconds=sum(fact.credited_micros for fact in days.get(activity.id, ())) // _SECOND,
            statement_count=sum(fact.statement_count for fact in days.get(activity.id, ())),
            standing=standings.get(activity.id),
        )
        for module, activity in found.programme.activities()
    )
