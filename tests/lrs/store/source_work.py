"""What reads sources and their receipts, for the test of indexes."""

from __future__ import annotations

from lrs.caller import Caller
from lrs.services import Services
from training.sources.definition import parse_source
from training.sources.schedules import Schedules
from training.sources.store import Sources

_MANY = 40


def _sources(services: Services, caller: Caller) -> Sources:
    """Settle sources of files and one that is pulled from."""
    sources = Sources(services.store, services.clock, services.ids)
    for at in range(_MANY):
        source = parse_source(f"badges-{at}", {"kind": "badge", "title": "B"})
        sources.put(caller.organisation, source, "essai")
        sources.begin(caller.organisation, source, "essai", {})
    remote = {"endpoint": "https://lrs.exemple.fr/xapi", "key": "moi"}
    plain = {"kind": "statements", "title": "A", "remote": remote}
    sources.put(caller.organisation, parse_source("ailleurs", plain), "essai")
    sources.keep_secret(caller.organisation, "ailleurs", b"x")
    return sources


def _due(services: Services, caller: Caller) -> object:
    _sources(services, caller)
    return Schedules(services.store).due(services.clock.now_micros())


def _runs(services: Services, caller: Caller) -> object:
    return _sources(services, caller).runs(caller.organisation, "badges-7")


USES = {("sources", "every", "_id"): _due, ("source_runs", "o", "s", "t", "_id"): _runs}
