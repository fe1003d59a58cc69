"""The school with estimates: who looks through which lens, and in which browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.browser import Lend
from tests.dashboards.attendance.conftest import Letters, _mail_server, _mailing_settings, letters
from tests.dashboards.conftest import Site, Tenant, Visit, watch
from tests.dashboards.estimates import estimate, turn_on
from tests.dashboards.trainer.conftest import LensOf, PostBox, address, lens_of, neighbour, post_box, taught
from training.followups import FollowUp

__all__ = [
    "LensOf", "Letters", "PostBox", "_mail_server", "_mailing_settings", "address", "lens_of", "letters", "neighbour",
    "post_box", "taught",
]  # fmt: skip

VisitAs = Callable[[str, str], Visit]


@pytest.fixture
def flagged(services: Services, taught: OrganisationId) -> list[FollowUp]:
    """The follow-ups that today's alerts have opened: of Nour and of Mehdi, whose signs are the strongest."""
    turn_on(services, taught)
    return estimate(services, taught, days=4)


@pytest.fixture
def visit_as(services: Services, taught: OrganisationId, address: str, lend: Lend) -> VisitAs:
    """Sign in as a role and open a page: `visit_as("trainer", "teaching/contacts")`."""
    nobody = Tenant(taught, "", "", "")

    def start(role: str, path: str) -> Visit:
        seen = watch(lend(width=390).new_page(), Site(address, services, nobody, nobody))
        seen.sign_in(f"{role}@ici.exemple.fr", path="/dashboards/")
        seen.page.wait_for_url("**/dashboards/**")
        seen.go(path)
        return seen

    return start
