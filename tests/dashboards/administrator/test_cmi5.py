"""Pages of cmi5 courses: who stands where, and waiving a unit; in a browser and through a lens."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboards.views.administration.cmi5 import read_course, read_courses, read_registration, waive_unit
from dashboards.views.lens import Lens, build_sources
from evidence.store.trail import Trail, TrailQuery
from lrs.courses.cmi5_plays import UnitState
from lrs.errors import Forbidden, InvalidRequest, NotFound
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.browser import picture
from tests.dashboards.administrator.conftest import LensOf, SignIn
from tests.dashboards.school import RUNNING
from tests.lrs.cmi5.beginning import PACKAGE, begun
from training.access import Role, Viewer
from training.store import RecordReader


def test_a_course_is_shown_with_who_is_registered_and_where_they_stand(
    lens_of: LensOf, services: Services, furnished: OrganisationId
) -> None:
    records = RecordReader(services.store, services.clock).records(furnished)
    (enrolment,) = records.enrolments.values()
    course, registration = begun(services, furnished, enrolment.registration)

    view, (standing,) = read_course(lens_of(Role.MANAGER), course)

    assert (view.registered, view.satisfied, view.iri) == (1, 0, PACKAGE.iri)
    assert [level for level, _ in view.lines()] == [0, 1, 1, 1]
    assert (standing.who, standing.enrolment_id) == (records.people[enrolment.person_id].name, enrolment.id)
    assert [state for _, state in standing.states] == [UnitState.TO_DO, UnitState.TO_DO, UnitState.TO_READ]
    assert [session.is_abandoned for session in standing.registration.sessions] == [True, False]
    assert str(standing.registration.id) == registration


def test_who_waives_every_unit_has_the_course_satisfied_and_says_why(
    lens_of: LensOf, services: Services, furnished: OrganisationId
) -> None:
    course, registration = begun(services, furnished)
    for unit in ("proteger", "alerter"):
        waive_unit(lens_of(Role.MANAGER), course, registration, f"{PACKAGE.iri}/{unit}", "Tested Out")

    (view,) = read_courses(lens_of())
    _, standing = read_registration(lens_of(), course, registration)

    assert (view.registered, view.satisfied) == (1, 1)
    assert (standing.is_satisfied, standing.met) == (True, 3)
    trail = Trail(services.store, services.clock)
    deeds = list(trail.entries(furnished, TrailQuery(what=f"cmi5_registration:{registration}")))
    assert [(each.deed.why, each.deed.details["change"]) for each in deeds] == [("Tested Out", "unit_waived")] * 2


def test_what_is_met_or_has_no_reason_is_not_waived(
    lens_of: LensOf, services: Services, furnished: OrganisationId
) -> None:
    course, registration = begun(services, furnished)

    for unit, reason in (("lire", "Tested Out"), ("inconnu", "Tested Out"), ("proteger", " ")):
        with pytest.raises(InvalidRequest):
            waive_unit(lens_of(), course, registration, f"{PACKAGE.iri}/{unit}", reason)


@pytest.mark.parametrize("role", [Role.LEARNER, Role.TRAINER, Role.FUNDER, Role.AUDITOR])
def test_nobody_else_reads_or_waives(
    lens_of: LensOf, services: Services, furnished: OrganisationId, role: Role
) -> None:
    course, registration = begun(services, furnished)

    with pytest.raises(Forbidden):
        read_courses(lens_of(role))
    with pytest.raises(Forbidden):
        waive_unit(lens_of(role), course, registration, f"{PACKAGE.iri}/alerter", "Tested Out")


def test_a_neighbours_course_and_registration_are_not_there(
    lens_of: LensOf, services: Services, furnished: OrganisationId, neighbour: OrganisationId
) -> None:
    course, registration = begun(services, neighbour)
    own, _ = begun(services, furnished)

    assert [view.id for view in read_courses(lens_of())] == [own]
    for ask in (course, own):
        with pytest.raises(NotFound):
            read_registration(lens_of(), ask, registration)
        with pytest.raises(NotFound):
            waive_unit(lens_of(), ask, registration, f"{PACKAGE.iri}/alerter", "Tested Out")
    with pytest.raises(NotFound):
        read_course(lens_of(), course)
    neighbours = Lens(build_sources(services), Viewer(neighbour, Role.ADMINISTRATOR, "account:essai"))
    assert read_registration(neighbours, course, registration)[1].met == 1


def test_a_manager_sees_a_registration_and_waives_a_unit(
    as_role: SignIn, services: Services, campus_of_ours: OrganisationId
) -> None:
    records = RecordReader(services.store, services.clock).records(campus_of_ours)
    lea = records.enrolments[f"{RUNNING}-lea"]  # type: ignore[index]  # keys are new types of str
    begun(services, campus_of_ours, lea.registration)
    seen = as_role("manager")
    seen.go("cmi5")
    expect(seen.page.get_by_text("0 sur 1 ont satisfait tout le cours")).to_be_visible()
    assert seen.axe() == []
    picture(seen.page, "cmi5-courses", full_page=True)
    seen.page.get_by_role("link", name="Voir les inscriptions").click()
    expect(seen.page.get_by_text("être terminée et réussie (au moins 80")).to_be_visible()
    assert seen.axe() == []
    picture(seen.page, "cmi5-registrations", full_page=True)
    seen.page.get_by_role("link", name="Léa Martin").click()
    expect(seen.page.get_by_text("interrompue", exact=True)).to_be_visible()
    picture(seen.page, "cmi5-registration", full_page=True)
    assert seen.axe() == []

    seen.page.get_by_role("textbox", name="Unité").click()
    seen.page.get_by_role("option", name="Alerter").click()
    seen.page.get_by_role("textbox", name="Motif", exact=True).click()
    seen.page.get_by_role("option", name="Décision administrative").click()
    seen.page.get_by_role("button", name="Dispenser", exact=True).click()

    expect(seen.page.get_by_text("La dispense est enregistrée.")).to_be_visible()
    expect(seen.page.get_by_text("dispensé", exact=True)).to_be_visible()
    seen.assert_no_console_errors()
    phone = as_role("administrator", width=390, scheme="dark")
    phone.go("cmi5")
    phone.page.get_by_role("link", name="Voir les inscriptions").click()
    phone.page.get_by_role("link", name="Léa Martin").click()
    # In the list that a phone is shown in place of the grid.
    expect(phone.page.get_by_text("dispensé", exact=True).last).to_be_visible()
    picture(phone.page, "cmi5-registration-phone", full_page=True)
    assert phone.axe() == []
    assert phone.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
