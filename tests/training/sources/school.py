"""The organisation of `samples/`, as records; the files of `samples/` speak of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from tests.training.examples import HOUR
from training.records import (
    Contract,
    Enrolment,
    Identity,
    Modality,
    Module,
    Person,
    Programme,
    Slot,
    TrainingActivity,
    TrainingSession,
)
from training.records.kinds import Record
from training.records.slot import HalfDay

FOLDER: Final = Path(__file__).parent / "samples"
# 1 February 2026: everything in the samples has happened.
AFTERWARDS: Final = 1_769_940_000_000_000
MOODLE: Final = "https://moodle.exemple.fr"
READERS: Final = "https://badges.exemple.fr"
LEA, YANN, ZOE = (UUID(f"3f2504e0-4f89-41d3-9a0c-0305e82c330{at}") for at in range(3))


def sample(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def person(name: str, first: str, last: str, *identities: Identity, **more: Any) -> Person:
    given = {"email": f"{name}@exemple.fr", "identities": (Identity.mbox(f"{name}@exemple.fr"), *identities), **more}
    return Person(**{"id": name, "first_name": first, "last_name": last, **given})


def slot(name: str, day: int, half: HalfDay, **more: Any) -> Slot:
    """Three and a half hours in Paris, in winter: from nine, or from half past one."""
    hour, minute = (8, 0) if half is HalfDay.AM else (12, 30)
    starts, ends = datetime(2026, 1, day, hour, minute, tzinfo=UTC), None
    ends = datetime(2026, 1, day, hour + (3 if minute == 0 else 4), 30 if minute == 0 else 0, tzinfo=UTC)
    given = {"held_on": date(2026, 1, day), "half_day": half, "starts_at": starts, "ends_at": ends}
    return Slot(**{"id": name, "session_id": "janvier", **given, **more})


def enrolment(who: str, registration: UUID, session: str = "janvier") -> Enrolment:
    contract = Contract(
        date(2026, 1, 1),
        {Modality.IN_PERSON: 14 * HOUR, Modality.ASYNC: 2 * HOUR, Modality.SYNC_REMOTE: 7 * HOUR},
        "CONV-1",
    )
    return Enrolment(id=f"e-{who}", session_id=session, person_id=who, registration=registration, contracts=(contract,))


def records() -> tuple[Record, ...]:
    """Three trainees, one of them without any identity, a trainer, four half-days, two activities."""
    quiz = TrainingActivity("quiz", "https://lms.exemple.fr/quiz", "Quiz", 1800, mastery_score=0.5)
    course = TrainingActivity("cours", "https://lms.exemple.fr/cours", "Cours", 5400)
    test = TrainingActivity("test", f"{MOODLE}/mod/quiz/view.php?id=7", "Quiz 1", 900)
    return (
        person("anne", "Anne", "Prof"),
        person("lea", "Léa", "Martin", Identity.account(MOODLE, "5"), Identity.account(READERS, "0042")),
        person("yann", "Yann", "Le Gall", Identity.account(READERS, "0077")),
        person("zoe", "Zoé", "Diaz", email="", identities=()),
        person("ailleurs", "Paul", "Durand"),
        Programme("prog", "Droit du travail", modules=(Module("m1", "Le droit", activities=(quiz, course, test)),)),
        TrainingSession(
            "janvier", "prog", date(2026, 1, 5), date(2026, 1, 30), modality=Modality.BLENDED, trainer_ids=("anne",)
        ),
        slot("matin", 6, HalfDay.AM),
        slot("midi", 6, HalfDay.PM),
        slot("lendemain", 13, HalfDay.AM),
        slot("classe", 14, HalfDay.AM, mode=Modality.SYNC_REMOTE),
        enrolment("lea", LEA),
        enrolment("yann", YANN),
        enrolment("zoe", ZOE),
    )
