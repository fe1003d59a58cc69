"""A school that is asked through `/api/v1`: keys of every role, in two organisations with the same ids."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from lrs.clock import Micros
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.dashboards import school
from tests.dashboards.trainer.conftest import settle
from training.access import Role
from training.accounts.keys import AccessKeys, IssuedKey

PERSON = {Role.LEARNER: "lea", Role.TRAINER: "yann"}
MINUTE, DAY = 60_000_000, 86_400_000_000
KeyOf = Callable[..., IssuedKey]
Ask = Callable[..., Any]


@pytest.fixture
def opened(services: Services, organisation: OrganisationId) -> OrganisationId:
    school.furnish(services, organisation)
    settle(services, organisation)
    return organisation


@pytest.fixture
def neighbour(services: Services) -> OrganisationId:
    number = Organisations(services.store, services.clock).find_or_create("voisin", "Voisin").number
    school.furnish(services, number, " Voisin")
    settle(services, number)
    return number


@pytest.fixture
def key_of(services: Services, opened: OrganisationId) -> KeyOf:
    """A key of a role, of our organisation or of another: `key_of(Role.FUNDER)`."""
    keys = AccessKeys(services)

    def make(role: Role, of: OrganisationId = opened, **given: Any) -> IssuedKey:
        wanted: dict[str, Any] = {
            "person_id": PERSON.get(role),
            "funder_id": "opco" if role is Role.FUNDER else None,
            "expires": Micros(services.clock.now_micros() + 30 * DAY) if role is Role.AUDITOR else None,
        }
        return keys.create(of, role, f"essai {role}", by="essai", **{**wanted, **given})

    return make


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """Ask for a path below `/api/v1/dashboards/` with a key: `ask(key, "files", state="ended")`."""

    def get(key: IssuedKey, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        given = {"Authorization": f"Bearer {key.bearer}", **(headers or {})}
        return client.get(f"/api/v1/dashboards/{path}", headers=given, query_string=query)

    return get


def basic(key: IssuedKey) -> dict[str, str]:
    pair = base64.b64encode(f"{key.access_key.key}:{key.secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
