"""The virtual classroom: opened, joined, sometimes dropped and joined again, left, closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from assidu.demo.attendance import slot_activity
from assidu.demo.behaviour import Presence, chance
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
from assidu.demo.vocabulary import ACROSSX, CLASSROOM, PLANNED_DURATION, SESSION_ID, TYPES

_MESSAGES = (
    "Bonjour à toutes et à tous !",
    "Le son est bon, merci.",
    "Pouvez-vous revenir à la diapositive précédente ?",
    "Merci, c’est plus clair.",
    "Je partage mon exercice dans le dépôt.",
    "Est-ce que l’exercice est à rendre avant jeudi ?",
    "Petite coupure chez moi, je suis de retour.",
    "Merci pour la séance, bonne soirée !",
)
_DROP = timedelta(minutes=3)


def joined(pen: Pen, presence: Presence) -> list[DemoStatement]:
    """Return what the classroom saw of one learner during the half-day."""
    slot = presence.slot
    start, end = slot.hours
    random = pen.random
    early = timedelta(seconds=random.randint(20, 400))
    opens = start + timedelta(minutes=presence.late_minutes) if presence.late_minutes else start - early
    closes = end - timedelta(minutes=presence.early_minutes) + timedelta(seconds=random.randint(5, 200))
    if presence.drops_at is None:
        return _stay(pen, slot, opens, closes)
    cut = start + (end - start) * presence.drops_at
    if not opens + _DROP < cut < closes - 2 * _DROP:
        return _stay(pen, slot, opens, closes)
    return [*_stay(pen, slot, opens, cut), *_stay(pen, slot, cut + _DROP, closes)]


def _stay(pen: Pen, slot: Slot, opens: datetime, closes: datetime) -> list[DemoStatement]:
    """Return one technical session; what is said in it falls between joining and leaving."""
    context = _context(pen, slot)
    room = slot_activity(pen, slot)
    seconds = (closes - opens).total_seconds()

    def moment(verb: str, share: float, target: Json, result: Json | None = None) -> DemoStatement:
        at = opens + timedelta(seconds=seconds * share)
        return pen.write(Sender.CLASSROOM, verb, at, target, result=result, context=context)

    messages = pen.random.choice((0, 0, 1, 1, 2))
    said = [moment("posted", pen.random.uniform(0.05, 0.95), _message(pen, room)) for _ in range(messages)]
    if chance(pen.random, 0.5):
        said.append(moment("answered", pen.random.uniform(0.3, 0.9), _poll(room), _vote(pen)))
    stay = {"duration": duration(seconds)}
    return [
        moment("initialized", 0.0, room),
        moment("join", min(0.02, 8 / seconds), room),
        *said,
        moment("leave", 0.995, room, stay),
        moment("terminated", 1.0, room, stay),
    ]


def _context(pen: Pen, slot: Slot) -> Json:
    start, end = slot.hours
    return {
        "registration": str(pen.enrolment.registration),
        "platform": "Classe virtuelle Cap Horizon",
        "language": "fr-FR",
        "contextActivities": {
            "parent": [module_activity(pen.enrolment, slot.module)],
            "grouping": [session_activity(pen.enrolment)],
            "category": [{"id": "https://w3id.org/xapi/virtual-classroom", "definition": {"type": TYPES + "profile"}}],
        },
        "extensions": {
            SESSION_ID: str(pen.new_id("classroom")),
            PLANNED_DURATION: duration((end - start).total_seconds()),
            CLASSROOM + "extensions/micro-activated": chance(pen.random, 0.6),
        },
    }


def _message(pen: Pen, room: Json) -> Json:
    number = pen.new_id("message")
    text = pen.random.choice(_MESSAGES)
    return activity(f"{room['id']}/messages/{number}", ACROSSX + "activities/message", "Message public",
                    description={"fr-FR": text})  # fmt: skip


def _poll(room: Json) -> Json:
    choices = [{"id": str(mark), "description": {"fr-FR": text}} for mark, text in enumerate(_RHYTHM, start=1)]
    return activity(f"{room['id']}/sondages/rythme", TYPES + "cmi.interaction", "Le rythme vous convient-il ?",
                    interactionType="choice", choices=choices)  # fmt: skip


_RHYTHM = ("Trop lent", "Bien", "Trop rapide")


def _vote(pen: Pen) -> Json:
    return {"response": pen.random.choices(("1", "2", "3"), (1, 6, 2))[0]}
