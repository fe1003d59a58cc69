"""What must hold between a record and the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, time
from typing import Final
from zoneinfo import ZoneInfo

from lrs.errors import Problem
from training.records.enrolment import Enrolment
from training.records.kinds import Kind, Record
from training.records.law_override import LawOverride
from training.records.mapping import MappingRule
from training.records.modality import Modality
from training.records.person import Person
from training.records.programme import Programme
from training.records.provider import Provider
from training.records.session import TrainingSession
from training.records.slot import Slot
from training.rules.own import hours
from training.rules.references import (
    PROVIDER_KEY,
    Reference,
    identity_key,
    provision_key,
    reference_key,
    references_of,
    registration_key,
)
from training.rules.view import Lookup, View

# The end of a day, which `datetime.time` cannot say.
_MIDNIGHT: Final = "24:00"


def lookups_of(record: Record) -> Iterator[Lookup]:
    """Yield what `beside_problems` will look up for a record, so that it can be fetched for many at once.

    Of a session it is what the record is held against, and never its enrolments for one of them: there may be
    thousands.
    """
    match record:
        case Person():
            yield from (Lookup(identity_key(identity)) for identity in record.identities)
        case TrainingSession():
            yield Lookup(reference_key(Kind.TRAINING_SESSION, record.id), Kind.SLOT)
        case Slot():
            key = reference_key(Kind.TRAINING_SESSION, record.session_id)
            yield from (Lookup(key, kind) for kind in (Kind.SLOT, Kind.ENROLMENT))
        case Enrolment():
            yield Lookup(registration_key(record.registration))
            yield Lookup(reference_key(Kind.TRAINING_SESSION, record.session_id), Kind.SLOT)
            person = reference_key(Kind.PERSON, record.person_id)
            yield from (Lookup(person, kind) for kind in (Kind.ENROLMENT, Kind.PERSON))
        case LawOverride():
            yield Lookup(provision_key(record.provision))
        case Provider():
            yield Lookup(PROVIDER_KEY)


def beside_problems(record: Record, view: View) -> Iterator[Problem]:
    """Yield everything that is wrong with a record beside those in `view`, which holds it already."""
    missing = [
        reference for reference in references_of(record) if view.find(reference.kind, reference.record_id) is None
    ]
    yield from map(_unknown, missing)
    if missing:
        return
    match record:
        case Person():
            yield from _person(record, view)
        case TrainingSession():
            yield from _session(record, view)
        case Slot():
            yield from _slot(record, view)
        case Enrolment():
            yield from _enrolment(record, view)
        case MappingRule():
            yield from _mapping(record, view)
        case LawOverride():
            yield from _contradictions("/value", view)
        case Provider():
            yield from _provider(record, view)


def deletion_problems(kind: Kind, record_id: str, view: View) -> Iterator[Problem]:
    """Yield what still names a record that is to be deleted."""
    for (other, other_id), _ in sorted(view.keyed(reference_key(kind, record_id)).items()):
        yield Problem("", f"The {_words(other)} {other_id} names it.", "no record that names it")
    if kind is Kind.LAW_OVERRIDE:
        yield from _contradictions("", view)


def _unknown(reference: Reference) -> Problem:
    message = f"There is no {_words(reference.kind)} {reference.record_id}."
    return Problem(reference.pointer, message, f"the id of a {_words(reference.kind)}")


def _words(kind: Kind) -> str:
    return kind.value.replace("_", " ")


def _person(person: Person, view: View) -> Iterator[Problem]:
    for at, identity in enumerate(person.identities):
        for (_, owner), _ in sorted(view.keyed(identity_key(identity)).items()):
            if owner != person.id:
                yield Problem(
                    f"/identities/{at}",
                    f"This identity belongs to the person {owner}.",
                    f"an identity of nobody else; or merge {person.id} and {owner} without repeating it",
                )
    seen, current = {person.id}, person.merged_into
    while current is not None:
        if current in seen:
            yield Problem("/merged_into", "These people would be merged in a circle.", "somebody not merged into them")
            return
        seen.add(current)
        other = view.find(Kind.PERSON, current)
        current = other.merged_into if isinstance(other, Person) else None


def _session(session: TrainingSession, view: View) -> Iterator[Problem]:
    kept = session.programme_version
    if kept is not None and not view.has_version(Kind.PROGRAMME, session.programme_id, kept):
        yield Problem("/programme_version", "The programme has no such version.", "a version that it has had")
    outside = [
        slot.id
        for slot in view.slots_of(session.id)
        # Those of the same request say so themselves.
        if not session.starts_on <= slot.held_on <= session.ends_on and not view.is_changed(Kind.SLOT, slot.id)
    ]
    if outside:
        yield Problem("/starts_on", f"The slots {', '.join(outside[:20])} would be outside the session.", "their dates")


def _slot(slot: Slot, view: View) -> Iterator[Problem]:
    session = view.find(Kind.TRAINING_SESSION, slot.session_id)
    if not isinstance(session, TrainingSession):
        return
    yield from _within(slot, session)
    yield from _half_day(slot, slot.starts_at.astimezone(ZoneInfo(session.time_zone)).time(), view)
    yield from _rest_day(slot.held_on, session, view)
    programme = _programme(session, view)
    if slot.module_id is not None and programme is not None and programme.find_module(slot.module_id) is None:
        yield Problem("/module_id", f"The programme {programme.id} has no such module.", _modules(programme))
    for enrolment in view.enrolments_of_session(session.id):
        for problem in _over_contract(enrolment, view):
            yield Problem("/ends_at", f"Enrolment {enrolment.id}: {problem.message}", problem.accepted)


def _within(slot: Slot, session: TrainingSession) -> Iterator[Problem]:
    days = f"{session.starts_on} to {session.ends_on}"
    if slot.held_on < session.starts_on:
        yield Problem("/held_on", f"The slot comes before its session, which starts on {session.starts_on}.", days)
    if slot.held_on > session.ends_on:
        yield Problem("/held_on", f"The slot comes after its session, which ends on {session.ends_on}.", days)
    local = slot.starts_at.astimezone(ZoneInfo(session.time_zone)).date()
    if local != slot.held_on:
        yield Problem("/starts_at", f"In {session.time_zone} this is on {local}.", f"a time on {slot.held_on}")


def _half_day(slot: Slot, starts: time, view: View) -> Iterator[Problem]:
    bounds = view.law.value("slot.half_days", slot.held_on, view.overrides("slot.half_days"))
    first, end = bounds[slot.half_day.value]
    if starts < time.fromisoformat(first) or (end != _MIDNIGHT and starts >= time.fromisoformat(end)):
        yield Problem("/half_day", f"A slot that starts at {starts:%H:%M} is not {slot.half_day}.", f"{first} to {end}")
    longest = view.law.value("slot.longest_seconds", slot.held_on, view.overrides("slot.longest_seconds"))
    if slot.planned_seconds > longest:
        lasts = f"The slot lasts {hours(slot.planned_seconds)}."
        yield Problem("/ends_at", lasts, f"up to {hours(longest)} for one signature")


def _rest_day(day: date, session: TrainingSession, view: View) -> Iterator[Problem]:
    if session.allows_sundays_and_holidays:
        return
    holiday = view.law.holidays.find(day, session.territory)
    sunday = 7
    if holiday is not None or day.isoweekday() == sunday:
        what = "a Sunday" if holiday is None else f"a public holiday ({holiday.title})"
        yield Problem("/held_on", f"{day} is {what}.", "a working day, or a session that allows Sundays and holidays")


def _enrolment(enrolment: Enrolment, view: View) -> Iterator[Problem]:
    for (_, same), _ in sorted(view.keyed(registration_key(enrolment.registration)).items()):
        if same != enrolment.id:
            yield Problem("/registration", f"The enrolment {same} has this registration.", "a registration of its own")
    for other in view.enrolments_of_person(enrolment.person_id):
        if other.session_id == enrolment.session_id and other.id != enrolment.id:
            message = f"This person is in this session by the enrolment {other.id}."
            yield Problem("/person_id", message, "one enrolment")
    session = view.find(Kind.TRAINING_SESSION, enrolment.session_id)
    if isinstance(session, TrainingSession):
        programme = _programme(session, view)
        if programme is not None:
            yield from _parts(enrolment, programme)
    for at, waiver in enumerate(enrolment.waived):
        slot = None if waiver.slot_id is None else view.find(Kind.SLOT, waiver.slot_id)
        if isinstance(slot, Slot) and slot.session_id != enrolment.session_id:
            yield Problem(f"/waived/{at}/slot_id", "This slot is of another session.", "a slot of this session")
    yield from _over_contract(enrolment, view)


def _parts(enrolment: Enrolment, programme: Programme) -> Iterator[Problem]:
    named = [
        *((f"/waived/{at}", waiver.module_id, waiver.activity_id) for at, waiver in enumerate(enrolment.waived)),
        *(
            (f"/individual_calendar/{at}", item.module_id, item.activity_id)
            for at, item in enumerate(enrolment.individual_calendar)
        ),
    ]
    for pointer, module_id, activity_id in named:
        if module_id is not None and programme.find_module(module_id) is None:
            yield Problem(f"{pointer}/module_id", f"{programme.id} has no such module.", _modules(programme))
        if activity_id is not None and programme.find_activity(activity_id) is None:
            yield Problem(f"{pointer}/activity_id", f"{programme.id} has no such activity.", "an activity's id")


def _over_contract(enrolment: Enrolment, view: View) -> Iterator[Problem]:
    """Compare the session's slots, less those waived, with the newest contract, modality by modality."""
    if enrolment.id in view.hours_checked:
        return
    view.hours_checked.add(enrolment.id)
    contract = max(enrolment.contracts, key=lambda item: item.effective_on, default=None)
    if contract is None:
        return
    waived = {waiver.slot_id: waiver.seconds for waiver in enrolment.waived if waiver.slot_id is not None}
    held: Counter[Modality] = Counter()
    for slot in view.slots_of(enrolment.session_id):
        if slot.is_due:
            held[slot.mode] += slot.planned_seconds - min(slot.planned_seconds, waived.get(slot.id, 0))
    name = "contract.tolerance_seconds"
    tolerance = view.law.value(name, contract.effective_on, view.overrides(name))
    for modality, seconds in sorted(held.items()):
        planned = contract.planned_seconds.get(modality, 0)
        if seconds > planned + tolerance:
            yield Problem(
                "/contracts",
                f"The session's slots last {hours(seconds)} in {modality}, over the contract's {hours(planned)}.",
                "an amended contract, or a waiver of the slots that are not attended",
            )


