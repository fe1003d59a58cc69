"""Stays as statements of the virtual-classroom profile, under ids that follow from what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from training.attendance.roll import identity_of
from training.attendance.vocabulary import BASE, PEOPLE, SESSION_TYPE, ext
from training.attendance.writing import duration
from training.meetings import vocabulary
from training.meetings.matching import MatchedBy
from training.meetings.stays import Stay
from training.records.enrolment import Enrolment
from training.records.identity import Identity
from training.records.person import Person
from training.records.session import TrainingSession
from training.records.slot import Slot

Json = dict[str, Any]
_LANGUAGE: Final = "fr-FR"


@dataclass(frozen=True, slots=True)
class Class:
    """The class of one slot, and the report that speaks of it."""

    slug: str
    session: TrainingSession
    slot: Slot
    tool: str
    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """A trainee in a class: under which enrolment, known to the report how."""

    person: Person
    enrolment: Enrolment
    matched_by: MatchedBy


def write_stay(held: Class, attendee: Attendee, stay: Stay) -> Iterator[Json]:
    """Yield the statements of one stay: joining, and leaving where it is known.

    Their ids follow from organisation, slot, enrolment, tool and the two instants, so that a report sent again, or a
    fuller one of the same meeting, names what it has in common with the first by the same ids. Each stay is a technical
    session of its own: a stay that turns out longer stands beside the shorter one, and counts with it once.
    """
    name = uuid5(NAMESPACE_URL, f"{class_iri(held)}/enrolments/{attendee.enrolment.id}/{held.tool}/{_span(stay)}")
    yield _statement(held, attendee, stay, name, vocabulary.JOIN, stay.joined_at)
    if stay.left_at is not None:
        yield _statement(held, attendee, stay, name, vocabulary.LEAVE, stay.left_at)


def class_iri(held: Class) -> str:
    """Return the Activity that the class of a slot is. Facts find the slot by its last part, the record's id."""
    return f"{BASE}organisations/{held.slug}/classes/{held.slot.id}"


def _span(stay: Stay) -> str:
    return "/".join("" if at is None else f"{at.timestamp():.6f}" for at in (stay.joined_at, stay.left_at))


def _statement(held: Class, attendee: Attendee, stay: Stay, name: UUID, verb: Json, at: datetime) -> Json:
    known = identity_of(attendee.person) or Identity.account(PEOPLE, attendee.person.id)
    return {
        "id": str(uuid5(name, verb["id"])),
        "actor": {"objectType": "Agent", **known.to_plain()},
        "verb": verb,
        "object": {
            "objectType": "Activity",
            "id": class_iri(held),
            "definition": {
                "type": vocabulary.CLASSROOM,
                "name": {_LANGUAGE: f"Classe virtuelle du {held.slot.held_on:%d/%m/%Y}"},
            },
        },
        "context": {
            "registration": str(attendee.enrolment.registration),
            "platform": held.title,
            "language": _LANGUAGE,
            "contextActivities": {
                "grouping": [
                    {
                        "id": f"{BASE}organisations/{held.slug}/sessions/{held.session.id}",
                        "definition": {"type": SESSION_TYPE},
                    }
                ],
                "category": [{"id": vocabulary.CATEGORY, "definition": {"type": vocabulary.PROFILE_TYPE}}],
            },
            "extensions": {
                vocabulary.SESSION_ID: str(name),
                vocabulary.PLANNED_DURATION: duration(held.slot.planned_seconds),
                **_evidence(held, attendee, stay),
            },
        },
        "timestamp": at.astimezone(ZoneInfo(held.session.time_zone)).isoformat(timespec="milliseconds"),
    }


def _evidence(held: Class, attendee: Attendee, stay: Stay) -> Json:
    """Return what lets somebody find the line of the report again, and see what it said before it was cut."""
    report: Json = {"type": "meeting-report", "sha256": held.sha256, "lines": list(stay.lines)}
    joined, left = stay.said
    found: Json = {
        ext("evidence"): [report],
        ext("matched-by"): attendee.matched_by.value,
        ext("reported-joining"): joined,
    }
    if left:
        found[ext("reported-leaving")] = left
    if stay.is_shortened:
        found[ext("is-shortened")] = True
    return found
