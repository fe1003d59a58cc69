from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from lrs.clock import FixedClock, Micros
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.training.examples import change, enrolment, organisation_records, person, slot
from training.attendance import Author, Desk, Device, Entrance, Receipt, Signature
from training.records import Identity, Modality
from training.store import Register

TRAINER = Author("account", "65f0", "Yann Le Gall")
PHONE = Device("203.0.113.77", "Mozilla/5.0 (Linux; Android 9; Pixel 2) Chrome/90 Mobile Safari/537.36", "téléphone")
REGISTRATIONS = {"e2": UUID(int=2 + (4 << 76) + (8 << 60)), "e3": UUID(int=3 + (4 << 76) + (8 << 60))}


def micros(text: str) -> Micros:
    return Micros(round(datetime.fromisoformat(text).timestamp() * 1_000_000))


def at(clock: FixedClock, time: str, day: int = 6) -> None:
    """Move the clock to a time of a day of January 2026, in UTC: the slot `matin` is from 08:00 to 11:30 on the 6th."""
    clock.micros = micros(f"2026-01-{day:02}T{time}:00+00:00")


def png(seed: int = 0) -> bytes:
    """A small real PNG, another for each seed."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    header = (4).to_bytes(4, "big") + (1).to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    pixels = b"\0" + seed.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


@pytest.fixture
def school(register: Register, organisation: OrganisationId, clock: FixedClock) -> OrganisationId:
    """Three trainees in one session: Léa has an account on an LMS, Zoé an address, Sam nothing but a name."""
    records = [
        *organisation_records(),
        person("zoe", first_name="Zoé", last_name="Martin", email="zoe@exemple.fr", identities=()),
        person("sam", first_name="Sam", last_name="Diallo", identities=()),
        enrolment("e2", person_id="zoe", registration=REGISTRATIONS["e2"], contracts=()),
        enrolment("e3", person_id="sam", registration=REGISTRATIONS["e3"], contracts=()),
    ]
    changes = [
        change(
            person(
                "lea", identities=(Identity.account("https://lms.exemple.fr", "42"), Identity.mbox("lea@exemple.fr"))
            )
            if record.id == "lea"
            else record
        )
        for record in records
    ]
    register.write(organisation, changes, "essai")
    at(clock, "08:10")
    return organisation


@pytest.fixture
def desk(services: Services) -> Desk:
    return Desk(services)


@pytest.fixture
def entrance(services: Services) -> Entrance:
    return Entrance(services)


@pytest.fixture
def choice(desk: Desk, entrance: Entrance, school: OrganisationId) -> Callable[[str], str]:
    """How the public page of the open slot `matin` names somebody, by the beginning of the label."""
    known: dict[str, str] = {}

    def find(name: str) -> str:
        if not known:
            visit = entrance.visit(desk.display(school, "matin").token)
            known.update({one.label.split()[0]: one.key for one in visit.choices})
        return known[name]

    return find


Sign = Callable[..., Receipt]


@pytest.fixture
def sign(desk: Desk, entrance: Entrance, school: OrganisationId, choice: Callable[[str], str]) -> Sign:
    """Sign the open slot `matin` as somebody, by the displayed code."""

    def do(name: str, *, drawing: bytes | None = None, reason: str = "", device: Device = PHONE) -> Receipt:
        shown = desk.display(school, "matin")
        ticket = entrance.prove_by_code(shown.token, choice(name), shown.code, device).token
        reading = entrance.read(ticket)
        return entrance.sign(ticket, Signature(reading.text_sha256, drawing, reason), device)

    return do


def remote(day: int = 6) -> object:
    return slot("distance", day, mode=Modality.SYNC_REMOTE)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