def _provider(provider: Provider, view: View) -> Iterator[Problem]:
    for (_, other), _ in sorted(view.keyed(PROVIDER_KEY).items()):
        if other != provider.id:
            message = f"The organisation is the provider {other} already."
            yield Problem("/id", message, f"a new version of {other}, or its deletion first")


def _mapping(rule: MappingRule, view: View) -> Iterator[Problem]:
    programme = view.find(Kind.PROGRAMME, rule.programme_id)
    if not isinstance(programme, Programme):
        return
    if rule.module_id is not None and programme.find_module(rule.module_id) is None:
        yield Problem("/module_id", f"The programme {programme.id} has no such module.", _modules(programme))
    if rule.activity_id is not None and programme.find_activity(rule.activity_id) is None:
        yield Problem("/activity_id", f"The programme {programme.id} has no such activity.", "an activity's id")


def _contradictions(pointer: str, view: View) -> Iterator[Problem]:
    # All pairs, not only those of one provision: replacing a record may take a value away from another provision.
    names = {name for pair in view.law.pairs for name in pair}
    own = [item for name in sorted(names) for item in view.overrides(name)]
    for found in view.law.contradictions(own):
        message = f"From {found.day} on, {found.name} ({found.value}) would be over {found.longer} ({found.limit})."
        yield Problem(pointer, message, "first a higher value of the second, or a lower one of the first")


def _programme(session: TrainingSession, view: View) -> Programme | None:
    found = view.find(Kind.PROGRAMME, session.programme_id)
    # A session that keeps to an older version may name parts that the newest no longer has.
    return found if isinstance(found, Programme) and session.programme_version is None else None


def _modules(programme: Programme) -> str:
    return ", ".join(module.id for module in programme.modules[:20]) or "a programme with modules"
