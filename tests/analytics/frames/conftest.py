"""A furnished organisation, once for every test of a worker: none of them changes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from pymongo import MongoClient

from analytics.frames import Frames
from analytics.frames.connection import frames_of
from analytics.frames.tables import TABLES
from lrs.clock import FixedClock, Micros, RandomIds
from lrs.limits import Limits
from lrs.services import Services, build_services
from lrs.store.database import Store
from tests.analytics.frames.demonstration import DerivedFacts, furnish, keep_facts


@pytest.fixture(scope="session")
def furnished(mongod_uri: str, request: pytest.FixtureRequest) -> Iterator[Services]:
    """The record store of a deployment whose organisation `cap-horizon` is furnished, its facts kept."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    with MongoClient[dict[str, Any]](mongod_uri, tz_aware=True, uuidRepresentation="standard") as client:
        client.drop_database(f"frames_{worker}")
        store = Store(client, f"frames_{worker}")
        store.ensure_indexes()
        clock = FixedClock(Micros(0))
        services = build_services(store, clock, RandomIds(), Limits(), b"a key for tests alone, 32 bytes.")
        keep_facts(services, furnish(services, clock))
        yield services
        client.drop_database(f"frames_{worker}")


@pytest.fixture(scope="session")
def derived(furnished: Services) -> DerivedFacts:
    """What the facts are by their definition."""
    return DerivedFacts(furnished.store, furnished.clock.now_micros())


@pytest.fixture(scope="session")
def frames(furnished: Services) -> Frames:
    """What an analyst of `cap-horizon` gets."""
    return frames_of(furnished.store, "cap-horizon", furnished.clock)


@pytest.fixture(scope="session")
def tables(frames: Frames) -> dict[str, pd.DataFrame]:
    """Every table of `cap-horizon`, as they come."""
    return {name: getattr(frames, name)() for name in TABLES}
