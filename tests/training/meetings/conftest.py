from __future__ import annotations

import pytest

from lrs.clock import FixedClock, Micros
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.training.examples import change
from tests.training.meetings.reports import AFTERWARDS, records
from training.store import Register


@pytest.fixture
def school(services: Services, organisation: OrganisationId, clock: FixedClock) -> OrganisationId:
    """An organisation with the class of `reports/`, some days after it."""
    clock.micros = Micros(AFTERWARDS)
    Register(services.store, clock).write(organisation, [change(record) for record in records()], "essai")
    return organisation
