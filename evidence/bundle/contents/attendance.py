"""The attestation d'assiduité: hours due and attended, absences one by one, the rates beside what they are made of."""

from __future__ import annotations

from datetime import UTC

from analytics.facts import SlotFact
from analytics.rates.formulas import Stamp
from evidence.bundle.case import Case
from evidence.bundle.contents import parties
from evidence.bundle.contents.evaluations import evaluations
from evidence.bundle.contents.hours import SECOND, hours, print_rate
from evidence.bundle.contents.marks import read_mark_text
from evidence.content import Absence, AttendanceAttestation, HalfDays, Period
from training.records.funder import FunderFamily


def attendance_attestation(case: Case) -> AttendanceAttestation:
    """Return the attestation of a period, or of the whole action."""
    first, last = parties.bounds(case.session, case.enrolment)
    due = [fact for fact in case.slots if fact.is_due and fact.modality.is_synchronous]
    due_seconds = sum(fact.planned_seconds for fact in due)
    attended = sum(fact.credited_micros for fact in due) // SECOND
    justified = sum(fact.justified_micros for fact in due) // SECOND
    stamp = Stamp(case.as_of, case.rules.on(last).version)
    rates = (
        stamp.figure("attendance_rate_net", attended, due_seconds - justified, "second"),
        stamp.figure("attendance_rate_gross", attended, due_seconds, "second"),
    )
    return AttendanceAttestation(
        signatory=parties.signatory(case),
        trainee=parties.trainee(case),
        action=parties.action(case),
        period=case.period or Period(first=first, last=last),
        due_seconds=due_seconds,
        attended_seconds=attended,
        justified_seconds=justified,
        hours=hours(case),
        half_days=_count(due),
        absences=tuple(_absence(case, fact) for fact in due if _missed(fact)),
        rates=tuple(print_rate(rate) for rate in rates),
        place=parties.place(case),
        evaluations=evaluations(case) if prints_evaluations(case) else (),
        funding=parties.funding(case),
    )


def prints_evaluations(case: Case) -> bool:
    """Say whether the funder asks for results beside attendance: the funds of the self-employed do (compliance 2.5)."""
    file = case.enrolment.funding
    funder = None if file is None else case.records.funders.get(file.funder_id)
    return funder is not None and funder.family is FunderFamily.FAF


def _missed(fact: SlotFact) -> int:
    return max(fact.planned_seconds * SECOND - fact.credited_micros, 0)


def _count(due: list[SlotFact]) -> HalfDays:
    whole = [fact for fact in due if not _missed(fact)]
    partly = [fact for fact in due if _missed(fact) and fact.credited_micros]
    absent = [fact for fact in due if _missed(fact) and not fact.credited_micros]
    justified = sum(bool(fact.justified_micros) for fact in absent)
    return HalfDays(
        due=len(due),
        attended=len(whole),
        partly_attended=len(partly),
        absent_justified=justified,
        absent_unjustified=len(absent) - justified,
    )


def _absence(case: Case, fact: SlotFact) -> Absence:
    slot = case.records.slots[fact.slot_id]
    text = read_mark_text(case, fact.statement_ids[0]) if len(fact.statement_ids) == 1 else None
    return Absence(
        held_on=fact.day,
        half_day=slot.half_day,
        starts_at=slot.starts_at.astimezone(UTC),
        ends_at=slot.ends_at.astimezone(UTC),
        modality=fact.modality,
        missed_seconds=_missed(fact) // SECOND,
        is_whole=not fact.credited_micros,
        is_justified=bool(fact.justified_micros),
        reason="" if text is None else text.reason,
    )
