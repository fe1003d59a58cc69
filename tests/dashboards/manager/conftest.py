"""A small organisation as a manager, a trainer, a funder and a neighbour see it: through a lens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from dashboards.views import Lens
from dashboards.views.lens import build_sources
from lrs.caller import Caller
from lrs.clock import FixedClock, Micros, to_datetime
from lrs.services import Services
from lrs.versions import Version
from tests.analytics.store.campus import Campus
from tests.browser import Lend
from tests.dashboards import school
from tests.dashboards.conftest import Site, Tenant, Visit, watch
from tests.lrs.sealers import seal_all, sealer
from tests.serving import serve
from training.access import Role, Viewer
from training.records.ids import FunderId, PersonId

Seen = Callable[..., Lens]


@pytest.fixture
def small(services, organisation, caller) -> Campus:
    """Two sessions, two trainees, whose week has begun."""
    campus = Campus(services, caller)
    campus.furnish()
    campus.send(
        campus.says("initialized", "cours", minute=0),
        campus.says("progressed", "cours", minute=8),
        campus.says("completed", "cours", minute=40, completion=True),
        campus.says("answered", "quiz", minute=60, success=True),
        campus.says("passed", "quiz", minute=70, success=True, score={"scaled": 0.9}),
        campus.says("initialized", "cours", who="yann", enrolment_="e2", minute=5),
    )
    campus.work()
    return campus


@pytest.fixture
def seen(services, small) -> Seen:
    """Return a lens of somebody: `seen()` of a manager, `seen(Role.TRAINER, person="yann")`, …"""
    sources = build_sources(services)

    def look(
        role: Role = Role.MANAGER, *, person: str | None = None, funder: str | None = None, of: int | None = None
    ) -> Lens:
        viewer = Viewer(
            small.organisation if of is None else of,  # type: ignore[arg-type]
            role,
            f"account:{role}",
            None if person is None else PersonId(person),
            None if funder is None else FunderId(funder),
        )
        return Lens(sources, viewer)

    return look


@pytest.fixture
def manager(lend: Lend, app: Flask, services: Services, caller: Caller, clock: FixedClock) -> Iterator[Visit]:
    """Somebody who answers for a school in the middle of its year, signed in; recorded a day ago."""
    organisation = caller.organisation
    school.furnish(services, organisation)
    sent = school.statements(organisation, to_datetime(clock.now_micros()))
    services.ingest.post(caller, Version.V1_0_3, json.dumps(sent).encode())
    seal_all(sealer(services.store, clock), organisation)
    clock.micros = Micros(clock.micros + 86_400_000_000)
    keeper = Keeper(services.store, clock)
    assert ProgressOf(services.store).hold(organisation, "essai", clock.now_micros())
    while keeper.step(organisation, 500).more:
        pass
    email = school.accounts(services, organisation, "ici")["manager"]
    tenant = Tenant(organisation, "", "", email)
    with serve(app) as address:
        seen = watch(lend().new_page(), Site(address, services, tenant, tenant))
        seen.sign_in(email)
        seen.settle()
        yield seen
        seen.page.close()
