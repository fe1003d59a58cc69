"""A deployment with hosted packages, and a real browser to open them with."""

from __future__ import annotations

import io
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page

from assidu.content import build_premises
from assidu.settings import Settings
from assidu.wiring import connect, prepare
from lrs.courses.hosting import Offered
from lrs.courses.plays import NewPlay, Plays
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.dashboards.conftest import _answers, _process, wait_for
from tests.lrs.packages.building import Course, packed

LEA = {"name": "Léa Petit", "account": {"homePage": "https://portail.exemple.fr", "name": "lea"}}


@dataclass
class Host:
    """A deployment that is running, with its packages."""

    address: str
    services: Services
    plays: Plays
    organisation: OrganisationId

    def upload(self, course: Course) -> str:
        """Offer a course; return its package's id."""
        offered = Offered("essai", self.address)
        return self.plays.hosting.upload(self.organisation, io.BytesIO(packed(course)), offered).package.id

    def link(self, package: str, actor: dict[str, Any] | None = None) -> str:
        """Return a link to a package for somebody, for Léa unless somebody else is named."""
        return self.plays.issue(self.organisation, NewPlay(package, actor or LEA)).address

    def statements(self, name: str = "lea") -> list[dict[str, Any]]:
        """Return every statement of a learner, in the order in which they were stored."""
        rows = self.services.store.collection("statements").find({"o": self.organisation}).sort("n", 1)
        found = [json.loads(bytes(row["b"])) for row in rows]
        return [each for each in found if each["actor"].get("account", {}).get("name") == name]


@pytest.fixture(scope="session")
def host(mongod_uri: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("content")
    settings = Settings.from_environment({
        "ASSIDU_DATA": str(folder), "ASSIDU_MONGODB_URI": mongod_uri, "ASSIDU_DATABASE": f"content_{worker}",
        "ASSIDU_PORT": str(port), "ASSIDU_WEB_WORKERS": "1",
    })  # fmt: skip
    services = connect(settings)
    services.store.client.drop_database(settings.database)
    prepare(settings, services)
    organisation = Organisations(services.store, services.clock).find_or_create("principal", "Nous").number
    with _process(settings, "web", folder):
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: _answers(f"{address}/readyz"), seconds=60)
        yield Host(address, services, Plays.over(services, build_premises(settings)), organisation)
    services.store.client.drop_database(settings.database)
    services.store.client.close()


@dataclass
class Opening:
    """A course that is open in a browser."""

    page: Page

    @property
    def content(self) -> Frame:
        """The frame of the content, once its script has begun."""
        frame = self.page.wait_for_selector("#sco").content_frame()
        assert frame is not None
        frame.wait_for_selector("body[data-ready]", timeout=30_000, state="attached")
        return frame

    def do(self, script: str) -> Any:
        """Have the content's script do something, as its learner's clicks would."""
        return self.content.evaluate(f"() => sco.{script}")

    def die(self) -> None:
        """Close the tab without any of its own code hearing of it, as when its process dies."""
        self.page.evaluate("() => addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true)")
        self.page.close()

    def wait_saved(self) -> None:
        """Wait until the page says that everything is saved."""
        said = "#state[data-state=saved], #state[data-state=over]"
        self.page.wait_for_selector(said, timeout=30_000, state="attached")


@pytest.fixture
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of one learner: what it keeps, it keeps through a test."""
    context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    context.set_default_timeout(30_000)
    yield context
    context.close()


Opener = Callable[[str], Opening]


@pytest.fixture
def open_course(profile: BrowserContext) -> Opener:
    """Open a course by its link, in a new tab."""

    def open_link(address: str) -> Opening:
        page = profile.new_page()
        page.goto(address)
        return Opening(page)

    return open_link


def fetch(address: str, headers: dict[str, str] | None = None) -> tuple[int, Any, bytes]:
    """Ask for something without a browser; the host of the address is taken for this machine."""
    request = urllib.request.Request(address, headers=headers or {})  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own address
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()
