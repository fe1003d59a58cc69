"""A small organisation as a manager, a trainer, a funder and a neighbour see it: through a lens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboards.views import Lens
from dashboards.views.lens import build_sources
from tests.analytics.store.campus import Campus
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
