"""What reads courses, registrations and sessions, for the test of indexes."""

from __future__ import annotations

from uuid import UUID

from lrs.caller import Caller
from lrs.clock import Micros
from lrs.courses.cmi5_launching import Launched, NewLaunch
from lrs.services import Services
from lrs.store.cmi5_registrations import RegistrationStore
from lrs.store.cmi5_sessions import SessionStore
from tests.lrs.cmi5.ground import COURSE_IRI, STRUCTURE, imported

_MOST = 20


def _courses(services: Services, caller: Caller) -> list[str]:
    """Import twenty courses, each a second after the one before."""
    names = []
    for at in range(_MOST):
        services.clock.micros = Micros(services.clock.now_micros() + 1_000_000)  # type: ignore[attr-defined]  # a fixed one
        structure = STRUCTURE.replace(COURSE_IRI.encode(), f"{COURSE_IRI}/{at}".encode())
        names.append(imported(services, caller.organisation, structure))
    return names


def _launches(services: Services, caller: Caller) -> list[Launched]:
    """Launch the units of twenty learners."""
    course = imported(services, caller.organisation)
    return [
        services.cmi5.launcher.launch(
            caller.organisation,
            NewLaunch(course, {"account": {"homePage": "https://lms.example", "name": f"l{at}"}}, "https://l.example"),
        )
        for at in range(_MOST)
    ]


def _course(services: Services, caller: Caller) -> object:
    return services.cmi5.courses.get(caller.organisation, _courses(services, caller)[7])


def _listed(services: Services, caller: Caller) -> object:
    _courses(services, caller)
    return services.cmi5.courses.page(caller.organisation, None, 2)


def _due(services: Services, caller: Caller) -> object:
    _launches(services, caller)
    return RegistrationStore(services.store).due(caller.organisation, services.clock.now_micros(), 5)


def _in_course(services: Services, caller: Caller) -> object:
    course = services.cmi5.courses.get(caller.organisation, imported(services, caller.organisation)).id
    _launches(services, caller)
    rows = RegistrationStore(services.store)
    return rows.in_course(caller.organisation, course, 5), rows.counts(caller.organisation, course)


def _forgotten(services: Services, caller: Caller) -> object:
    _launches(services, caller)
    return RegistrationStore(services.store).forget(caller.organisation, ["account https://lms.example l7"])


def _fetched(services: Services, caller: Caller) -> object:
    _launches(services, caller)
    return services.cmi5.launcher.fetch("unknown")


def _of(services: Services, caller: Caller) -> object:
    registration: UUID = _launches(services, caller)[7].terms.registration
    return SessionStore(services.store).of(caller.organisation, registration)


def _forgotten_sessions(services: Services, caller: Caller) -> object:
    _launches(services, caller)
    return SessionStore(services.store).forget(caller.organisation, ["account https://lms.example l7"])


USES = {
    ("cmi5_courses", "o", "id"): _course,
    ("cmi5_courses", "o", "created", "id"): _listed,
    ("cmi5_registrations", "o", "due"): _due,
    ("cmi5_registrations", "o", "g"): _forgotten,
    ("cmi5_registrations", "o", "c", "met", "_id"): _in_course,
    ("cmi5_sessions", "f"): _fetched,
    ("cmi5_sessions", "o", "r"): _of,
    ("cmi5_sessions", "o", "g"): _forgotten_sessions,
}
