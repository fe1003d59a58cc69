"""What stands in the way of a document: every missing thing, in French, never only the first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

import orjson

from analytics.facts import Presence
from analytics.facts.credit import mandatory_activities
from evidence.bundle.case import Case
from evidence.bundle.contents.hours import credited
from evidence.bundle.contents.parties import bounds
from evidence.bundle.contents.sheets import is_expected
from evidence.bundle.deciding import deciding
from evidence.content import DocumentType
from evidence.issuing.refusals import Missing, Reason
from evidence.issuing.wording import short_day
from training.law import load_law
from training.records import Enrolment, ExitReason, Modality, Slot
from training.records.slot import HalfDay

_SECOND: Final = 1_000_000
_TOLERANCE: Final = "contract.tolerance_seconds"
_PARTS: Final = {HalfDay.AM: "matin", HalfDay.PM: "après-midi", HalfDay.EVENING: "soirée"}
_Check = Callable[[Case], Iterator[Missing]]


def missing_of(case: Case) -> tuple[Missing, ...]:
    """Return everything that is missing of the records and the facts; the seal and the ledger are looked at apart."""
    found = [*_subject(case)]
    if not found:
        found = [item for check in (_provider, _people, *_CHECKS[case.type]) for item in check(case)]
    return tuple(dict.fromkeys(found))


def is_of_session(document_type: DocumentType) -> bool:
    """Say whether a kind of document is asked for a session; all others are for an enrolment."""
    return document_type is DocumentType.EMARG


def _subject(case: Case) -> Iterator[Missing]:
    """Yield what makes the question itself one without an answer."""
    if case.records.programme_of(case.session_id) is None:
        yield Missing(Reason.RECORD_MISSING, "Le programme de la session n’est pas enregistré.", "programme")
    if is_of_session(case.type) != (case.enrolment_id is None):
        what = "une session" if is_of_session(case.type) else "une inscription"
        yield Missing(Reason.WRONG_SUBJECT, f"Ce document se demande pour {what}.", "subject")
    if case.type is DocumentType.CERTINT and case.period is None:
        yield Missing(
            Reason.PERIOD_NEEDED, "Un certificat intermédiaire porte sur une période\u00a0: indiquez-la.", "period"
        )
    if case.period is not None and case.type not in _OF_PERIOD:
        yield Missing(Reason.PERIOD_OUTSIDE, "Ce document porte sur toute l’action, sans période.", "period")
    elif case.period is not None:
        if case.period.last < case.period.first:
            yield Missing(Reason.PERIOD_OUTSIDE, "La période finit avant de commencer.", "period")
        elif case.period.last < case.session.starts_on or case.period.first > case.session.ends_on:
            yield Missing(Reason.PERIOD_OUTSIDE, "La période est en dehors des dates de la session.", "period")


def _provider(case: Case) -> Iterator[Missing]:
    provider = case.records.provider
    if provider is None:
        yield Missing(Reason.PROVIDER_INCOMPLETE, "L’organisme de formation n’est pas enregistré.", "provider")
        return
    about = f"provider:{provider.id}"
    texts = (
        (provider.legal_name, "La raison sociale de l’organisme"),
        (provider.activity_number, "Le numéro de déclaration d’activité de l’organisme"),
        (provider.place, "Le lieu où les documents sont établis («\u00a0Fait à…\u00a0»)"),
    )
    for value, name in texts:
        if not value.strip():
            yield Missing(Reason.PROVIDER_INCOMPLETE, f"{name} n’est pas renseigné.", about)
    if provider.signatory_on(case.today) is None:
        message = f"Aucun signataire n’est en fonction le {short_day(case.today)}."
        yield Missing(Reason.PROVIDER_INCOMPLETE, message, about)


def _people(case: Case) -> Iterator[Missing]:
    for enrolment in case.enrolments:
        person_id = case.person_of(enrolment)
        person = case.records.people.get(person_id)
        if person is None or not person.last_name.strip():
            yield Missing(Reason.PERSON_INCOMPLETE, "Le nom du stagiaire n’est pas renseigné.", f"person:{person_id}")
    if case.type is DocumentType.EMARG and not case.enrolments:
        yield Missing(Reason.NOBODY_ENROLLED, "Personne n’est inscrit à cette session.", "session")


def _half_days(case: Case) -> Iterator[Missing]:
    """Yield the half-days of the document's days of which it is not known who was there."""
    slots = {slot.id: slot for slot in case.records.slots_of(case.session_id)}
    for enrolment in case.enrolments:
        first, last = bounds(case.session, enrolment)
        for fact in case.slots_of(enrolment):
            slot = slots[fact.slot_id]
            if not first <= slot.held_on <= last or not is_expected(enrolment, fact):
                continue
            about = f"slot:{slot.id}"
            whose = f"{_name(case, enrolment)}\u00a0: " if case.enrolment_id is None else ""
            if fact.presence is Presence.UNKNOWN and fact.is_due:
                message = f"{whose}rien ne dit qui était présent le {_slot(slot)}."
                yield Missing(Reason.HALF_DAY_UNRESOLVED, message[:1].upper() + message[1:], about)
            elif fact.presence is Presence.UPCOMING:
                message = f"La demi-journée du {_slot(slot)} n’est pas terminée."
                yield Missing(Reason.HALF_DAY_UPCOMING, message, about)


