"""The application with a mail server and, where a test wants it, a browser and an identity provider."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pyotp
import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.base import AXE_FILE_PATH
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from assidu.settings import Settings
from dashboards.accounts.desk import AccountsDesk, Sent, current_desk
from dashboards.attendance.letters import Letter
from lrs.clock import FixedClock, Micros
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.browser import Lend
from tests.dashboards.accounts.provider import IdentityProvider
from tests.dashboards.conftest import PASSWORD, wait_for
from tests.serving import serve
from training.access import Role, Viewer
from training.accounts import Accounts
from training.accounts.member import Invitation, Standing
from training.accounts.policy import Policy

EMAIL = "lea@exemple.fr"
ADMIN = "direction@exemple.fr"


class Letters:
    """What the mail server took."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        # While it is clear, the server takes a letter's bytes and does not answer yet.
        self.answers = threading.Event()
        self.answers.set()

    async def handle_DATA(self, server: Any, connection: Any, envelope: Any) -> str:  # noqa: ARG002, N802 - as aiosmtpd calls it
        await asyncio.to_thread(self.answers.wait, 5)
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def last(self, count: int = 1) -> EmailMessage:
        """The newest letter, once there are that many."""
        wait_for(lambda: len(self.messages) >= count, seconds=20)
        return self.messages[-1]

    def link(self, count: int = 1) -> str:
        """The path of the link in it."""
        found = re.search(r"https?://[^/]+(/\S+)", self.last(count).get_content())
        assert found is not None
        return found[1]


@dataclass
class House:
    """The application, and what tests do to it beside its pages."""

    app: Flask
    services: Services
    clock: FixedClock
    organisation: OrganisationId
    letters: Letters

    @property
    def admin(self) -> Viewer:
        return Viewer(self.organisation, Role.ADMINISTRATOR, "account:essai")

    @property
    def desk(self) -> AccountsDesk:
        """What every request of the application carries."""
        with self.app.test_request_context("/"):
            self.app.preprocess_request()
            return current_desk()

    def invite(self, email: str = EMAIL, role: Role = Role.MANAGER) -> Sent:
        return self.desk.invite(self.admin, Invitation(email, "Léa Martin", Standing(role)))

    def ask_factor(self, *roles: Role) -> None:
        self.desk.administration.set_policy(self.admin, Policy(frozenset(roles)))

    def pass_seconds(self, seconds: int) -> None:
        self.clock.micros = Micros(self.clock.micros + seconds * 1_000_000)

    def code(self, secret: str, steps: int = 0) -> str:
        """What an application shows."""
        return pyotp.TOTP(secret.replace(" ", "")).generate_otp(self.clock.micros // 30_000_000 + steps)

    def client(self, email: str = ADMIN, password: str = PASSWORD) -> FlaskClient:
        """A client that has given its password."""
        client = self.app.test_client()
        assert post(client, "/login", email=email, password=password).status_code == 303
        return client

    def client_with_totp(self) -> tuple[FlaskClient, str, list[str]]:
        """A client that is signed in and has an application: its secret, and its recovery codes."""
        client = self.client()
        secret = found(r'class="secret"[^>]*>([^<]+)<', client.get("/account/factors/code").text)
        page = post(client, "/account/factors/code", code=self.code(secret))
        codes = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", page.text)
        self.pass_seconds(30)
        return client, secret, codes


def form_token(page: str) -> str:
    """What a page's forms send back."""
    return found(r'name="csrf" value="([^"]+)"', page)


def post(client: FlaskClient, page: str, action: str = "", **form: str) -> Any:
    """Send a form of a page, as a browser would."""
    return client.post(action or page, data={"csrf": form_token(client.get(page).text), **form})


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, (pattern, text)
    return match[1]


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


@pytest.fixture(scope="session")
def _app(
    mongod_uri: str,
    tmp_path_factory: pytest.TempPathFactory,
    _mail_server: tuple[Letters, int],
    _worker_services: Services,
) -> Flask:
    from assidu.app import create_app

    settings = Settings.from_environment(
        {
            "ASSIDU_DATA": str(tmp_path_factory.mktemp("var")),
            "ASSIDU_MONGODB_URI": mongod_uri,
            "ASSIDU_SMTP_HOST": "127.0.0.1",
            "ASSIDU_SMTP_PORT": str(_mail_server[1]),
            "ASSIDU_SMTP_SECURITY": "none",
            "ASSIDU_MAIL_FROM": "assidu@exemple.fr",
        }
    )
    return create_app(settings, _worker_services)


@pytest.fixture
def house(
    _app: Flask, services: Services, organisation: OrganisationId, clock: FixedClock, _mail_server: tuple[Letters, int]
) -> Iterator[House]:
    _mail_server[0].messages.clear()
    Accounts(services.store, clock).ensure_administrator(organisation, ADMIN, PASSWORD, name="Anne Leroy")
    house = House(_app, services, clock, organisation, _mail_server[0])
    yield house
    # One letter is sent after the other: when this has come, none is left for the next test to find.
    house.desk.letters.mailer.send(Letter("fin@exemple.fr", "Essai", "Fin", "Fin"), patience_seconds=20)


@pytest.fixture
def provider(clock: FixedClock) -> Iterator[IdentityProvider]:
    """An organisation's own identity provider, on a port of this machine."""
    with IdentityProvider(clock) as running:
        yield running


@dataclass
class Visit:
    """One page in a browser profile of its own, and what it complained about or asked of anybody."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, email: str = ADMIN, path: str = "/account") -> None:
        self.go(f"/login?next={path}")
        self.page.fill("#email", email)
        self.page.fill("#password", PASSWORD)
        self.page.click("button[type=submit]")

    def axe(self) -> list[str]:
        """What axe-core finds wrong with the page as it is now."""
        # A page that a click has led to may have its text and no style yet.
        self.page.wait_for_load_state()
        self.page.evaluate(f"() => {{ {AXE_FILE_PATH.read_text()} }}")
        violations = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [
            f"{rule['id']}: {node['target']} {node.get('failureSummary')}"
            for rule in violations
            for node in rule["nodes"]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        self.page.wait_for_load_state()
        return int(
            self.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )

    def add_authenticator(self) -> None:
        """Give this browser a device with a fingerprint reader, whose owner is there."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """Where the application is served, by this process: the tests' clock is its clock."""
    # A name: browsers make passkeys for no bare address.
    with serve(house.app, "localhost") as address:
        yield address


@pytest.fixture
def open_page(address: str, lend: Lend) -> Callable[..., Visit]:
    """Open a page in a profile of its own: `open_page(width=390, scheme="dark")`."""

    def start(*, width: int = 1280, **options: Any) -> Visit:
        visit = Visit(lend(width=width, **options).new_page(), address)
        visit.page.on("console", lambda one: visit.complaints.append(one.text) if one.type in _BAD else None)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("request", lambda one: visit.requests.append(one.url))
        return visit

    return start


_BAD = {"error", "warning"}
