"""A real deployment to look at with a real browser: web, worker, two organisations."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page

from analytics.store.facts import Facts
from assidu.settings import Settings, process_environment
from assidu.wiring import connect, prepare
from lrs.clock import to_datetime
from lrs.organisations import Organisations
from lrs.services import Services
from tests.browser import Lend, new_profile, picture
from tests.dashboards import school
from tests.dashboards.school import PASSWORD
from training.accounts import Accounts

EARLY = "was preloaded using link preload but not used within a few seconds"


@dataclass(frozen=True)
class Tenant:
    """An organisation with one sender and one account."""

    number: int
    key: str
    secret: str
    email: str


@dataclass
class Site:
    """A deployment that is running."""

    address: str
    services: Services
    ours: Tenant
    theirs: Tenant

    # Address of each role's account, in our furnished organisation and in the other one.
    people: dict[str, str] = field(default_factory=dict)
    neighbours: dict[str, str] = field(default_factory=dict)

    def post(self, tenant: Tenant, *statements: dict[str, Any]) -> None:
        token = base64.b64encode(f"{tenant.key}:{tenant.secret}".encode()).decode()
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.address}/xapi/statements",
            json.dumps(statements).encode(),
            {
                "Authorization": f"Basic {token}",
                "Content-Type": "application/json",
                "X-Experience-API-Version": "1.0.3",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
            assert answer.status == 200


def make_statement(actor: str, verb: str, activity: str, timestamp: str | None = None) -> dict[str, Any]:
    statement = {
        "actor": {"name": actor, "account": {"homePage": "https://lms.exemple.fr", "name": actor}},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en-US": verb}},
        "object": {
            "id": f"https://lms.exemple.fr/cours/{abs(hash(activity))}",
            "definition": {"name": {"fr-FR": activity}},
        },
    }
    return {**statement, "timestamp": timestamp} if timestamp else statement


@pytest.fixture(scope="session")
def site(mongod_uri: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("site")
    settings = Settings.from_environment(
        {
            "ASSIDU_DATA": str(folder),
            "ASSIDU_MONGODB_URI": mongod_uri,
            "ASSIDU_DATABASE": f"pages_{worker}",
            "ASSIDU_PORT": str(port),
            "ASSIDU_WEB_WORKERS": "1",
            "ASSIDU_ADMIN_EMAIL": "direction@exemple.fr",
            "ASSIDU_ADMIN_PASSWORD": PASSWORD,
        }
    )
    services = connect(settings)
    services.store.client.drop_database(settings.database)
    prepare(settings, services)
    tenants = [
        add_tenant(services, "principal", "Mon organisme de formation", "direction@exemple.fr"),
        add_tenant(services, "voisin", "Organisme voisin", "voisin@exemple.fr"),
    ]
    with _process(settings, "web", folder), _process(settings, "worker", folder):
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: _answers(f"{address}/readyz"), seconds=60)
        yield Site(address, services, *tenants)
    services.store.client.drop_database(settings.database)
    services.store.client.close()


def add_tenant(services: Services, slug: str, name: str, email: str) -> Tenant:
    """Add an organisation with a sender, `moodle-<slug>`, and an administrator of this address."""
    number = Organisations(services.store, services.clock).find_or_create(slug, name).number
    secret = "un-secret-seulement-pour-les-essais"
    services.credentials.seed(number, f"moodle-{slug}", secret)
    Accounts(services.store, services.clock).ensure_administrator(number, email, PASSWORD, name="Anne Leroy")
    return Tenant(number, f"moodle-{slug}", secret, email)


@contextmanager
def _process(settings: Settings, name: str, folder: Path) -> Iterator[None]:
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "assidu", name],
            env={**process_environment(), **settings.to_environment()},
            cwd=Path(__file__).parents[2],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(40)


def wait_for(holds: Callable[[], bool], *, seconds: float) -> None:
    """Wait until something holds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
            return True
    except OSError:
        return False


