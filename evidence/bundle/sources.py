"""Which records a document follows from: those are included, at the versions that held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from evidence.bundle.case import Case
from evidence.bundle.contents.parties import bounds
from evidence.content import DocumentType
from training.records import Enrolment
from training.records.ids import PersonId, ProgrammeId
from training.records.kinds import Kind

Name = tuple[Kind, str]


def sources(case: Case) -> tuple[Name, ...]:
    """Return the records that a document follows from, by kind then id."""
    return tuple(sorted(set(_sources(case))))


def kept_versions(case: Case) -> dict[ProgrammeId, int]:
    """Return the version of each programme that a session keeps to, where it does."""
    sessions = (case.records.sessions[name] for kind, name in sources(case) if kind is Kind.TRAINING_SESSION)  # type: ignore[index]  # names are ids
    return {item.programme_id: item.programme_version for item in sessions if item.programme_version is not None}


def span(case: Case) -> tuple[date, date]:
    """Return the first and the last day whose rules count: of the session, its half-days, its trainees, the period.

    Not the day on which somebody asks: what follows from rules must not change with it.
    """
    days = [case.session.starts_on, case.session.ends_on]
    for enrolment in case.enrolments:
        days.extend(bounds(case.session, enrolment))
    days.extend(slot.held_on for slot in case.records.slots_of(case.session_id))
    if case.period is not None:
        days.extend((case.period.first, case.period.last))
    return min(days), max(days)


def _sources(case: Case) -> Iterator[Name]:
    provider = case.records.provider
    if provider is not None:
        yield Kind.PROVIDER, provider.id
    yield from _session(case, case.enrolments)
    for enrolment in case.enrolments:
        yield from _person(case, case.person_of(enrolment))
        yield Kind.ENROLMENT, enrolment.id
        if enrolment.funding is not None and enrolment.funding.funder_id in case.records.funders:
            yield Kind.FUNDER, enrolment.funding.funder_id
    if case.type is DocumentType.EMARG:
        yield from _trainers(case)
    if case.type is DocumentType.RELCO:
        # What was done elsewhere at the same time was not done here: it must be known for what it is.
        others = case.records.enrolments_of(case.person_of(case.enrolment))
        yield from _session(case, others)
        yield from ((Kind.ENROLMENT, other.id) for other in others)


def _session(case: Case, enrolments: Iterable[Enrolment]) -> Iterator[Name]:
    """Yield the sessions of some enrolments, with their half-days, programmes and what belongs to those."""
    records = case.records
    for session_id in {case.session_id, *(enrolment.session_id for enrolment in enrolments)}:
        session, programme = records.sessions.get(session_id), records.programme_of(session_id)
        if session is None or programme is None:
            continue
        yield Kind.TRAINING_SESSION, session_id
        yield Kind.PROGRAMME, programme.id
        yield from ((Kind.SLOT, slot.id) for slot in records.slots_of(session_id))
        rule = programme.completion_rule_id
        if rule is not None and rule in records.completion_rules:
            yield Kind.COMPLETION_RULE, rule
        for name, mapping in records.mapping_rules.items():
            if mapping.programme_id == programme.id:
                yield Kind.MAPPING_RULE, name


def _person(case: Case, person_id: PersonId) -> Iterator[Name]:
    """Yield a person, and everybody who was merged into them: any of them may be who the statements name."""
    yield from ((Kind.PERSON, name) for name in case.people_merged_into(person_id))


def _trainers(case: Case) -> Iterator[Name]:
    named = set(case.session.trainer_ids)
    named.update(slot.trainer_id for slot in case.records.slots_of(case.session_id) if slot.trainer_id is not None)
    yield from ((Kind.PERSON, name) for name in named if name in case.records.people)
