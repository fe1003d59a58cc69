"""The application in this process, with the gallery among its pages, and a browser that is signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from assidu.settings import Settings
from assidu.wiring import connect, prepare
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.browser import Lend
from tests.dashboards import school
from tests.dashboards.conftest import Site, Visit, watch
from tests.dashboards.school import PASSWORD
from tests.serving import serve


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
    with serve(app) as address:
        yield Gallery(app, address, services, number, school.accounts(services, number, "galerie"))
    services.store.client.drop_database(settings.database)
    services.store.client.close()


OpenAs = Callable[..., Visit]


@pytest.fixture
def open_as(gallery: Gallery, lend: Lend) -> OpenAs:
    """Open a page as somebody: `open_as("learner", "gallery", width=390, scheme="dark")`."""
    site: Any = Site(gallery.address, gallery.services, *([None] * 2))

    def start(
        role: str, path: str = "gallery", *, width: int = 1280, scheme: Any = "light", fresh: bool = False
    ) -> Visit:
        context = lend(width=width, scheme=scheme, fresh=fresh)
        seen = watch(context.new_page(), site)
        if role not in _COOKIES:
            seen.sign_in(gallery.people[role], PASSWORD, f"/dashboards/{path}")
            seen.settle()
            _COOKIES[role] = context.cookies()
        context.clear_cookies()
        context.add_cookies(_COOKIES[role])
        seen.complaints.clear()
        seen.requests.clear()
        seen.go(path)
        return seen

    return start


_COOKIES: dict[str, list[Any]] = {}