def _over(case: Case) -> Iterator[Missing]:
    """Yield that the document's days are not over: its period's, else the trainee's in the session."""
    if case.period is not None:
        if case.today <= case.period.last:
            message = f"La période n’est pas terminée\u00a0: elle s’achève le {short_day(case.period.last)}."
            yield Missing(Reason.PERIOD_NOT_OVER, message, "period")
        return
    for enrolment in case.enrolments:
        _, last = bounds(case.session, enrolment)
        if not _is_over(case, enrolment, last):
            message = f"La formation n’est pas terminée\u00a0: elle s’achève le {short_day(last)}."
            yield Missing(Reason.SESSION_NOT_OVER, message, f"training_session:{case.session_id}")


def _is_over(case: Case, enrolment: Enrolment, last: date) -> bool:
    """Say whether nothing more can come: the last day is over; or it is today, after the last half-day of all.

    On the last day, whoever has work of their own still to do may do it until midnight.
    """
    if case.today != last:
        return case.today > last
    if enrolment.exit is not None:
        return True
    slots = case.records.slots_of(case.session_id)
    if not slots or max(slot.ends_at.timestamp() for slot in slots) * _SECOND > case.as_of:
        return False
    planned = enrolment.planned_on(case.today).get(Modality.ASYNC, 0)
    return (
        not planned or case.course.enrolment.id != enrolment.id or sum(item.seconds for item in case.credits) >= planned
    )


def _entered(case: Case) -> Iterator[Missing]:
    entered = case.facts.entered_at
    if entered is None or entered > case.today:
        yield Missing(
            Reason.NOT_ENTERED,
            "L’entrée en formation n’est ni enregistrée, ni montrée par une heure réalisée.",
            f"enrolment:{case.enrolment_id}",
        )


def _exited(case: Case) -> Iterator[Missing]:
    left = case.enrolment.exit
    if left is None:
        yield Missing(
            Reason.NOT_EXITED, "La sortie de formation n’est pas enregistrée, ni son motif.",
            f"enrolment:{case.enrolment_id}",
        )  # fmt: skip
    elif left.on > case.today:
        message = f"La sortie est enregistrée pour le {short_day(left.on)}, qui n’est pas encore passé."
        yield Missing(Reason.NOT_EXITED, message, f"enrolment:{case.enrolment_id}")


def _agreed(case: Case) -> Iterator[Missing]:
    """Yield that no contract says what was agreed."""
    if not sum(case.facts.planned_seconds.values()):
        message = "Aucune convention ne dit combien d’heures sont prévues."
        yield Missing(Reason.CONTRACT_MISSING, message, f"enrolment:{case.enrolment_id}")


