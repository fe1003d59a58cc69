"""A school that is audited, over a real database, with its log sealed."""

from __future__ import annotations

import json

import pytest

from dashboards.views.lens import Lens, build_sources
from lrs.caller import Caller
from lrs.clock import to_datetime
from lrs.ledger_keys import LedgerKeys
from lrs.sealing import Sealer
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.dashboards import school
from tests.dashboards.trainer.conftest import settle
from training.access import Role, Viewer


def seal(services: Services, organisation: OrganisationId) -> None:
    """Seal what is in the log, and publish a head."""
    keys = LedgerKeys(services.store, services.clock, services.secret_key)
    sealer = Sealer(services.store, services.clock, keys, "essai.fr")
    assert sealer.hold(organisation, "essai")
    while sealer.step(organisation).more:
        pass
    sealer.release("essai")


@pytest.fixture
def audited(services: Services, organisation: OrganisationId, caller: Caller) -> OrganisationId:
    school.furnish(services, organisation)
    body = json.dumps(school.statements(organisation, to_datetime(services.clock.now_micros()))).encode()
    services.ingest.post(caller, Version.V1_0_3, body)
    settle(services, organisation)
    seal(services, organisation)
    return organisation


@pytest.fixture
def lens(services: Services, audited: OrganisationId) -> Lens:
    """What an auditor sees."""
    return Lens(build_sources(services), Viewer(audited, Role.AUDITOR, "account:audit"))
