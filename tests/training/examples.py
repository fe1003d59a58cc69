"""A small training organisation, whose records tests change one at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from training.records import (
    CompletionRule,
    Contract,
    Enrolment,
    Funder,
    FunderFamily,
    FunderProfile,
    FundingFile,
    Identity,
    MappingRule,
    Matcher,
    Modality,
    Module,
    Person,
    Programme,
    Provider,
    Signatory,
    Slot,
    TrainingActivity,
    TrainingSession,
)
from training.records.funder import Report, Trigger
from training.records.kinds import KINDS, Record
from training.records.law_override import LawOverride
from training.records.slot import HalfDay
from training.store import Change

HOUR = 3600
REGISTRATION = UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301")


def person(name: str = "lea", **changes: Any) -> Person:
    given = {"last_name": "Martin", "first_name": "Léa", "identities": (Identity.mbox(f"{name}@exemple.fr"),)}
    return Person(**{"id": name, **given, **changes})


def programme(**changes: Any) -> Programme:
    quiz = TrainingActivity("quiz", "https://lms.exemple.fr/quiz", "Quiz", 1800)
    course = TrainingActivity("cours", "https://lms.exemple.fr/cours", "Cours", 5400)
    modules = (
        Module("m1", "Le droit", Modality.ASYNC, True, (course, quiz)),
        Module("m2", "Ateliers", Modality.IN_PERSON),
    )
    return Programme(**{"id": "prog", "title": "Droit du travail", "code": "DT1", "modules": modules, **changes})


def session(**changes: Any) -> TrainingSession:
    given = {
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2026, 1, 30),
        "title": "Janvier",
        "modality": Modality.BLENDED,
    }
    return TrainingSession(**{"id": "janvier", "programme_id": "prog", **given, **changes})


def slot(name: str = "matin", day: int = 6, **changes: Any) -> Slot:
    """9:00 to 12:30 in Paris, in winter."""
    starts, ends = datetime(2026, 1, day, 8, tzinfo=UTC), datetime(2026, 1, day, 11, 30, tzinfo=UTC)
    given = {
        "held_on": date(2026, 1, day),
        "half_day": HalfDay.AM,
        "starts_at": starts,
        "ends_at": ends,
        "module_id": "m2",
    }
    return Slot(**{"id": name, "session_id": "janvier", **given, **changes})


def enrolment(name: str = "e1", **changes: Any) -> Enrolment:
    contract = Contract(date(2026, 1, 1), {Modality.IN_PERSON: 7 * HOUR, Modality.ASYNC: 2 * HOUR}, "CONV-1")
    given = {"person_id": "lea", "registration": REGISTRATION, "contracts": (contract,)}
    return Enrolment(**{"id": name, "session_id": "janvier", **given, **changes})


def provider(**changes: Any) -> Provider:
    given = {
        "legal_name": "Atelier des Savoirs SAS",
        "activity_number": "11755012375",
        "siret": "73282932000074",
        "place": "Paris",
        "signatories": (Signatory("Hélène Aubry", "directrice", date(2020, 1, 1)),),
    }
    return Provider(**{"id": "of", **given, **changes})


def organisation_records() -> tuple[Record, ...]:
    """One of most things, in an order in which each names only those before it."""
    return (
        CompletionRule("regle", "Tout"),
        FunderProfile("opco-2026", FunderFamily.OPCO, date(2026, 1, 1), reports=(Report("fin", Trigger.ON_EXIT),)),
        LawOverride("tolerance", "contract.tolerance_seconds", 0, date(2026, 1, 1), reason="rappel"),
        Funder("opco", "Un OPCO", FunderFamily.OPCO, "12345678901234", profile_id="opco-2026"),
        person("lea"),
        person("yann", last_name="Le Gall", first_name="Yann"),
        programme(completion_rule_id="regle"),
        MappingRule("moodle", Matcher.IRI_PREFIX, "https://moodle.exemple.fr/", "prog", module_id="m1"),
        session(trainer_ids=("yann",)),
        slot("matin"),
        slot("lendemain", 7, trainer_id="yann"),
        enrolment(funding=FundingFile("opco", "plan", "D-1", agreed_seconds=9 * HOUR)),
        provider(),
    )


def change(record: Record, **options: Any) -> Change:
    return Change(KINDS[type(record)], record.id, record, **options)
