from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

import lrs.http.api
import lrs.http.scorm
from lrs.courses.gateway import Gateway, build_gateway
from lrs.courses.launches import IssuedLaunch
from lrs.errors import AssiduError
from lrs.http.api.scorm import SECTION
from lrs.http.errors import problem_response
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.lrs.scorm.ground import wanted


@pytest.fixture
def gateway(services: Services) -> Gateway:
    return build_gateway(services)


@pytest.fixture
def player(services: Services, gateway: Gateway) -> FlaskClient:
    """A client of an application that has the commit endpoint and the launches of the API."""
    app = Flask("scorm")
    app.register_error_handler(AssiduError, problem_response)
    lrs.http.scorm.register(app, services, gateway)
    lrs.http.api.register(app, services, (SECTION,))
    return app.test_client()


@pytest.fixture
def launched(gateway: Gateway, organisation: OrganisationId) -> IssuedLaunch:
    return gateway.launches.issue(organisation, wanted())


@pytest.fixture
def log(services: Services, organisation: OrganisationId) -> Callable[[], list[dict[str, Any]]]:
    """What is in the log, oldest first."""
    return lambda: [orjson.loads(entry.body) for entry in services.statements.since(organisation, 0)]
