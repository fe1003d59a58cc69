"""The feuille d'émargement: a session's half-days, a line for each trainee, as the statements of the marks have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Final

import msgspec

from analytics.facts import Confidence, Presence, SlotFact
from evidence.bundle.case import Case
from evidence.bundle.contents import parties
from evidence.bundle.contents.hours import SECOND
from evidence.bundle.contents.marks import MarkText, read_countersignatures, read_mark_text
from evidence.content import AttendanceSheet, HalfDaySheet, SheetLine, SheetStatus, TrainerSignature
from training.records import Enrolment, Slot
from training.records.ids import PersonId

# What a mark of another system, or the class's own log, comes to on a sheet.
_STATUS: Final[Mapping[Presence, SheetStatus]] = {
    Presence.PRESENT: SheetStatus.PRESENT,
    Presence.PARTIAL: SheetStatus.PRESENT,
    Presence.LATE: SheetStatus.LATE,
    Presence.LEFT_EARLY: SheetStatus.LEFT_EARLY,
    Presence.ABSENT_JUSTIFIED: SheetStatus.ABSENT_JUSTIFIED,
    Presence.ABSENT_UNJUSTIFIED: SheetStatus.ABSENT_UNJUSTIFIED,
}
_BY_LOG: Final = "d’après le journal de connexion de la classe"


def attendance_sheet(case: Case) -> AttendanceSheet:
    """Return the sheets of the session's half-days in the period, in order of time."""
    facts = {enrolment.id: {fact.slot_id: fact for fact in case.slots_of(enrolment)} for enrolment in case.enrolments}
    signatures = read_countersignatures(case)
    slots = [slot for slot in case.records.slots_of(case.session_id) if case.holds(slot.held_on)]
    half_days = []
    for slot in slots:
        lines = [(enrolment, facts[enrolment.id].get(slot.id)) for enrolment in case.enrolments]
        known = [(enrolment, fact) for enrolment, fact in lines if fact is not None]
        half_days.append(_half_day(case, slot, known, signatures.get(slot.id, [])))
    return AttendanceSheet(
        title=case.programme.title,
        session=case.session.title,
        starts_on=case.session.starts_on,
        ends_on=case.session.ends_on,
        half_days=tuple(half_days),
        signatory=parties.signatory(case),
    )


def trainers_of(case: Case, slot: Slot) -> tuple[PersonId, ...]:
    """Return who trains in a half-day: the slot's trainer, else those of the session."""
    return (slot.trainer_id,) if slot.trainer_id is not None else case.session.trainer_ids


def is_expected(enrolment: Enrolment, fact: SlotFact) -> bool:
    """Say whether presence was asked for: between entry and exit, and not waived."""
    if enrolment.entered_on is not None and fact.day < enrolment.entered_on:
        return False
    if enrolment.exit is not None and fact.day > enrolment.exit.on:
        return False
    return fact.presence is not Presence.EXCUSED_WAIVED


def _half_day(
    case: Case, slot: Slot, known: list[tuple[Enrolment, SlotFact]], signatures: list[tuple[int, TrainerSignature]]
) -> HalfDaySheet:
    module = None if slot.module_id is None else case.programme.find_module(slot.module_id)
    people = (case.records.people.get(person_id) for person_id in trainers_of(case, slot))
    is_held = slot.cancelled is None
    return HalfDaySheet(
        held_on=slot.held_on,
        half_day=slot.half_day,
        starts_at=slot.starts_at.astimezone(UTC),
        ends_at=slot.ends_at.astimezone(UTC),
        modality=slot.mode,
        place=slot.place or case.session.place,
        module="" if module is None else module.title,
        trainers=tuple(person.name for person in people if person is not None),
        lines=_lines(case, known) if is_held else (),
        countersignature=_countersignature(case, known, signatures) if is_held else None,
        cancelled=None if slot.cancelled is None else slot.cancelled.reason,
    )


def _lines(case: Case, known: list[tuple[Enrolment, SlotFact]]) -> tuple[SheetLine, ...]:
    found = [(_line(case, enrolment, fact), enrolment.id) for enrolment, fact in known]
    found.sort(key=lambda pair: (pair[0].last_name.casefold(), pair[0].first_name.casefold(), pair[1]))
    return tuple(line for line, _ in found)


def _line(case: Case, enrolment: Enrolment, fact: SlotFact) -> SheetLine:
    person = case.records.people[case.person_of(enrolment)]
    is_logged = fact.confidence is Confidence.MEASURED
    text = MarkText() if is_logged or not fact.statement_ids else read_mark_text(case, fact.statement_ids[0])
    if is_logged:
        text = replace(text, reason=_BY_LOG)
    return SheetLine(
        last_name=person.last_name,
        first_name=person.first_name,
        employer=parties.employer(case, enrolment),
        is_expected=is_expected(enrolment, fact),
        status=text.status or _STATUS.get(fact.presence),
        credited_seconds=fact.credited_micros // SECOND,
        late_seconds=text.late_seconds,
        early_seconds=text.early_seconds,
        is_justified=bool(fact.justified_micros) or text.is_justified,
        reason=text.reason,
        signature=text.signature,
        flags=text.flags,
        correction=text.correction,
    )


def _countersignature(
    case: Case, known: list[tuple[Enrolment, SlotFact]], signatures: list[tuple[int, TrainerSignature]]
) -> TrainerSignature | None:
    """Return the last countersignature; it is of the sheet as it stands unless a mark came after it."""
    if not signatures:
        return None
    stored, signature = signatures[-1]
    marks = [case.included[item] for _, fact in known for item in fact.statement_ids if item in case.included]
    return msgspec.structs.replace(signature, is_current=all(mark.stored <= stored for mark in marks))
