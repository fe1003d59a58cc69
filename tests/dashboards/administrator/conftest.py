"""An organisation with people, sessions and a neighbour, and its administrator: through a lens, and in a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assidu.app import create_app
from assidu.settings import Settings
from dashboards.accounts.desk import AccountsDesk
from dashboards.accounts.letters import AccountLetters
from dashboards.attendance.letters import NoMail
from dashboards.views.lens import Lens, build_sources
from lrs.caller import Caller
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.browser import Lend
from tests.dashboards import school
from tests.dashboards.attendance.conftest import Letters, _mail_server, _mailing_settings, letters
from tests.dashboards.conftest import Site, Tenant, Visit, watch
from tests.dashboards.school import PASSWORD
from tests.serving import serve
from tests.training.examples import change, enrolment, person, programme, provider, session
from training.access import Role, Viewer
from training.accounts.administration import Administration
from training.records import Funder, FunderFamily
from training.records.ids import FunderId
from training.store import Register

# Fixtures of the attendance pages' tests: a mail server, and settings that name it.
__all__ = ["Letters", "_mail_server", "_mailing_settings", "letters"]
LensOf = Callable[..., Lens]


@pytest.fixture
def furnished(services: Services, organisation: OrganisationId, caller: Caller) -> OrganisationId:
    """Two people, a session, a funder and a provider on record, a sender, and one statement."""
    _furnish(services, organisation)
    statement = {
        "actor": {"mbox": "mailto:lea@exemple.fr"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://lms.exemple.fr/cours"},
    }
    services.ingest.post(caller, Version.V1_0_3, json.dumps(statement).encode())
    return organisation


@pytest.fixture
def neighbour(services: Services) -> OrganisationId:
    """Another organisation with the same ids of everything."""
    number = Organisations(services.store, services.clock).find_or_create("voisin", "Voisin").number
    _furnish(services, number)
    return number


def _furnish(services: Services, organisation: OrganisationId) -> None:
    records = [
        person(),
        person("ines", first_name="Inès", last_name="Garcia"),
        programme(),
        session(),
        enrolment(registration=services.ids.new_uuid()),
        Funder(FunderId("opco"), "OPCO de démonstration", FunderFamily.OPCO),
        provider(),
    ]
    Register(services.store, services.clock).write(organisation, [change(record) for record in records], "essai")


@pytest.fixture
def campus_of_ours(services: Services, organisation: OrganisationId, caller: Caller) -> OrganisationId:
    """A school in the middle of its year, with a sender, for pages to look like in earnest."""
    del caller
    school.furnish(services, organisation)
    return organisation


@pytest.fixture
def lens_of(services: Services, furnished: OrganisationId) -> LensOf:
    """A fresh lens of a role: `lens_of(Role.MANAGER)`; of another organisation by `of`."""
    sources = build_sources(services)

    def look(role: Role = Role.ADMINISTRATOR, of: OrganisationId = furnished) -> Lens:
        return Lens(sources, Viewer(of, role, "account:essai"))

    return look


@pytest.fixture
def desk(services: Services) -> AccountsDesk:
    """What administrators do with accounts, where no letter is sent."""
    administration = Administration(services.store, services.clock, services.ids, services.secret_key)
    organisations = Organisations(services.store, services.clock)
    return AccountsDesk(administration, organisations, AccountLetters(NoMail(), "https://assidu.exemple.fr"))


@pytest.fixture
def address(
    _mailing_settings: Settings, services: Services, campus_of_ours: OrganisationId, letters: Letters
) -> Iterator[str]:
    """Where the application is served, by this process and with a mail server: the tests' clock is its clock."""
    del letters
    school.accounts(services, campus_of_ours, "ici")
    with serve(create_app(_mailing_settings, services)) as address:
        yield address


SignIn = Callable[..., Visit]


@pytest.fixture
def as_role(services: Services, campus_of_ours: OrganisationId, address: str, lend: Lend) -> SignIn:
    """Open pages as somebody of the school: `as_role("manager", width=390, scheme="dark")`."""
    tenant = Tenant(campus_of_ours, "essai", "", "")
    site = Site(address, services, tenant, tenant)

    def start(role: str = "administrator", *, width: int = 1280, scheme: Any = "light") -> Visit:
        seen = watch(lend(width=width, scheme=scheme).new_page(), site)
        seen.sign_in(f"{role}@ici.exemple.fr", PASSWORD)
        seen.page.wait_for_url("**/dashboards/**")
        return seen

    return start
