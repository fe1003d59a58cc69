"""The application in this process, with the gallery among its pages, and a browser that is signed in to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from assidu.settings import Settings
from assidu.wiring import connect, prepare
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.dashboards import school
from tests.dashboards.conftest import Profiles, Site, Visit, watch
from tests.dashboards.school import PASSWORD


@dataclass
class Gallery:
    """The application, where it answers, and an account of each role."""

    app: Flask
    address: str
    services: Services
    organisation: OrganisationId
    people: dict[str, str]


@pytest.fixture(scope="session")
def gallery(
    mongod_uri: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gallery]:
    from assidu.app import create_app
    from dashboards.frame.gathering import gather_pages
    from dashboards.mount import mounted
    from tests.dashboards.frame.gallery import PAGES

    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    settings = Settings.from_environment(
        {
            "ASSIDU_DATA": str(tmp_path_factory.mktemp("gallery")),
            "ASSIDU_MONGODB_URI": mongod_uri,
            "ASSIDU_DATABASE": f"gallery_{worker}",
        }
    )
    services = connect(settings)
    services.store.client.drop_database(settings.database)
    prepare(settings, services)
    number = Organisations(services.store, services.clock).find_or_create("galerie", "Galerie des parties").number
    app = create_app(settings, services)
    mounted(app).pages.gather = lambda: (*PAGES, *gather_pages())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    yield Gallery(app, address, services, number, school.accounts(services, number, "galerie"))
    server.shutdown()
    thread.join()
    server.server_close()
    services.store.client.drop_database(settings.database)
    services.store.client.close()


OpenAs = Callable[..., Visit]


@pytest.fixture
def open_as(gallery: Gallery, profiles: Profiles) -> Iterator[OpenAs]:
    """Open a page as somebody: `open_as("learner", "gallery", width=390, scheme="dark")`."""
    opened: list[Page] = []
    site: Any = Site(gallery.address, gallery.services, *([None] * 2))

    def start(
        role: str, path: str = "gallery", *, width: int = 1280, scheme: Any = "light", fresh: bool = False
    ) -> Visit:
        context = profiles.get("gallery", width, scheme, "fr-FR", fresh=fresh)
        seen = watch(context.new_page(), site)
        opened.append(seen.page)
        if role not in _COOKIES:
            context.clear_cookies()
            seen.sign_in(gallery.people[role], PASSWORD, f"/dashboards/{path}")
            seen.settle()
            _COOKIES[role] = context.cookies()
        context.clear_cookies()
        context.add_cookies(_COOKIES[role])
        seen.complaints.clear()
        seen.requests.clear()
        seen.go(path)
        return seen

    yield start
    for page in opened:
        page.close()


_COOKIES: dict[str, list[Any]] = {}