@dataclass
class Visit:
    """One page in a fresh browser profile, and everything it complained about or asked for."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def sign_in(self, tenant: Tenant | str, password: str = PASSWORD, path: str = "/dashboards/") -> None:
        """Sign in as the administrator of a tenant, or as whoever has this address."""
        self.page.goto(self.site.address + path)
        self.page.fill("#email", tenant if isinstance(tenant, str) else tenant.email)
        self.page.fill("#password", password)
        self.page.click("button[type=submit]")

    def go(self, path: str) -> None:
        """Open the page at a path below `/dashboards/`, and wait until it is there."""
        self.page.goto(f"{self.site.address}/dashboards/{path}")
        self.settle()

    def settle(self) -> None:
        """Wait until a page is drawn, its charts and grids included."""
        self.page.wait_for_selector("#page h1")
        self.page.wait_for_function(
            """() => !document.body.classList.contains('going')
            && ![...document.querySelectorAll('.dash-ag-grid')].some(
                 (grid) => grid.offsetParent && !grid.querySelector('.ag-root'))
            && ![...document.querySelectorAll('.dash-graph')].some(
                 (graph) => graph.offsetParent && !graph.querySelector('.main-svg'))"""
        )

    def axe(self) -> list[str]:
        """What axe-core finds wrong with the page as it is now: rule, and the elements that break it."""
        # A page that a click has led to may have its text and no style yet.
        self.page.wait_for_load_state()
        # Evaluated by the browser's debugger, which no policy of the page concerns.
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(f"() => {{ {AXE_FILE_PATH.read_text()} }}")
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def assert_no_console_errors(self) -> None:
        """Nothing was complained of, and nobody but us was asked for anything."""
        assert self.complaints == []
        assert self.elsewhere() == []

    def picture(self, name: str) -> None:
        picture(self.page, name, full_page=True)

    def elsewhere(self) -> list[str]:
        """What was asked of anybody but us."""
        ours = (self.site.address, "data:", "blob:")
        return [address for address in self.requests if not address.startswith(ours)]


Visitor = Callable[..., Visit]


@pytest.fixture
def visit(site: Site, lend: Lend) -> Visitor:
    """Open a page as somebody who is not signed in: `visit(width=390, scheme="dark", locale="en-GB", fresh=True)`."""
    return lambda **options: watch(lend(**options).new_page(), site)


@pytest.fixture(scope="session")
def campus(site: Site) -> Site:
    """The site with a school in two organisations, `school.furnish`ed, an account of each role in both, facts kept."""
    for tenant, mark in ((site.ours, ""), (site.theirs, " Voisin")):
        school.furnish(site.services, tenant.number, mark)
        now = to_datetime(site.services.clock.now_micros())
        site.post(tenant, *school.statements(tenant.number, now))
    site.people.update(school.accounts(site.services, site.ours.number, "ici"))
    site.neighbours.update(school.accounts(site.services, site.theirs.number, "voisin"))
    facts = Facts(site.services.store, site.services.clock)
    for tenant in (site.ours, site.theirs):
        wait_for(lambda number=tenant.number: _has_facts(facts, number), seconds=60)
    return site


def _has_facts(facts: Facts, number: Any) -> bool:
    return bool(facts.enrolments(number)) and not facts.waiting(number)


SignIn = Callable[..., Visit]


@pytest.fixture
def sign_in(browser: Browser, campus: Site, lend: Lend) -> SignIn:
    """Open pages as somebody of the school: `sign_in("trainer", width=390, scheme="dark", path="teaching")`.

    `neighbour=True` is the same role in the other organisation; `fresh=True` a browser that has never been here.
    """

    def start(
        role: str, *, width: int = 1280, scheme: Any = "light", path: str = "", locale: str = "fr-FR",
        neighbour: bool = False, fresh: bool = False,
    ) -> Visit:  # fmt: skip
        context = lend(width=width, scheme=scheme, locale=locale, fresh=fresh)
        context.add_cookies(_signed_in(browser, campus, role, neighbour=neighbour))
        seen = watch(context.new_page(), campus)
        seen.go(path)
        return seen

    return start


_COOKIES: dict[str, list[Any]] = {}


def _signed_in(browser: Browser, site: Site, role: str, *, neighbour: bool) -> list[Any]:
    """The cookies of somebody who has signed in, once for all tests: checking a password takes its time on purpose."""
    email = (site.neighbours if neighbour else site.people)[role]
    if email not in _COOKIES:
        context = new_profile(browser)
        seen = Visit(context.new_page(), site)
        seen.sign_in(email)
        seen.page.wait_for_url("**/dashboards/**")
        _COOKIES[email] = context.cookies()
        context.close()
    return _COOKIES[email]


def watch(page: Page, site: Site) -> Visit:
    """Note what a page complains about and asks for."""
    visit = Visit(page, site)
    # What was fetched ahead for a table and waits for it a while, as on a machine that does much else, is no fault.
    page.on(
        "console",
        lambda m: visit.complaints.append(m.text) if m.type in {"error", "warning"} and EARLY not in m.text else None,
    )
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("request", lambda request: visit.requests.append(request.url))
    return visit
