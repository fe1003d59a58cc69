"""A furnished organisation, once for every test of a worker: none of them changes it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from analytics.frames import Frames
from analytics.frames.connection import frames_of
from analytics.frames.tables import TABLES
from lrs.services import Services
from tests.analytics.frames.demonstration import DerivedFacts, deployment


@pytest.fixture(scope="session")
def furnished(mongod_uri: str, request: pytest.FixtureRequest) -> Iterator[Services]:
    """The record store of a deployment whose organisation `cap-horizon` is furnished, its facts kept."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    with deployment(mongod_uri, f"frames_{worker}", "cap-horizon") as services:
        yield services


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
