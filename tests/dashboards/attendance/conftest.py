"""A small training organisation whose half-day is signed: the application in this process, a browser, a mail server."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from assidu.settings import Settings
from lrs.clock import FixedClock
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.browser import Lend
from tests.dashboards.conftest import PASSWORD
from tests.serving import serve
from tests.training.examples import change, enrolment, person, programme, session, slot
from training.accounts import Accounts
from training.records.slot import HalfDay
from training.store import Register

TRAINER = "formatrice@exemple.fr"
HOME = "/dashboards/attendance/"
SLOT = f"{HOME}slots/matin"
MINUTE = 60_000_000
# Longer names than most, so that pages are seen with them.
PEOPLE = (
    ("lea", "Léa", "Martin"),
    ("ines", "Inès", "Garcia"),
    ("theo", "Théo", "Lefèvre"),
    ("noemie", "Noémie-Charlotte", "de la Rochefoucauld-Montbel"),
    ("mehdi", "Mehdi", "Benali"),
    ("zoe", "Zoé", "Durand"),
)


class Letters:
    """What the mail server took."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuses = False

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, server: Any, connection: Any, envelope: Any, address: str, options: Any
    ) -> str:
        del server, connection, options
        if self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, connection: Any, envelope: Any) -> str:  # noqa: ARG002, N802 - as aiosmtpd calls it
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def text(self) -> str:
        """The last letter's text."""
        return self.messages[-1].get_content()


