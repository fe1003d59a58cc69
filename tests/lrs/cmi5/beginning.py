"""A course that somebody has begun, for tests of pages."""

from __future__ import annotations

from uuid import UUID

from lrs.courses.cmi5_launching import NewLaunch
from lrs.packages.origin import ContentOrigin
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.lrs.cmi5.building import Package, Unit
from tests.lrs.cmi5.ground import imported

PACKAGE = Package("suivi", units=(*Package().units, Unit("lire", "Lire", "NotApplicable")))
LEA = {"name": "Léa", "account": {"homePage": "https://lms.exemple.fr", "name": "lea"}}
ORIGIN = ContentOrigin.parse("http://*.content.localhost:8080")


def begun(services: Services, organisation: OrganisationId, registration: UUID | None = None) -> tuple[str, str]:
    """Import a course and launch its first unit twice: the first session is abandoned by the second."""
    course = imported(services, organisation, PACKAGE.packed())
    for _ in range(2):
        wanted = NewLaunch(course, LEA, "https://assidu.example", registration=registration, origin=ORIGIN)
        registration = services.cmi5.launcher.launch(organisation, wanted).terms.registration
    return course, str(registration)
