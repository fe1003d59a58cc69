from __future__ import annotations

import pytest

from lrs.clock import FixedClock
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from tests.training.examples import change, organisation_records
from training.store import RecordReader, Register


@pytest.fixture
def register(store: Store, clock: FixedClock) -> Register:
    return Register(store, clock)


@pytest.fixture
def reader(store: Store, clock: FixedClock) -> RecordReader:
    return RecordReader(store, clock)


@pytest.fixture
def furnished(register: Register, organisation: OrganisationId) -> OrganisationId:
    """An organisation that has one of most things."""
    register.write(organisation, [change(record) for record in organisation_records()], "essai")
    return organisation