@pytest.fixture(scope="session")
def _mail_server() -> Iterator[tuple[Letters, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    letters = Letters()
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    yield letters, port
    controller.stop()


@pytest.fixture
def letters(_mail_server: tuple[Letters, int]) -> Letters:
    _mail_server[0].messages.clear()
    _mail_server[0].refuses = False
    return _mail_server[0]


@pytest.fixture
def school(services: Services, organisation: OrganisationId, clock: FixedClock) -> OrganisationId:
    """Six trainees, one trainer, a morning now (9:00 to 12:30 in Paris, it is 9:00) and an afternoon."""
    today, noon = {"held_on": date(2026, 1, 5)}, datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
    records = [
        person("yann", last_name="Le Gall", first_name="Yann"),
        programme(),
        session(trainer_ids=("yann",), place="Salle Ada-Lovelace"),
        slot("matin", 5, **today),
        slot("apres-midi", 5, **today, half_day=HalfDay.PM, starts_at=noon, ends_at=noon.replace(hour=16, minute=0)),
        *(person(name, first_name=first, last_name=last, email=f"{name}@exemple.fr") for name, first, last in PEOPLE),
        *(enrolment(f"e-{name}", person_id=name, registration=services.ids.new_uuid()) for name, _, _ in PEOPLE),
    ]
    Register(services.store, clock).write(organisation, [change(record) for record in records], "essai")
    accounts = Accounts(services.store, clock)
    accounts.ensure_administrator(organisation, TRAINER, PASSWORD, name="Yann Le Gall")
    return organisation


@pytest.fixture(scope="session")
def _mailing_settings(
    mongod_uri: str, tmp_path_factory: pytest.TempPathFactory, _mail_server: tuple[Letters, int]
) -> Settings:
    return Settings.from_environment(
        {
            "ASSIDU_DATA": str(tmp_path_factory.mktemp("var")),
            "ASSIDU_MONGODB_URI": mongod_uri,
            "ASSIDU_SMTP_HOST": "127.0.0.1",
            "ASSIDU_SMTP_PORT": str(_mail_server[1]),
            "ASSIDU_SMTP_SECURITY": "none",
            "ASSIDU_MAIL_FROM": "assidu@exemple.fr",
        }
    )


@pytest.fixture(scope="session")
def _mailing_app(_mailing_settings: Settings, _worker_services: Services) -> Flask:
    from assidu.app import create_app

    return create_app(_mailing_settings, _worker_services)


@pytest.fixture
def pages(_mailing_app: Flask, services: Services, school: OrganisationId, letters: Letters) -> Flask:
    """The application, with a mail server, over a database that holds the school."""
    return _mailing_app


@pytest.fixture
def trainer(pages: Flask) -> FlaskClient:
    """A client that is signed in."""
    client = pages.test_client()
    sign_in(client)
    return client


def sign_in(client: FlaskClient) -> None:
    """Sign in, for the first time or after hours without doing anything."""
    token = form_token(client.get("/login").text)
    answer = client.post("/login", data={"csrf": token, "email": TRAINER, "password": PASSWORD})
    assert answer.status_code == 303


def form_token(page: str) -> str:
    """What a page's forms send back."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def post(client: FlaskClient, page: str, action: str = "", **form: str) -> Any:
    """Send a form of a page, as a browser would."""
    return client.post(action or page, data={"csrf": form_token(client.get(page).text), **form})


@dataclass
class Opened:
    """A half-day that is being signed."""

    pages: Flask
    trainer: FlaskClient
    # The path behind the QR code, and the code beside it as somebody types it.
    link: str
    code: str

    def trainee(self, name: str, code: str | None = None) -> FlaskClient:
        """A phone on which somebody has said who they are."""
        phone = self.pages.test_client()
        page = phone.get(self.link).text
        said = {"choice": choice(page, name), "code": code or self.code, "way": "displayed"}
        answer = phone.post(self.link, data={"csrf": form_token(page), **said})
        assert answer.location == "/emargement/signature", answer.text
        return phone

    def mark(self, enrolment_id: str) -> str:
        """What the trainer's list says of somebody."""
        person = self.trainer.get(f"{SLOT}/live").text.partition(f'<a class="quiet" id="note-{enrolment_id}"')[0]
        person = person.rpartition("<li>")[2]
        return " ".join(re.sub("<[^>]*>", " ", person).split())


@pytest.fixture
def opened(pages: Flask, trainer: FlaskClient) -> Opened:
    assert post(trainer, SLOT, f"{SLOT}/open").status_code == 303
    page = trainer.get(SLOT).text
    link = found(r'data-copy="https?://[^/]+(/emargement/[^"]+)"', page)
    return Opened(pages, trainer, link, "".join(found(r'big-code">([^<]+)<', page).split()))


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, pattern
    return match[1]


def choice(page: str, name: str) -> str:
    """The value of somebody's name on the page that asks who one is."""
    return found(rf'name="choice" value="([^"]+)"[^>]*>\s*<span>{name}', page)


def sign(phone: FlaskClient, **form: str) -> Any:
    """Sign what the phone shows, by ticking the box."""
    page = phone.get("/emargement/signature").text
    shown = {"csrf": form_token(page), "text": found(r'name="text" value="([^"]+)"', page)}
    return phone.post("/emargement/signature", data={**shown, "agree": "yes", **form})


@dataclass
class Visit:
    """One page in a browser profile of its own, and what it complained about or asked of anybody."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def elsewhere(self) -> list[str]:
        return [one for one in self.requests if not one.startswith((self.address, "data:"))]


@pytest.fixture
def address(pages: Flask) -> Iterator[str]:
    """Where the application is served, by this process: the tests' clock is its clock."""
    with serve(pages) as address:
        yield address


@pytest.fixture
def open_page(address: str, lend: Lend) -> Callable[..., Visit]:
    """Open a page in a profile of its own: `open_page(width=390, scheme="dark")`."""

    def start(*, width: int = 1280, **options: Any) -> Visit:
        visit = Visit(lend(width=width, **{"has_touch": width < 600, **options}).new_page(), address)
        visit.page.on("console", lambda one: visit.complaints.append(one.text) if one.type in _BAD else None)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("request", lambda one: visit.requests.append(one.url))
        return visit

    return start


_BAD = {"error", "warning"}


@pytest.fixture
def desk(open_page: Callable[..., Visit]) -> Visit:
    """The trainer's browser, signed in."""
    visit = open_page()
    visit.go("/login?next=/dashboards/attendance/")
    visit.page.fill("#email", TRAINER)
    visit.page.fill("#password", PASSWORD)
    visit.page.click("button[type=submit]")
    visit.page.wait_for_url("**/dashboards/attendance/")
    return visit
