"""What reads packages and links to them, for the test of indexes."""

from __future__ import annotations

import io
from dataclasses import replace

from lrs.caller import Caller
from lrs.clock import Micros
from lrs.courses.hosting import Offered
from lrs.courses.plays import NewPlay, Plays, Premises
from lrs.packages.origin import ContentOrigin
from lrs.services import Services
from lrs.store.package_plays import PlayStore
from lrs.store.packages import PackageStore
from tests.lrs.packages.building import ONE, packed

_MOST = 40
_LEARNERS = ["mbox mailto:l7@example.org"]


def many_packages(services: Services, caller: Caller) -> list[str]:
    """Host forty packages, each with a link that somebody has followed; return their identifiers."""
    plays = Plays.over(services, Premises(ContentOrigin.parse("http://*.content.localhost:8080")))
    for at in range(_MOST):
        services.clock.micros = Micros(services.clock.now_micros() + 1_000_000)  # type: ignore[attr-defined]  # a fixed one
        course = replace(ONE, identifier=f"cours-{at}", title=f"Cours {at}")
        offered = Offered("essai", "https://assidu.example")
        package = plays.hosting.upload(caller.organisation, io.BytesIO(packed(course)), offered).package
        issued = plays.issue(caller.organisation, NewPlay(package.id, {"mbox": f"mailto:l{at}@example.org"}))
        plays.open(issued.address.rstrip("/").rpartition("/")[2])
    return [f"cours-{at}" for at in range(_MOST)]


def _listed(services: Services, caller: Caller) -> object:
    many_packages(services, caller)
    return PackageStore(services.store).page(caller.organisation, None, 2)


def _named(services: Services, caller: Caller) -> object:
    many_packages(services, caller)
    return PackageStore(services.store).named(caller.organisation, "cours-7")


def _same(services: Services, caller: Caller) -> object:
    many_packages(services, caller)
    return PackageStore(services.store).with_content(caller.organisation, "0" * 64)


def _versions(services: Services, caller: Caller) -> object:
    many_packages(services, caller)
    store = PackageStore(services.store)
    found = store.named(caller.organisation, "cours-7")
    return store.versions(caller.organisation, "" if found is None else found.id)


def _forgotten(services: Services, caller: Caller) -> object:
    many_packages(services, caller)
    return PlayStore(services.store).forget(caller.organisation, _LEARNERS)


def _linked(services: Services, caller: Caller) -> object:
    many_packages(services, caller)
    found = PackageStore(services.store).named(caller.organisation, "cours-7")
    return PlayStore(services.store).page(caller.organisation, "" if found is None else found.id, None, 2)


USES = {
    ("packages", "o", "created", "_id"): _listed,
    ("packages", "o", "key"): _named,
    ("package_versions", "o", "d"): _same,
    ("package_versions", "o", "p", "n"): _versions,
    ("package_plays", "o", "g"): _forgotten,
    ("package_plays", "o", "p", "created", "id"): _linked,
    ("package_beginnings", "o", "g"): _forgotten,
}
