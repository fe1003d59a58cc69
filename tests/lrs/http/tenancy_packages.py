"""Hosted packages: the part of the tenancy tests that tries each operation on theirs with what is ours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lrs.courses.hosting import Offered
from lrs.courses.plays import NewPlay, Plays, Premises
from lrs.packages.origin import ContentOrigin
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.lrs.http.tenancy_evidence import Attempt, Attempts
from tests.lrs.packages.building import ONE, packed

AGENT = {"mbox": "mailto:voisin@example.org"}
_PATH = "/api/v1/packages"
_ONE = f"{_PATH}/<string:package>"


def keep(services: Services, organisation: OrganisationId, mark: str) -> str:
    """Host a package whose every text is `mark`, with a link to it; return its id."""
    premises = Premises(ContentOrigin.parse("http://*.content.localhost:8080"), base="https://assidu.example")
    plays = Plays.over(services, premises)
    course = replace(ONE, title=mark, identifier=mark)
    package = plays.hosting.upload(
        organisation, io.BytesIO(packed(course)), Offered(mark, premises.base, mark[:50])
    ).package
    plays.issue(organisation, NewPlay(package.id, {**AGENT, "name": mark}))
    return package.id


def link_of(services: Services, organisation: OrganisationId, package: str) -> str:
    """Return the id of the link that was kept with a package."""
    (play,) = Plays.over(services, Premises()).page(organisation, package, None, 2)
    return play.id


def _theirs(*options: dict[str, Any]) -> Attempts:
    def attempts(theirs: Any, _: Any) -> Iterator[Attempt]:
        for each in options or ({},):
            yield theirs.package, each

    return attempts


def _listed(theirs: Any, _: Any) -> Iterator[Attempt]:
    yield "", {}
    yield f"?after={theirs.next}", {}


def _uploads(theirs: Any, _: Any) -> Iterator[Attempt]:
    # A new version of theirs, and a package of theirs' name: that makes one of ours.
    sent = {"data": packed(ONE), "content_type": "application/zip"}
    yield f"?package={theirs.package}", sent
    yield "", sent


def _forms(theirs: Any, _: Any) -> Iterator[Attempt]:
    yield "", {"data": {"package": theirs.package}}


def _opened(_: Any, __: Any) -> Iterator[Attempt]:
    yield "e|a1", {}


def _links(theirs: Any, ours: Any) -> Iterator[Attempt]:
    # Theirs, below their package and below ours.
    yield f"{theirs.package}|{theirs.package_link}", {}
    yield f"{ours.package}|{theirs.package_link}", {}


CASES: dict[tuple[str, str], Attempts] = {
    (_PATH, "GET"): _listed,
    (_PATH, "POST"): _uploads,
    (_ONE, "GET"): _theirs(),
    (f"{_ONE}/retire", "POST"): _theirs(),
    (f"{_ONE}/launches", "GET"): _theirs(),
    (f"{_ONE}/launches/<string:launch>/revoke", "POST"): _links,
    (f"{_ONE}/launches", "POST"): _theirs({"json": {"actor": AGENT}}),
    ("/dashboards/packages/new", "GET"): _listed,
    ("/dashboards/packages/new", "POST"): _forms,
    ("/dashboards/packages/open/<string:enrolment_id>/<string:activity_id>", "GET"): _opened,
}
# What is tried there is theirs alone.
REFUSED = (_ONE,)
