"""Whom a change of records touches. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from training.records import Enrolment, Records
from training.records.ids import EnrolmentId, PersonId, SessionId, SlotId
from training.records.kinds import Kind

Name = tuple[Kind, str]
# What no fact is made of.
_SILENT: Final = frozenset((Kind.FUNDER, Kind.FUNDER_PROFILE, Kind.LAW_OVERRIDE))


@dataclass(slots=True)
class Touched:
    """The people whose facts may differ; and the registrations that others' statements may carry too."""

    everybody: bool = False
    people: set[PersonId] = field(default_factory=set)
    registrations: set[UUID] = field(default_factory=set)


def touched_by(names: Iterable[Name], before: Records, after: Records) -> Touched:
    """Return whom changes of these records touch, from the records before them and after.

    An activity's IRI, and a mapping rule, may be about anybody's statements. A law override is told by the rule book
    that comes of it.
    """
    touched = Touched()
    people = False
    for kind, name in names:
        match kind:
            case Kind.PERSON:
                people = True
                _person(PersonId(name), before, after, touched)
            case Kind.ENROLMENT:
                for records in (before, after):
                    enrolment = records.enrolments.get(EnrolmentId(name))
                    _enrolments([] if enrolment is None else [enrolment], touched, records)
            case Kind.SLOT:
                for records in (before, after):
                    slot = records.slots.get(SlotId(name))
                    if slot is not None:
                        _session(slot.session_id, touched, records)
            case Kind.TRAINING_SESSION:
                for records in (before, after):
                    _session(SessionId(name), touched, records)
            case Kind.PROGRAMME | Kind.COMPLETION_RULE:
                for records in (before, after):
                    _programme(kind, name, touched, records)
            case Kind.MAPPING_RULE:
                touched.everybody = True
            case _:
                assert kind in _SILENT, kind  # noqa: S101 - whoever adds a kind says here whom it touches
    if people:
        touched.people |= _survived_otherwise(before, after)
    if _iris(before) != _iris(after):
        touched.everybody = True
    return touched


def _person(name: PersonId, before: Records, after: Records, touched: Touched) -> None:
    old, new = before.people.get(name), after.people.get(name)
    is_same = old is not None and new is not None and (old.identities, old.merged_into) == (
        new.identities, new.merged_into,
    )  # fmt: skip
    if not is_same:
        touched.people |= {name, before.survivor(name), after.survivor(name)}


def _survived_otherwise(before: Records, after: Records) -> set[PersonId]:
    """Return the people who were merged into somebody else before than after, and into whom."""
    found: set[PersonId] = set()
    for name in before.people.keys() | after.people.keys():
        merged = (records.people.get(name) for records in (before, after))
        if any(person is not None and person.merged_into is not None for person in merged):
            old, new = before.survivor(name), after.survivor(name)
            if old != new:
                found |= {name, old, new}
    return found


def _session(name: SessionId, touched: Touched, records: Records) -> None:
    _enrolments(records.enrolments_in(name), touched, records)


def _enrolments(enrolments: Iterable[Enrolment], touched: Touched, records: Records) -> None:
    for enrolment in enrolments:
        touched.people.add(records.survivor(enrolment.person_id))
        touched.registrations.add(enrolment.registration)


def _programme(kind: Kind, name: str, touched: Touched, records: Records) -> None:
    for session_id in records.sessions:
        programme = records.programme_of(session_id)
        named = None if programme is None else programme.id if kind is Kind.PROGRAMME else programme.completion_rule_id
        if named == name:
            _session(session_id, touched, records)


def _iris(records: Records) -> Mapping[str, set[tuple[str, str, str]]]:
    """Return every place that an IRI is written in: one more, and statements of others may belong elsewhere."""
    found: dict[str, set[tuple[str, str, str]]] = {}
    for programme in (*records.programmes.values(), *records.programme_versions.values()):
        for module, activity in programme.activities():
            if activity.iri:
                found.setdefault(activity.iri, set()).add((programme.id, module.id, activity.id))
    return found
