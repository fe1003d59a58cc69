"""cmi5 and profiles: the part of the tenancy tests that tries each operation on theirs with what is ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lrs.courses.cmi5_launching import NewLaunch
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.lrs.cmi5.ground import COURSE_IRI, STRUCTURE, imported
from tests.lrs.http.tenancy_evidence import Attempt, Attempts

LEARNER = {"account": {"homePage": "https://lms.example", "name": "voisin"}}
_COURSES = "/api/v1/cmi5/courses"
_REGISTRATION = "/api/v1/cmi5/registrations/<uuid:registration_id>"
_WAIVER = {"json": {"unit": f"{COURSE_IRI}/proteger", "reason": "essai"}}


@dataclass
class Made:
    """A course of theirs, and a registration in it."""

    course: str = ""
    registration: str = ""


def keep(services: Services, organisation: OrganisationId, mark: str) -> Made:
    """Import a course whose title is `mark`, and launch its first unit for somebody who is called so."""
    structure = STRUCTURE.replace(b"Secourisme", mark.encode())
    course = imported(services, organisation, structure, mark)
    learner = {**LEARNER, "name": mark}
    launched = services.cmi5.launcher.launch(organisation, NewLaunch(course, learner, "https://assidu.example"))
    return Made(course, str(launched.terms.registration))


def _one(name: str, options: dict[str, Any] | None = None) -> Attempts:
    def attempts(theirs: Any, _: Any) -> Iterator[Attempt]:
        yield getattr(theirs.cmi5, name), options or {}

    return attempts


def _listed(theirs: Any, _: Any) -> Iterator[Attempt]:
    yield "", {}
    yield f"?after={theirs.next}", {}


def _imports(_: Any, __: Any) -> Iterator[Attempt]:
    # A course with their publisher's id is one of ours.
    yield "", {"data": STRUCTURE, "content_type": "application/octet-stream"}


def _launches(theirs: Any, _: Any) -> Iterator[Attempt]:
    made = theirs.cmi5
    yield "", {"json": {"course": made.course, "actor": LEARNER}}
    yield "", {"json": {"course": made.course, "actor": LEARNER, "registration": made.registration}}


def _fetches(theirs: Any, _: Any) -> Iterator[Attempt]:
    for token in ("x", theirs.cmi5.registration, theirs.key):
        yield token, {}


def _plain(_: Any, __: Any) -> Iterator[Attempt]:
    yield "", {}


def _reports(theirs: Any, _: Any) -> Iterator[Attempt]:
    yield "", {}
    yield f"?credential={theirs.key}", {}


CASES: dict[tuple[str, str], Attempts] = {
    (_COURSES, "GET"): _listed,
    (_COURSES, "POST"): _imports,
    (f"{_COURSES}/<string:course>", "GET"): _one("course"),
    ("/api/v1/cmi5/launches", "POST"): _launches,
    (_REGISTRATION, "GET"): _one("registration"),
    (f"{_REGISTRATION}/waivers", "POST"): _one("registration", _WAIVER),
    ("/api/v1/profiles", "GET"): _plain,
    ("/api/v1/profiles/report", "GET"): _reports,
    ("/api/v1/profiles/patterns", "GET"): _reports,
    **{("/cmi5/<string:token>/fetch", method): _fetches for method in ("GET", "PUT", "POST", "DELETE", "PATCH")},
}
# What is tried there is theirs alone.
REFUSED = (f"{_COURSES}/<", "/api/v1/cmi5/launches", _REGISTRATION)
