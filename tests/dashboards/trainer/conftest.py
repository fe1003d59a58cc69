"""A school in the middle of its year, over a real database: what a trainer of it, and others, see through a lens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from assidu.app import create_app
from assidu.settings import Settings
from dashboards.attendance.letters import Delivery, Letter
from dashboards.views.lens import Lens, build_sources
from lrs.caller import Caller
from lrs.clock import FixedClock, to_datetime
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.browser import Lend
from tests.dashboards import school
from tests.dashboards.attendance.conftest import Letters, _mail_server, _mailing_settings, letters
from tests.dashboards.conftest import Site, Tenant, Visit, watch
from tests.serving import serve
from training.access import Role, Viewer
from training.records.ids import PersonId


@dataclass
class PostBox:
    """Carries letters no further than here; `becomes` is what is said of each."""

    becomes: Delivery = Delivery.SENT
    letters: list[Letter] = field(default_factory=list)
    is_available: bool = True

    def send(self, letter: Letter, patience_seconds: float = 0.0) -> Delivery:
        del patience_seconds
        if self.becomes in (Delivery.SENT, Delivery.UNDER_WAY):
            self.letters.append(letter)
        return self.becomes


# Fixtures of the attendance pages' tests: a mail server, and settings that name it.
__all__ = ["Letters", "_mail_server", "_mailing_settings", "letters"]


def settle(services: Services, organisation: OrganisationId) -> None:
    """Let the facts catch up with the log and the records."""
    keeper, progress = Keeper(services.store, services.clock), ProgressOf(services.store)
    assert progress.hold(organisation, "essai", services.clock.now_micros())
    while keeper.step(organisation, 500).more:
        pass


LensOf = Callable[..., Lens]


@pytest.fixture
def post_box() -> PostBox:
    return PostBox()


@pytest.fixture
def taught(services: Services, organisation: OrganisationId, caller: Caller) -> OrganisationId:
    school.furnish(services, organisation)
    now = to_datetime(services.clock.now_micros())
    body = json.dumps(school.statements(organisation, now)).encode()
    services.ingest.post(caller, Version.V1_0_3, body)
    settle(services, organisation)
    return organisation


@pytest.fixture
def lens_of(services: Services, taught: OrganisationId, post_box: PostBox, clock: FixedClock) -> LensOf:
    """A lens of somebody of the school: `lens_of(Role.TRAINER, "yann")`; of another organisation by `of`."""
    del clock
    sources = build_sources(services, mailer=post_box)

    def look(role: Role = Role.TRAINER, person: str | None = "yann", of: OrganisationId = taught) -> Lens:
        found = None if person is None else PersonId(person)
        return Lens(sources, Viewer(of, role, f"account {person}", found))

    return look


@pytest.fixture
def neighbour(services: Services) -> OrganisationId:
    """Another organisation with the same ids of everything."""
    number = Organisations(services.store, services.clock).find_or_create("voisin", "Voisin").number
    school.furnish(services, number, " Voisin")
    settle(services, number)
    return number


@pytest.fixture
def address(_mailing_settings: Settings, services: Services, taught: OrganisationId, letters: Letters) -> Iterator[str]:
    """Where the application is served, by this process and with a mail server: the tests' clock is its clock."""
    del letters
    school.accounts(services, taught, "ici")
    with serve(create_app(_mailing_settings, services)) as address:
        yield address


@pytest.fixture
def trainer(services: Services, taught: OrganisationId, address: str, lend: Lend) -> Visit:
    """The phone of Yann, who teaches, signed in."""
    nobody = Tenant(taught, "", "", "")
    seen = watch(lend(width=390).new_page(), Site(address, services, nobody, nobody))
    seen.sign_in("trainer@ici.exemple.fr", path="/dashboards/teaching")
    seen.settle()
    return seen
