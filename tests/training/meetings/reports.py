"""The class of `reports/`, as files and as what they say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from training.records import (
    Contract,
    Enrolment,
    Identity,
    Modality,
    Person,
    Programme,
    Slot,
    TrainingSession,
)
from training.records.kinds import Record
from training.records.slot import HalfDay

FOLDER: Final = Path(__file__).parent / "reports"
# How each tool saves its files.
ENCODINGS: Final = {
    "teams-2022-en.csv": "utf-16",
    "teams-2022-fr.csv": "utf-16",
    "teams-2021-en.csv": "utf-16",
    "teams-2020-fr.csv": "utf-16-le",
    "zoom-en.csv": "utf-8-sig",
    "zoom-fr.csv": "cp1252",
    "bigbluebutton-en.csv": "utf-8",
    "bigbluebutton-fr.csv": "utf-8",
}
LEA, YANN, ZOE = (UUID(f"3f2504e0-4f89-41d3-9a0c-0305e82c330{at}") for at in range(3))
# After the class: nothing in the reports is yet to come.
AFTERWARDS: Final = 1_773_000_000_000_000
AFTERNOON: Final = (datetime(2026, 3, 3, 12, 30, tzinfo=UTC), datetime(2026, 3, 3, 16, tzinfo=UTC))


def report(name: str) -> bytes:
    """Return a report as its tool saves it."""
    return (FOLDER / name).read_text("utf-8").encode(ENCODINGS[name])


def person(name: str, first: str, last: str, **more: Any) -> Person:
    given = {"email": f"{name}@exemple.fr", "identities": (Identity.mbox(f"{name}@exemple.fr"),), **more}
    return Person(**{"id": name, "first_name": first, "last_name": last, **given})


def slot(name: str, hour: int, half: HalfDay, **more: Any) -> Slot:
    """Three and a half hours on 3 March 2026, from this hour in UTC; Paris is one ahead."""
    starts, ends = datetime(2026, 3, 3, hour, tzinfo=UTC), datetime(2026, 3, 3, hour + 3, 30, tzinfo=UTC)
    given = {"held_on": date(2026, 3, 3), "half_day": half, "starts_at": starts, "ends_at": ends}
    return Slot(**{"id": name, "session_id": "mars", "mode": Modality.SYNC_REMOTE, **given, **more})


def enrolment(who: str, registration: UUID | None) -> Enrolment:
    contract = Contract(date(2026, 1, 1), {Modality.SYNC_REMOTE: 7 * 3600}, "CONV-1")
    return Enrolment(id=f"e-{who}", session_id="mars", person_id=who, registration=registration, contracts=(contract,))


def records() -> tuple[Record, ...]:
    """Three trainees, one of them without any identity, a trainer, and two slots held remotely."""
    return (
        person("anne", "Anne", "Prof"),
        person("lea", "Léa", "Martin"),
        person("yann", "Yann", "Le Gall"),
        person("zoe", "Zoé", "Diaz", email="", identities=()),
        person("ailleurs", "Paul", "Durand"),
        Programme("prog", "Droit du travail"),
        TrainingSession(
            "mars", "prog", date(2026, 3, 1), date(2026, 3, 31), modality=Modality.SYNC_REMOTE, trainer_ids=("anne",)
        ),
        slot("matin", 8, HalfDay.AM),
        slot("midi", 12, HalfDay.PM, starts_at=AFTERNOON[0], ends_at=AFTERNOON[1]),
        enrolment("lea", LEA),
        enrolment("yann", YANN),
        enrolment("zoe", ZOE),
    )
