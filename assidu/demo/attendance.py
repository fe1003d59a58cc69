"""The attendance sheet: one statement per trainee and half-day, absences and corrections."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from assidu.demo.behaviour import Absence, Presence
from assidu.demo.calendar import SPOKEN, at, is_open
from assidu.demo.catalogue import Mode
from assidu.demo.sessions import Slot
from assidu.demo.statements import (
    DemoStatement,
    Json,
    Pen,
    Sender,
    activity,
    duration,
    module_activity,
    session_activity,
)
from assidu.demo.vocabulary import CLASSROOM, NAMESPACE, PLANNED_DURATION, VLE

_EXTENSION = NAMESPACE + "ext/"


def attended(pen: Pen, presence: Presence) -> list[DemoStatement]:
    """Return the arrival and the half-day, or what was first entered wrongly and its correction."""
    slot = presence.slot
    start, end = slot.hours
    statements = []
    if slot.mode is Mode.IN_PERSON:
        arrival = start + timedelta(minutes=presence.late_minutes or pen.random.randint(-12, 4))
        context = _context(pen, slot)
        statements.append(pen.write(Sender.ATTENDANCE, "checkin", arrival, slot_activity(pen, slot), context=context))
    if presence.entered_wrongly:
        wrong = _absence(pen, Absence(slot, "non justifiée", justified=False), end)
        morning = _next_morning(end, pen.random.randint(2, 40))
        correction = {_EXTENSION + "correction-of": wrong.statement["id"],
                      _EXTENSION + "correction-reason": "Émargement papier retrouvé après la saisie"}  # fmt: skip
        right = _presence(pen, presence, morning + timedelta(minutes=1), correction)
        return [*statements, wrong, _void(pen, wrong, morning), right]
    return [*statements, _presence(pen, presence, end + timedelta(seconds=pen.random.randint(20, 600)), {})]


def absent(pen: Pen, absence: Absence) -> list[DemoStatement]:
    """Return the half-day that was missed; no standard verb says so."""
    return [_absence(pen, absence, absence.slot.hours[1])]


def slot_activity(pen: Pen, slot: Slot) -> Json:
    """Return the half-day as an activity."""
    session = pen.enrolment.session
    in_person = slot.mode is Mode.IN_PERSON
    kind = VLE + "face-to-face" if in_person else CLASSROOM + "activity-types/virtual-classroom"
    where = session.room if in_person else "classe virtuelle"
    name = f"{slot.day:%d/%m/%Y}, {SPOKEN[slot.half]}, {where}"
    return activity(f"{session.iri}/creneaux/{slot.day.isoformat()}-{slot.half}", kind, name)


def _presence(pen: Pen, presence: Presence, sent_at: datetime, extensions: Json) -> DemoStatement:
    slot = presence.slot
    start, end = slot.hours
    seconds = (end - start).total_seconds() - 60 * (presence.late_minutes + presence.early_minutes)
    signature = sha256(str(pen.new_id("signature")).encode()).hexdigest()
    context = _context(pen, slot)
    context["extensions"] |= {
        _EXTENSION + "credit-rule": "in-person-v1" if slot.mode is Mode.IN_PERSON else "sync-v1",
        _EXTENSION + "evidence": [{"sha256": signature, "type": "e-signature"}],
        **extensions,
    }
    result = {"completion": True, "duration": duration(seconds)}
    return pen.write(Sender.ATTENDANCE, "attended", end, slot_activity(pen, slot), result=result, context=context,
                     sent_at=sent_at)  # fmt: skip


def _absence(pen: Pen, absence: Absence, end: datetime) -> DemoStatement:
    context = _context(pen, absence.slot)
    context["extensions"] |= {
        _EXTENSION + "absence-reason": absence.reason,
        _EXTENSION + "absence-justified": absence.justified,
    }
    late = timedelta(seconds=pen.random.randint(20, 900))
    return pen.write(Sender.ATTENDANCE, "was-absent", end, slot_activity(pen, absence.slot),
                     result={"completion": False, "duration": "PT0S"}, context=context, sent_at=end + late)  # fmt: skip


def _void(pen: Pen, wrong: DemoStatement, at_instant: datetime) -> DemoStatement:
    target = {"objectType": "StatementRef", "id": wrong.statement["id"]}
    trainer = pen.enrolment.session.trainer.by_account
    return pen.write(Sender.ATTENDANCE, "voided", at_instant, target, actor=trainer)


def _context(pen: Pen, slot: Slot) -> Json:
    start, end = slot.hours
    return {
        "registration": str(pen.enrolment.registration),
        "instructor": pen.enrolment.session.trainer.by_account,
        "platform": "Feuille d’émargement numérique",
        "language": "fr-FR",
        "contextActivities": {
            "parent": [module_activity(pen.enrolment, slot.module)],
            "grouping": [session_activity(pen.enrolment)],
            "category": [{"id": NAMESPACE + "profile/attendance/v1"}],
        },
        "extensions": {
            _EXTENSION + "half-day": slot.key,
            PLANNED_DURATION: duration((end - start).total_seconds()),
        },
    }


def _next_morning(end: datetime, minute: int) -> datetime:
    day = end.date() + timedelta(days=1)
    while not is_open(day):
        day += timedelta(days=1)
    return at(day, 8, minute)