def _contract(case: Case) -> Iterator[Missing]:
    """Yield that no contract says what was agreed, or that more is credited than it and the tolerance say."""
    yield from _agreed(case)
    about = f"enrolment:{case.enrolment_id}"
    planned = sum(case.facts.planned_seconds.values())
    done = sum(case.facts.credited_seconds.values())
    overrides = case.records.law_overrides.values()
    if planned and done > planned + int(load_law().value(_TOLERANCE, case.today, overrides)):
        message = (
            f"Les heures réalisées ({_hours(done)}) dépassent celles de la convention ({_hours(planned)})\u00a0: "
            "il manque un avenant."
        )
        yield Missing(Reason.HOURS_OVER_CONTRACT, message, about)


def _rule(case: Case) -> Iterator[Missing]:
    """Yield that the completion rule is not met and nobody has said why the trainee ended without it."""
    rule = case.records.completion_rule_of(case.programme)
    asks = bool(mandatory_activities(case.course, rule)) or rule.minimum_credited_seconds is not None
    if not asks or case.facts.is_completed:
        return
    left, about = case.enrolment.exit, f"enrolment:{case.enrolment_id}"
    done = f"{case.facts.satisfied_count} activités obligatoires sur {case.facts.mandatory_count}"
    if left is None:
        message = f"La règle d’achèvement n’est pas remplie ({done}) et aucun motif de sortie n’est enregistré."
        yield Missing(Reason.EXIT_REASON_MISSING, message, about)
    elif left.reason is ExitReason.COMPLETED:
        message = f"La sortie dit la formation achevée, mais la règle d’achèvement n’est pas remplie ({done})."
        yield Missing(Reason.RULE_UNMET, message, about)


def _credited(case: Case) -> Iterator[Missing]:
    if not sum(credited(case).values()):
        yield Missing(Reason.NOTHING_CREDITED, "Aucune heure réalisée n’est prouvée.", f"enrolment:{case.enrolment_id}")


def _slots_there(case: Case) -> Iterator[Missing]:
    if not any(case.holds(slot.held_on) for slot in case.records.slots_of(case.session_id)):
        yield Missing(Reason.NO_HALF_DAY, "Aucune demi-journée n’est prévue dans ces jours.", "session")


def _size(case: Case) -> Iterator[Missing]:
    """Yield that the statement would include too much: it is asked for month by month then."""
    most, count = _statements_most(), len(deciding(case))
    if count > most:
        months = sorted({f"{fact.day:%m/}{fact.day.year:04}" for fact in case.rows if case.holds(fact.day)},
                        key=lambda month: (month[3:], month))  # fmt: skip
        message = f"Le relevé porterait sur {count} traces, plus de {most}\u00a0: demandez-le mois par mois"
        yield Missing(Reason.PERIOD_TOO_LONG, f"{message} ({', '.join(months)}).", "period")


@cache
def _statements_most() -> int:
    limits = orjson.loads(files(__package__).joinpath("limits.json").read_bytes())
    return int(limits["connection_record_statements"])


_OF_PERIOD: Final = frozenset((DocumentType.CERTINT, DocumentType.ATTASS, DocumentType.RELCO, DocumentType.EMARG))
_CHECKS: Final[Mapping[DocumentType, tuple[_Check, ...]]] = {
    DocumentType.CERTREAL: (_over, _half_days, _contract, _rule, _credited),
    DocumentType.CERTINT: (_over, _half_days, _contract),
    DocumentType.ATTASS: (_over, _half_days),
    DocumentType.ATTFIN: (_over, _half_days, _contract, _rule),
    DocumentType.EMARG: (_slots_there, _half_days),
    DocumentType.RELCO: (_over, _half_days, _size),
    DocumentType.RELCOMP: (_over,),
    DocumentType.ATTENT: (_entered, _agreed),
    DocumentType.ATTSORT: (_exited, _half_days, _contract),
}


def _name(case: Case, enrolment: Enrolment) -> str:
    person = case.records.people.get(case.person_of(enrolment))
    return enrolment.id if person is None else person.name


def _slot(slot: Slot) -> str:
    return f"{short_day(slot.held_on)} ({_PARTS[slot.half_day]})"


def _hours(seconds: int) -> str:
    return f"{seconds // 3600}\u00a0h\u00a0{seconds % 3600 // 60:02}"
