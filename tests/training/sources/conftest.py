from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from analytics.derivation import PersonFacts, derive
from analytics.rules import rule_book
from analytics.traces import extract_trace
from lrs.clock import FixedClock, Micros
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.training.examples import change
from tests.training.sources.school import AFTERWARDS, records
from training.attendance.mark import Author
from training.sources.definition import parse_source
from training.sources.plan import Asked, RunReport
from training.sources.run import FileRun
from training.sources.store import Sources
from training.store import RecordReader, Register

BY = Author("credential", "essai")


@pytest.fixture
def school(services: Services, organisation: OrganisationId, clock: FixedClock) -> OrganisationId:
    """The organisation of `samples/`, some weeks after them."""
    clock.micros = Micros(AFTERWARDS)
    Register(services.store, clock).write(organisation, [change(record) for record in records()], "essai")
    return organisation


@pytest.fixture
def sources(services: Services) -> Sources:
    return Sources(services.store, services.clock, services.ids)


@pytest.fixture
def send(services: Services, school: OrganisationId, sources: Sources) -> Callable[..., RunReport]:
    """Send a file to a source of a kind, made as it is asked for; what else is said is the run's."""

    def send(kind: str, data: bytes, source: dict[str, Any] | None = None, **asked: Any) -> RunReport:
        plain = {"kind": kind, "title": "Essai", "session_id": "janvier", **(source or {})}
        sources.put(school, parse_source(kind, plain), "essai")
        return FileRun(services, school, kind, BY).run(data, Asked(**asked))

    return send


@pytest.fixture
def facts(services: Services, school: OrganisationId) -> Callable[[str], PersonFacts]:
    def facts(who: str) -> PersonFacts:
        known = RecordReader(services.store, services.clock).records(school)
        traces = [extract_trace(entry) for entry in services.statements.since(school, 0)]
        return derive(who, traces, known, rule_book(known.law_overrides.values()), AFTERWARDS + 3_600_000_000)

    return facts
