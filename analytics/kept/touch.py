"""Whom a change of records touches. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from training.records import Enrolment, Records
from training.records.ids import EnrolmentId, PersonId, SessionId, SlotId
from training.records.kinds import Kind

Name = tuple[Kind, str]


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
    wanted = list(names)
    touched = Touched(everybody=any(kind is Kind.MAPPING_RULE for kind, _ in wanted))
    for kind, name in wanted:
        if kind is Kind.PERSON:
            _person(PersonId(name), before, after, touched)
        for records in (before, after):
            touched_in = _TOUCHES.get(kind)
            if touched_in is not None:
                _enrolments(touched_in(name, records), touched, records)
    if any(kind is Kind.PERSON for kind, _ in wanted):
        touched.people |= _survived_otherwise(before, after)
    touched.everybody = touched.everybody or _iris(before) != _iris(after)
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


def _enrolments(enrolments: Iterable[Enrolment], touched: Touched, records: Records) -> None:
    for enrolment in enrolments:
        touched.people.add(records.survivor(enrolment.person_id))
        touched.registrations.add(enrolment.registration)


def _itself(name: str, records: Records) -> Iterable[Enrolment]:
    found = records.enrolments.get(EnrolmentId(name))
    return () if found is None else (found,)


def _in_session(name: str, records: Records) -> Iterable[Enrolment]:
    return records.enrolments_in(SessionId(name))


def _beside_slot(name: str, records: Records) -> Iterable[Enrolment]:
    slot = records.slots.get(SlotId(name))
    return () if slot is None else records.enrolments_in(slot.session_id)


def _following(name: str, records: Records) -> Iterator[Enrolment]:
    """Yield the enrolments in sessions that follow a programme, or one with a completion rule."""
    for session_id in records.sessions:
        programme = records.programme_of(session_id)
        if programme is not None and name in (programme.id, programme.completion_rule_id):
            yield from records.enrolments_in(session_id)


# Which enrolments follow from a record of each kind; people and mapping rules are a matter of their own, and of funders
# no fact is made.
_TOUCHES: Final[Mapping[Kind, Callable[[str, Records], Iterable[Enrolment]]]] = {
    Kind.ENROLMENT: _itself,
    Kind.SLOT: _beside_slot,
    Kind.TRAINING_SESSION: _in_session,
    Kind.PROGRAMME: _following,
    Kind.COMPLETION_RULE: _following,
}


def _iris(records: Records) -> Mapping[str, set[tuple[str, str, str]]]:
    """Return every place that an IRI is written in: one more, and statements of others may belong elsewhere."""
    found: dict[str, set[tuple[str, str, str]]] = {}
    for programme in (*records.programmes.values(), *records.programme_versions.values()):
        for module, activity in programme.activities():
            if activity.iri:
                found.setdefault(activity.iri, set()).add((programme.id, module.id, activity.id))
    return found
