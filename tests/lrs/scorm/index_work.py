"""What reads launches and tracks, for the test of indexes."""

from __future__ import annotations

from lrs.caller import Caller
from lrs.clock import Micros
from lrs.courses.gateway import build_gateway
from lrs.courses.launches import IssuedLaunch
from lrs.http.api.scorm import launches_of
from lrs.scorm.commit import parse_commit
from lrs.services import Services
from lrs.store.scorm_launches import LaunchStore
from lrs.store.scorm_tracks import TrackStore
from tests.lrs.scorm.ground import body, cmi, wanted

_MOST = 40


def many_launches(services: Services, caller: Caller) -> list[IssuedLaunch]:
    """Make launches of forty learners, each with a session."""
    gateway = build_gateway(services)
    made = [
        gateway.launches.issue(caller.organisation, wanted(actor={"mbox": f"mailto:l{at}@example.org"}))
        for at in range(_MOST)
    ]
    for at, issued in enumerate(made):
        services.clock.micros = Micros(services.clock.now_micros() + 1_000_000)  # type: ignore[attr-defined]  # a fixed one
        gateway.take(issued.launch, parse_commit(body(cmi(location=str(at)), 1)))
    return made


def _one(services: Services, caller: Caller) -> object:
    made = many_launches(services, caller)
    return launches_of(services).get(caller.organisation, made[7].launch.id)


def _listed(services: Services, caller: Caller) -> object:
    many_launches(services, caller)
    return launches_of(services).page(caller.organisation, None, 2)


def _due(services: Services, caller: Caller) -> object:
    many_launches(services, caller)
    soon = Micros(services.clock.now_micros() + 60_000_000 - (_MOST - 2) * 1_000_000)
    return TrackStore(services.store).due(caller.organisation, soon, 5)


def _forgotten_launches(services: Services, caller: Caller) -> object:
    many_launches(services, caller)
    return LaunchStore(services.store).forget(caller.organisation, ["mbox mailto:l7@example.org"])


def _forgotten_tracks(services: Services, caller: Caller) -> object:
    many_launches(services, caller)
    return TrackStore(services.store).forget(caller.organisation, ["mbox mailto:l7@example.org"])


USES = {
    ("scorm_launches", "o", "id"): _one,
    ("scorm_launches", "o", "created", "id"): _listed,
    ("scorm_launches", "o", "g"): _forgotten_launches,
    ("scorm_tracks", "o", "due"): _due,
    ("scorm_tracks", "o", "g"): _forgotten_tracks,
}
