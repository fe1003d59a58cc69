"""What must hold within one record, whatever else there is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from lrs.errors import Problem
from training.law import Law
from training.records.enrolment import Enrolment, Waiver
from training.records.funder import Funder, FunderProfile
from training.records.identity import IdentityKind
from training.records.kinds import Record
from training.records.law_override import LawOverride
from training.records.mapping import MappingRule, Matcher
from training.records.modality import Modality
from training.records.person import Person
from training.records.programme import Programme
from training.records.provider import Provider
from training.records.session import TrainingSession
from training.records.slot import Slot
from training.rules.provider import provider_problems

_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")
_SIRET: Final = re.compile(r"[0-9]{14}\Z")
# A slot is a time at which somebody is present; distance work at one's own time has none.
SLOT_MODES: Final = (Modality.IN_PERSON, Modality.SYNC_REMOTE, Modality.WORKPLACE)


def own_problems(record: Record, law: Law) -> Iterator[Problem]:
    """Yield everything that is wrong with a record in itself."""
    match record:
        case Person():
            yield from _person(record)
        case Programme():
            yield from _programme(record)
        case TrainingSession():
            yield from _session(record, law)
        case Slot():
            yield from _slot(record)
        case Enrolment():
            yield from _enrolment(record)
        case _:
            yield from _configured(record, law)


def _configured(record: Record, law: Law) -> Iterator[Problem]:
    match record:
        case Funder(siret=siret) if siret and not _SIRET.match(siret):
            yield Problem("/siret", "This is not a SIRET.", "14 digits without spaces")
        case FunderProfile():
            yield from _order(record)
            yield from _twice((report.id for report in record.reports), "/reports")
        case MappingRule():
            yield from _mapping(record)
        case LawOverride():
            yield from _order(record)
            wrong = law.find_value_problem(record.provision, record.value)
            if wrong is not None:
                yield Problem("/value", wrong, "what the provision's schema takes: see GET /api/v1/law")
        case Provider():
            yield from provider_problems(record)


def _person(person: Person) -> Iterator[Problem]:
    if not (person.last_name.strip() or person.first_name.strip() or person.identities):
        yield Problem("/last_name", "Nobody could tell who this is.", "a name, or an identity")
    if person.email and not _EMAIL.match(person.email):
        yield Problem("/email", "This is not an e-mail address.", "one address, as in nom@exemple.fr")
    if person.merged_into == person.id:
        yield Problem("/merged_into", "A person cannot be merged into themselves.", "another person's id")
    yield from _twice((identity.text for identity in person.identities), "/identities")
    systems: dict[str, str] = {}
    for at, identity in enumerate(person.identities):
        if identity.kind is not IdentityKind.ACCOUNT:
            continue
        _, system, name = identity.text.split(" ", 2)
        if systems.setdefault(system, name) != name:
            yield Problem(
                f"/identities/{at}",
                f"Two accounts on {system} contradict each other.",
                "one account a system; a second account is a second person, to be merged into this one",
            )


def _programme(programme: Programme) -> Iterator[Problem]:
    yield from _twice((module.id for module in programme.modules), "/modules")
    yield from _twice((activity.id for _, activity in programme.activities()), "/modules/activities")
    yield from _twice((activity.iri for _, activity in programme.activities() if activity.iri), "/modules/activities")
    for at, module in enumerate(programme.modules):
        for inner, activity in enumerate(module.activities):
            if activity.iri is not None and not _IRI.match(activity.iri):
                yield Problem(
                    f"/modules/{at}/activities/{inner}/iri", "This is not an IRI.", "as in https://moodle.exemple.fr/7"
                )


def _session(session: TrainingSession, law: Law) -> Iterator[Problem]:
    if session.ends_on < session.starts_on:
        yield Problem("/ends_on", "The session ends before it starts.", f"{session.starts_on} or later")
    if session.time_zone not in available_timezones():
        yield Problem("/time_zone", "There is no such time zone.", "a name of the IANA database, as in Europe/Paris")
    if session.territory not in law.holidays.territories:
        yield Problem("/territory", "No public holidays are known for this.", " or ".join(law.holidays.territories))


def _slot(slot: Slot) -> Iterator[Problem]:
    if slot.ends_at <= slot.starts_at:
        yield Problem("/ends_at", "The slot ends before it starts.", "an instant after starts_at")
    if slot.mode not in SLOT_MODES:
        yield Problem("/mode", "Nobody is present in this mode.", " or ".join(SLOT_MODES))


def _enrolment(enrolment: Enrolment) -> Iterator[Problem]:
    yield from _twice((contract.effective_on.isoformat() for contract in enrolment.contracts), "/contracts")
    for at, contract in enumerate(enrolment.contracts):
        if Modality.BLENDED in contract.planned_seconds:
            yield Problem(
                f"/contracts/{at}/planned_seconds/BLENDED", "Hours are agreed by single modality.", "another modality"
            )
    latest = max(enrolment.contracts, key=lambda contract: contract.effective_on, default=None)
    for at, waiver in enumerate(enrolment.waived):
        if len(_targets(waiver)) != 1:
            yield Problem(f"/waived/{at}", "This does not waive one thing.", "module_id or activity_id or slot_id")
    if latest is not None:
        yield from _hours(enrolment, latest.total_seconds)
    if enrolment.exit is not None and enrolment.entered_on is not None and enrolment.exit.on < enrolment.entered_on:
        yield Problem("/exit/on", "The exit comes before the entry.", f"{enrolment.entered_on} or later")
    for at, milestone in enumerate(enrolment.individual_calendar):
        if (milestone.activity_id is None) == (milestone.module_id is None):
            yield Problem(f"/individual_calendar/{at}", "This does not name one thing.", "activity_id or module_id")


def _hours(enrolment: Enrolment, planned: int) -> Iterator[Problem]:
    waived = sum(waiver.seconds for waiver in enrolment.waived)
    if waived > planned:
        yield Problem("/waived", f"{hours(waived)} are waived of {hours(planned)}.", f"up to {hours(planned)}")
    agreed = None if enrolment.funding is None else enrolment.funding.agreed_seconds
    if agreed is not None and agreed > planned:
        yield Problem(
            "/funding/agreed_seconds",
            f"{hours(agreed)} are funded, over the contract's {hours(planned)}.",
            f"up to {hours(planned)}, or an amended contract",
        )


def _targets(waiver: Waiver) -> list[str]:
    return [target for target in (waiver.module_id, waiver.activity_id, waiver.slot_id) if target is not None]


def _mapping(rule: MappingRule) -> Iterator[Problem]:
    if rule.matcher is Matcher.REGISTRATION:
        try:
            UUID(rule.value)
        except ValueError:
            yield Problem("/value", "This is not a registration.", "a UUID")
    elif rule.matcher is not Matcher.PLATFORM and not _IRI.match(rule.value):
        yield Problem("/value", "This is not an IRI, nor the beginning of one.", "as in https://moodle.exemple.fr/")
    elif not rule.value.strip():
        yield Problem("/value", "Nothing can be found by this.", "a platform's name")


def _order(record: FunderProfile | LawOverride) -> Iterator[Problem]:
    if record.effective_to is not None and record.effective_to < record.effective_from:
        yield Problem("/effective_to", "It ends before it begins.", f"{record.effective_from} or later")


def _twice(names: Iterable[str], pointer: str) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(pointer, f"{name} stands here {count} times.", "each once")


def hours(seconds: int) -> str:
    """Write a length of time as people say it.

    >>> hours(5400)
    '1 h 30 min'
    """
    whole, rest = divmod(seconds // 60, 60)
    return f"{whole} h {rest:02} min" if rest else f"{whole} h"
